//! Finds a client.

use super::service::AppClients;
use crate::authorization::Caller;
use crate::model::{AppClient, ClientId, LastUses};
use crate::refusal::Refusal;

/// A client with the days of its last uses.
#[derive(Clone, Debug)]
pub struct ClientInUse {
    /// The client.
    pub client: AppClient,
    /// The days of last use of the client and its secrets.
    pub last_uses: LastUses,
}

impl AppClients {
    /// Finds a client of the caller's org, with a strongly consistent read.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when the caller's org has no such client, or its org cannot be read.
    pub async fn find(&self, caller: &Caller, id: ClientId) -> Result<AppClient, Refusal> {
        caller.concerns(id);
        let found = self.store.find_client_of(caller.org(), id).await;
        let found = found.map_err(|fault| caller.refusal_of(id, fault))?;
        found.ok_or(Refusal::NotFound)
    }

    /// Finds a client of the caller's org with the days of its last uses, with a strongly consistent
    /// read.
    ///
    /// # Errors
    /// Those of [`Self::find`].
    pub(super) async fn find_in_use(
        &self,
        caller: &Caller,
        id: ClientId,
    ) -> Result<ClientInUse, Refusal> {
        caller.concerns(id);
        let found = self.store.find_client_in_use(caller.org(), id).await;
        let found = found.map_err(|fault| caller.refusal_of(id, fault))?;
        let (client, last_uses) = found.ok_or(Refusal::NotFound)?;
        Ok(ClientInUse { client, last_uses })
    }
}
