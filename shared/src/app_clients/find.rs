//! Finds a client.

use super::service::AppClients;
use crate::authorization::{Caller, Own};
use crate::model::{ClientId, ClientInUse};
use crate::refusal::Refusal;

impl AppClients {
    /// Finds a client of the caller's org with the days of its last uses, with a strongly consistent
    /// read.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when the caller's org has no such client, or its org cannot be read.
    pub async fn find(&self, caller: &Caller, id: ClientId) -> Result<ClientInUse, Refusal> {
        caller.concerns(id);
        let found = self.store.find_client_in_use(caller.org(), id).await;
        let found = found.map_err(|fault| caller.refusal_of(id, fault))?;
        found.ok_or(Refusal::NotFound)
    }

    /// Finds the calling client itself, as [`Self::find`] does.
    ///
    /// # Errors
    /// Those of [`Self::find`].
    pub async fn find_own(&self, own: &Own) -> Result<ClientInUse, Refusal> {
        let client = own.client();
        let found = self.store.find_client_in_use(client.org, client.id).await;
        let found = found.map_err(|fault| own.refusal_of(fault))?;
        found.ok_or(Refusal::NotFound)
    }
}
