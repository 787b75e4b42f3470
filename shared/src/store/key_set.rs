use super::item::text;
use super::{Item, Key, Store};
use crate::fault::Fault;
use crate::token::key_set::KeySet;

impl Store {
    /// The public key set; `None` before bootstrap.
    ///
    /// # Errors
    /// When DynamoDB does not answer.
    pub async fn find_key_set(&self) -> Result<Option<KeySet>, Fault> {
        let Some(item) = self.get(Key::key_set()).await? else {
            return Ok(None);
        };
        serde_json::from_str(item.text("key_set")?)
            .map(Some)
            .map_err(|_| Fault::Unreadable("key_set"))
    }

    /// Writes the public key set where there is none yet; whether it did.
    ///
    /// # Errors
    /// When DynamoDB does not say whether it is written.
    pub async fn insert_key_set(&self, keys: &KeySet) -> Result<bool, Fault> {
        let keys = serde_json::to_string(keys).map_err(|_| Fault::Unreadable("key_set"))?;
        self.put_if_absent(Item::new(Key::key_set()).with("key_set", text(keys)))
            .await
    }
}
