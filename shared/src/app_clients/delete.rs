//! Deletes a client.

use super::service::AppClients;
use crate::authorization::Caller;
use crate::model::ClientId;
use crate::refusal::Refusal;
use crate::store::Changed;

impl AppClients {
    /// Deletes a client of the caller's org. From then on no token is issued to it.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when the caller's org has no such client.
    pub async fn delete(&self, caller: &Caller, id: ClientId) -> Result<(), Refusal> {
        let client = self.find(caller, id).await?;
        match self.store.delete_client(client.id).await? {
            Changed::Made => Ok(()),
            Changed::Overtaken => Err(Refusal::NotFound),
        }
    }
}
