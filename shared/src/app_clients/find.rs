use super::service::AppClients;
use crate::authorization::Caller;
use crate::model::{AppClient, ClientId};
use crate::refusal::Refusal;

impl AppClients {
    /// A client of the caller's org, as it is now.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when there is none, or none of the caller's org.
    pub async fn find(&self, caller: &Caller, id: ClientId) -> Result<AppClient, Refusal> {
        caller.concerns(id);
        let found = self.store.find_client(id).await?;
        found
            .filter(|client| client.org == caller.org())
            .ok_or(Refusal::NotFound)
    }
}
