//! The cache of the key set by which this service verifies tokens.

use std::sync::{Arc, PoisonError, RwLock};

use jsonwebtoken::jwk::Jwk;

use super::key_set::KeySet;
use super::times::{CLOCKS_APART, MAX_AGE, UNKNOWN_KID_PAUSE};
use crate::fault::Fault;
use crate::model::Timestamp;
use crate::store::Store;

/// This instance's cache of the key set, read again every five minutes.
#[derive(Debug, Default)]
pub struct PublishedKeys(RwLock<Option<Arc<Read>>>);

#[derive(Debug)]
struct Read {
    at: Timestamp,
    keys: KeySet,
}

impl PublishedKeys {
    /// The key with this `kid`; `None` if the key set in the database does not have it either.
    ///
    /// # Errors
    /// When the key set must be read, and the read fails or finds none.
    pub async fn find(
        &self,
        store: &Store,
        kid: &str,
        now: Timestamp,
    ) -> Result<Option<Jwk>, Fault> {
        let cached = self
            .0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some(cached) = cached {
            let age = now.seconds_since(cached.at);
            let found = cached.keys.key(kid, now);
            // After the clock went back, the age of the copy is unknown.
            let went_back = cached.at.seconds_since(now) > CLOCKS_APART;
            if !went_back && age < MAX_AGE && (found.is_some() || age < UNKNOWN_KID_PAUSE) {
                return Ok(found.cloned());
            }
        }
        let keys = KeySet::find(store).await?.ok_or(Fault::NoKeySet)?;
        let found = keys.key(kid, now).cloned();
        let read = Arc::new(Read { at: now, keys });
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(read);
        Ok(found)
    }
}
