//! Deletes a client.

use super::service::AppClients;
use crate::authorization::Caller;
use crate::model::ClientId;
use crate::refusal::Refusal;
use crate::store::Changed;

impl AppClients {
    /// Deletes a client of the caller's org. From then on no token is issued to it. A client whose
    /// record cannot be read can be deleted, as long as its org can be read.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when the caller's org has no such client, or its org cannot be read.
    pub async fn delete(&self, caller: &Caller, id: ClientId) -> Result<(), Refusal> {
        caller.concerns(id);
        let org = self.store.find_org_of(id).await;
        let org = org.map_err(|fault| caller.refusal_of(id, fault))?;
        if org != Some(caller.org()) {
            return Err(Refusal::NotFound);
        }
        match self.store.delete_client(id).await? {
            Changed::Made => Ok(()),
            Changed::Overtaken => Err(Refusal::NotFound),
        }
    }
}
