//! Lists clients.

use super::service::AppClients;
use crate::authorization::Caller;
use crate::refusal::Refusal;
use crate::store::{Page, Position};

impl AppClients {
    /// Lists up to `size` clients of the caller's org, oldest first, from `after`. A client created
    /// a moment ago may be missing.
    ///
    /// # Errors
    /// [`Refusal::Fault`].
    pub async fn list(
        &self,
        caller: &Caller,
        after: Option<Position>,
        size: u8,
    ) -> Result<Page, Refusal> {
        Ok(self.store.list_clients(caller.org(), after, size).await?)
    }
}
