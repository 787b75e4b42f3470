//! Lists clients.

use super::service::AppClients;
use crate::authorization::Caller;
use crate::refusal::Refusal;
use crate::store::{Page, Position};

impl AppClients {
    /// Lists up to `size` clients of the caller's org, oldest first, from `after`. A client created
    /// a moment ago may be missing. Clients whose records cannot be read are logged.
    ///
    /// # Errors
    /// [`Refusal::Fault`].
    pub async fn list(
        &self,
        caller: &Caller,
        after: Option<Position>,
        size: u8,
    ) -> Result<Page, Refusal> {
        let page = self.store.list_clients(caller.org(), after, size).await?;
        for (id, fault) in &page.unreadable {
            caller.found_unreadable(*id, fault);
        }
        Ok(page)
    }
}
