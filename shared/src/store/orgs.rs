//! Orgs in the table.

use super::item::{text, time};
use super::transaction::Transacted;
use super::{Item, Key, Store};
use crate::fault::Fault;
use crate::model::AppClient;

impl Store {
    /// Inserts an org with its first client. Returns false if the org exists; then it stays
    /// unchanged, and so do its clients.
    ///
    /// # Errors
    /// When DynamoDB does not confirm whether both are written.
    pub async fn insert_org(&self, name: &str, first: &AppClient) -> Result<bool, Fault> {
        let org = Item::new(Key::org(first.org))
            .with("name", text(name))
            .with("created_at", time(first.created_at));
        let mut writes = vec![self.put_new(org)?];
        writes.extend(self.client_and_gate(first)?);
        Ok(self.transact(writes).await? == Transacted::Committed)
    }
}
