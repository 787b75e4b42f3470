//! The private keys in the memory of an instance.

use std::sync::{Arc, PoisonError, RwLock};

use super::key::SigningKey;
use super::ring::KeyRing;
use super::times::KEPT_FOR;
use crate::fault::Fault;
use crate::model::Timestamp;
use crate::runtime::{Environment, VariableError};
use crate::secrets::Secret;

/// The key ring in memory, and the secret that it is read from.
#[derive(Debug)]
pub struct SigningKeys {
    secret: Secret,
    cached: RwLock<Cached>,
}

#[derive(Clone, Debug, Default)]
struct Cached {
    ring: Option<(Timestamp, Arc<KeyRing>)>,
    /// Whether the last look at the secret failed.
    is_doubtful: bool,
}

/// A key that may sign now.
#[derive(Clone, Debug)]
pub struct ReadyKey {
    key: Arc<SigningKey>,
    signs_from: Timestamp,
    read_at: Timestamp,
}

impl SigningKeys {
    /// The keys in the secret that `SIGNING_KEYS_SECRET` names.
    ///
    /// # Errors
    /// When the variable is not set.
    pub fn new(environment: &Environment) -> Result<Self, VariableError> {
        Ok(Self {
            secret: Secret::new(environment, "SIGNING_KEYS_SECRET")?,
            cached: RwLock::default(),
        })
    }

    /// The key by which a token that is counted now will most likely be signed: one in memory, of
    /// whatever age, if Secrets Manager answered when asked last.
    ///
    /// # Errors
    /// When the secret has to be read for that and cannot be, or no key in it may sign now.
    pub async fn ready(&self, now: Timestamp) -> Result<ReadyKey, Fault> {
        match self.in_memory(now) {
            Some(key) => Ok(key),
            None => self.read(now).await,
        }
    }

    /// That key, or the one to sign by instead when it was read five minutes ago or earlier.
    ///
    /// # Errors
    /// When the secret has to be read and cannot be: a key that may have been dropped signs nothing.
    pub async fn fresh(&self, ready: ReadyKey, now: Timestamp) -> Result<ReadyKey, Fault> {
        let is_fresh = |key: &ReadyKey| now.seconds_since(key.read_at) < KEPT_FOR;
        if is_fresh(&ready) {
            return Ok(ready);
        }
        // Another request may have read it since.
        match self.in_memory(now).filter(is_fresh) {
            Some(key) => Ok(key),
            None => self.read(now).await,
        }
    }

    fn in_memory(&self, now: Timestamp) -> Option<ReadyKey> {
        let cached = self.cached.read().unwrap_or_else(PoisonError::into_inner);
        let (read_at, ring) = cached.ring.as_ref().filter(|_| !cached.is_doubtful)?;
        ReadyKey::of(ring, *read_at, now)
    }

    async fn read(&self, now: Timestamp) -> Result<ReadyKey, Fault> {
        let ring = self.secret.find().await.and_then(|text| {
            let text = text.ok_or(Fault::NoSigningKey)?;
            KeyRing::parse(&text).map_err(|_| Fault::Unreadable("signing key secret"))
        });
        let mut cached = self.cached.write().unwrap_or_else(PoisonError::into_inner);
        cached.is_doubtful = ring.is_err();
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

    /// For how many seconds it has signed, when it was read at `now`.
    #[must_use]
    pub fn age_when_read_at(&self, now: Timestamp) -> Option<u64> {
        (self.read_at == now).then(|| now.seconds_since(self.signs_from))
    }
}
