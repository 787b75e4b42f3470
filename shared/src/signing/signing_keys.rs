//! An instance's cache of the private keys.

use std::sync::{Arc, PoisonError, RwLock};

use super::key::SigningKey;
use super::ring::KeyRing;
use super::times::CACHED_FOR;
use crate::fault::Fault;
use crate::model::Timestamp;
use crate::runtime::{Environment, VariableError};
use crate::secrets::Secret;

/// The cached key ring, and the secret from which it is read.
#[derive(Debug)]
pub struct SigningKeys {
    secret: Secret,
    cached: RwLock<Cached>,
}

#[derive(Clone, Debug, Default)]
struct Cached {
    ring: Option<(Timestamp, Arc<KeyRing>)>,
    /// Whether the last read of the secret failed.
    last_read_failed: bool,
}

/// A key that may sign now, and the time at which it was read.
#[derive(Clone, Debug)]
pub struct ReadyKey {
    key: Arc<SigningKey>,
    signs_from: Timestamp,
    read_at: Timestamp,
}

impl SigningKeys {
    /// The keys of the secret in `SIGNING_KEYS_SECRET`.
    ///
    /// # Errors
    /// When the variable is not set.
    pub fn new(environment: &Environment) -> Result<Self, VariableError> {
        Ok(Self {
            secret: Secret::new(environment, "SIGNING_KEYS_SECRET")?,
            cached: RwLock::default(),
        })
    }

    /// The key that will probably sign a token that is counted now. A cached key of any age will
    /// do, unless the last read of the secret failed.
    ///
    /// # Errors
    /// When the secret must be read and the read fails, or when no key may sign now.
    pub async fn ready(&self, now: Timestamp) -> Result<ReadyKey, Fault> {
        match self.cached(now) {
            Some(key) => Ok(key),
            None => self.read(now).await,
        }
    }

    /// The key that signs: `ready`, or a newly read one if `ready` was read five minutes ago or
    /// earlier.
    ///
    /// # Errors
    /// When the secret must be read and the read fails, or no key may sign: a key that may have
    /// been dropped must not sign.
    pub async fn fresh(&self, ready: ReadyKey, now: Timestamp) -> Result<ReadyKey, Fault> {
        let is_fresh = |key: &ReadyKey| now.seconds_since(key.read_at) < CACHED_FOR;
        if is_fresh(&ready) {
            return Ok(ready);
        }
        // Another request may have read the secret meanwhile.
        match self.cached(now).filter(is_fresh) {
            Some(key) => Ok(key),
            None => self.read(now).await,
        }
    }

    fn cached(&self, now: Timestamp) -> Option<ReadyKey> {
        let cached = self.cached.read().unwrap_or_else(PoisonError::into_inner);
        let (read_at, ring) = cached.ring.as_ref().filter(|_| !cached.last_read_failed)?;
        ReadyKey::of(ring, *read_at, now)
    }

    async fn read(&self, now: Timestamp) -> Result<ReadyKey, Fault> {
        let ring = self.secret.find().await.and_then(|text| {
            let text = text.ok_or(Fault::NoSigningKey)?;
            KeyRing::parse(&text).map_err(|_| Fault::Unreadable("signing key secret"))
        });
        let mut cached = self.cached.write().unwrap_or_else(PoisonError::into_inner);
        cached.last_read_failed = ring.is_err();
        let ring = Arc::new(ring?);
        cached.ring = Some((now, Arc::clone(&ring)));
        ReadyKey::of(&ring, now, now).ok_or(Fault::NoSigningKey)
    }
}

impl ReadyKey {
    fn of(ring: &KeyRing, read_at: Timestamp, now: Timestamp) -> Option<Self> {
        let timed = ring.signing_at(now)?;
        Some(Self {
            key: Arc::clone(&timed.key),
            signs_from: timed.signs_from,
            read_at,
        })
    }

    /// The key itself.
    #[must_use]
    pub fn key(&self) -> &SigningKey {
        &self.key
    }

    /// The seconds for which the key has signed, if it was read at `now`.
    #[must_use]
    pub fn age_when_read_at(&self, now: Timestamp) -> Option<u64> {
        (self.read_at == now).then(|| now.seconds_since(self.signs_from))
    }
}
