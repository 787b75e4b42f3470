use std::sync::{Arc, PoisonError, RwLock};

use jsonwebtoken::jwk::Jwk;

use super::Store;
use crate::fault::Fault;
use crate::model::Timestamp;
use crate::token::key_set::{KeySet, MAX_AGE};

/// How soon after a look at the database an unknown `kid` may cause another, in seconds: a flood of
/// made-up tokens costs one read each time this has passed.
const UNKNOWN_KID_PAUSE: u64 = 10;

/// The key set in memory, read again every five minutes.
#[derive(Debug, Default)]
pub struct CachedKeySet(RwLock<Option<Arc<Read>>>);

#[derive(Debug)]
struct Read {
    at: Timestamp,
    keys: KeySet,
}

impl CachedKeySet {
    /// The key of that name; `None` when the database does not know it either.
    ///
    /// # Errors
    /// When the key set has to be read and DynamoDB does not answer, or it is not there.
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
            let found = cached.keys.find(kid, now);
            if age < MAX_AGE && (found.is_some() || age < UNKNOWN_KID_PAUSE) {
                return Ok(found.cloned());
            }
        }
        let keys = store.find_key_set().await?.ok_or(Fault::NoKeySet)?;
        let found = keys.find(kid, now).cloned();
        let read = Arc::new(Read { at: now, keys });
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(read);
        Ok(found)
    }
}
