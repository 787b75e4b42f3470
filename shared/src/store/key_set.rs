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
        parse(item.text("key_set")?).map(Some)
    }

    /// Changes the public key set by `change`, on the set as it then is.
    ///
    /// # Errors
    /// When DynamoDB does not say that it is written.
    pub async fn change_key_set(&self, change: impl Fn(&mut KeySet)) -> Result<(), Fault> {
        loop {
            let former = self.get(Key::key_set()).await?;
            let former = former
                .as_ref()
                .map(|item| item.text("key_set"))
                .transpose()?;
            let mut keys = former.map_or_else(|| Ok(KeySet::default()), parse)?;
            change(&mut keys);
            let keys = serde_json::to_string(&keys).map_err(|_| Fault::Unreadable("key_set"))?;
            let item = Item::new(Key::key_set()).with("key_set", text(keys));
            if self.put_in_place_of("key_set", former, item).await? {
                return Ok(());
            }
        }
    }
}

fn parse(text: &str) -> Result<KeySet, Fault> {
    serde_json::from_str(text).map_err(|_| Fault::Unreadable("key_set"))
}
