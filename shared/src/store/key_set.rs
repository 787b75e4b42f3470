//! The key set in the table, as JSON.

use super::item::text;
use super::{Item, Key, Store};
use crate::fault::Fault;

impl Store {
    /// The public key set as JSON; `None` before bootstrap.
    ///
    /// # Errors
    /// When the read fails.
    pub async fn find_key_set(&self) -> Result<Option<String>, Fault> {
        let item = self.get(Key::key_set()).await?;
        item.map(|item| item.text("key_set").map(str::to_owned))
            .transpose()
    }

    /// Replaces the key set `former`, or inserts one if `former` is `None`. Returns false if the
    /// stored key set is another one.
    ///
    /// # Errors
    /// When DynamoDB does not confirm whether it is written.
    pub async fn replace_key_set(&self, former: Option<&str>, keys: &str) -> Result<bool, Fault> {
        let item = Item::new(Key::key_set()).with("key_set", text(keys));
        self.put_in_place_of("key_set", former, item).await
    }
}
