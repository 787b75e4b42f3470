//! The key set's item in the table.

use super::key_set::KeySet;
use crate::fault::Fault;
use crate::store::Store;

impl KeySet {
    /// The key set; `None` before bootstrap.
    ///
    /// # Errors
    /// When the read fails, or the item cannot be read.
    pub async fn find(store: &Store) -> Result<Option<Self>, Fault> {
        let text = store.find_key_set().await?;
        text.map(|text| parse(&text)).transpose()
    }

    /// Applies `change` to the current key set and writes it. If another writer was faster, the
    /// change is applied again to the new key set.
    ///
    /// # Errors
    /// When DynamoDB does not confirm that it is written.
    pub async fn change(store: &Store, change: impl Fn(&mut Self)) -> Result<(), Fault> {
        let mut attempts = store.attempts();
        while attempts.another().await? {
            let former = store.find_key_set().await?;
            let mut keys = former
                .as_deref()
                .map_or_else(|| Ok(Self::default()), parse)?;
            change(&mut keys);
            let text = serde_json::to_string(&keys).map_err(|_| Fault::Unreadable("key_set"))?;
            if store.replace_key_set(former.as_deref(), &text).await? {
                return Ok(());
            }
        }
        Err(Fault::Contended("PutItem"))
    }
}

fn parse(text: &str) -> Result<KeySet, Fault> {
    serde_json::from_str(text).map_err(|_| Fault::Unreadable("key_set"))
}
