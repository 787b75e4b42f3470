use super::item::{text, time};
use super::transaction::Transacted;
use super::{Item, Key, Store};
use crate::fault::Fault;
use crate::model::AppClient;

impl Store {
    /// Writes an org with its first client, together; whether it did: an org that is there already
    /// is left as it is, and so is everything in it.
    ///
    /// # Errors
    /// When DynamoDB does not say whether they are written.
    pub async fn insert_org(&self, name: &str, first: &AppClient) -> Result<bool, Fault> {
        let org = Item::new(Key::org(first.org))
            .with("name", text(name))
            .with("created_at", time(first.created_at));
        let mut writes = vec![self.put_new(org)?];
        writes.extend(self.client_and_gate(first)?);
        Ok(self.transact(writes).await? == Transacted::Committed)
    }
}
