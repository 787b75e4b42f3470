//! An instance's cache of the private keys.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use tokio::sync::Mutex;

use super::failed_reads::FailedReads;
use super::key::SigningKey;
use super::ring::KeyRing;
use super::times::{CACHED_FOR, CLOCKS_APART};
use crate::clock::Clock;
use crate::fault::Fault;
use crate::model::Timestamp;
use crate::random::Randomness;
use crate::runtime::{Environment, VariableError};
use crate::secrets::Secret;

/// The cached key ring, and the secret from which it is read.
#[derive(Debug)]
pub struct SigningKeys {
    secret: Secret,
    clock: Clock,
    randomness: Randomness,
    cached: RwLock<Cached>,
    /// Held during a read, so that concurrent requests share it.
    reading: Mutex<()>,
}

#[derive(Debug, Default)]
struct Cached {
    ring: Option<(Timestamp, Arc<KeyRing>)>,
    /// `None` if the last read succeeded, or if there has been none.
    failed: Option<FailedReads>,
}

/// A key that may sign now, and the time at which it was read.
#[derive(Clone, Debug)]
pub struct ReadyKey {
    key: Arc<SigningKey>,
    /// The time from which it has signed.
    since: Timestamp,
    published_at: Timestamp,
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
            clock: environment.clock.clone(),
            randomness: environment.randomness.clone(),
            cached: RwLock::default(),
            reading: Mutex::default(),
        })
    }

    /// Reads the keys on an instance that has never tried to, and returns the key that it found.
    /// Requests that are not authenticated may call this: it reads at most once.
    pub async fn prefetch(&self, now: Timestamp) -> Option<ReadyKey> {
        let has_tried = {
            let cached = self.cached();
            cached.ring.is_some() || cached.failed.is_some()
        };
        if has_tried {
            return None;
        }
        self.ready(now).await.ok()
    }

    /// The key that will probably sign a token that is counted now. A cached key of any age will
    /// do, unless the last read of the secret failed.
    ///
    /// # Errors
    /// When the secret must be read and the read fails or has to wait, or when no key may sign now.
    pub async fn ready(&self, now: Timestamp) -> Result<ReadyKey, Fault> {
        let cached = || {
            let cached = self.cached();
            let key = cached.key(now)?;
            (cached.failed.is_none() || key.is_fresh(now)).then_some(key)
        };
        self.cached_or_read(now, cached).await
    }

    /// The key that signs: `ready`, or a newly read one if `ready` was read five minutes ago or
    /// earlier.
    ///
    /// # Errors
    /// When the secret must be read and the read fails or has to wait, or no key may sign: a key
    /// that may have been dropped must not sign.
    pub async fn fresh(&self, ready: ReadyKey, now: Timestamp) -> Result<ReadyKey, Fault> {
        if ready.is_fresh(now) {
            return Ok(ready);
        }
        let cached = || self.cached().key(now).filter(|key| key.is_fresh(now));
        self.cached_or_read(now, cached).await
    }

    async fn cached_or_read(
        &self,
        now: Timestamp,
        cached: impl Fn() -> Option<ReadyKey>,
    ) -> Result<ReadyKey, Fault> {
        if let Some(key) = cached() {
            return Ok(key);
        }
        let _turn = self.reading.lock().await;
        // Another request may have read the secret meanwhile.
        match cached() {
            Some(key) => Ok(key),
            None => self.read(now).await,
        }
    }

    /// Reads the secret, unless the pause after a failed read has not passed. The pauses follow this
    /// instance's clock instead of `now`, because a failing read takes seconds.
    async fn read(&self, now: Timestamp) -> Result<ReadyKey, Fault> {
        let former = self.cached().failed.clone();
        if let Some(former) = &former {
            former.may_read(self.clock.now())?;
        }
        let failed =
            |fault| FailedReads::after(former.as_ref(), fault, self.clock.now(), &self.randomness);
        // The read counts as failed until it succeeds, because the request's time limit may end it.
        let unfinished = failed(Fault::OutOfTime);
        self.update(|cached| cached.failed = Some(unfinished));
        let ring = self.secret.find().await.and_then(|text| {
            let text = text.ok_or(Fault::NoSigningKey)?;
            KeyRing::parse(&text).map_err(|_| Fault::Unreadable("signing key secret"))
        });
        let key = ring.and_then(|ring| {
            let ring = Arc::new(ring);
            let missing = || {
                ring.signs_in(now)
                    .map_or(Fault::NoSigningKey, Fault::NoSigningKeyYet)
            };
            let key = ReadyKey::of(&ring, now, now).ok_or_else(missing);
            self.update(|cached| cached.ring = Some((now, ring)));
            key
        });
        let failed = key.as_ref().err().cloned().map(failed);
        self.update(|cached| cached.failed = failed);
        key
    }

    fn cached(&self) -> RwLockReadGuard<'_, Cached> {
        self.cached.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn update(&self, change: impl FnOnce(&mut Cached)) {
        change(&mut self.cached.write().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Cached {
    fn key(&self, now: Timestamp) -> Option<ReadyKey> {
        let (read_at, ring) = self.ring.as_ref()?;
        ReadyKey::of(ring, *read_at, now)
    }
}

impl ReadyKey {
    fn of(ring: &KeyRing, read_at: Timestamp, now: Timestamp) -> Option<Self> {
        let timed = ring.signing_at(now)?;
        Some(Self {
            key: Arc::clone(&timed.key),
            since: timed.signs_from.max(timed.published_at),
            published_at: timed.published_at,
            read_at,
        })
    }

    /// Whether the key may sign without another read of the secret. After the clock went back, it
    /// may not: the age of the copy is unknown.
    fn is_fresh(&self, now: Timestamp) -> bool {
        let went_back = self.read_at.seconds_since(now) > CLOCKS_APART;
        now.seconds_since(self.read_at) < CACHED_FOR && !went_back
    }

    /// The key itself.
    #[must_use]
    pub fn key(&self) -> &SigningKey {
        &self.key
    }

    /// The seconds for which the key has signed, if it was read at `now`.
    #[must_use]
    pub fn age_when_read_at(&self, now: Timestamp) -> Option<u64> {
        (self.read_at == now).then(|| now.seconds_since(self.since))
    }
    /// The seconds by which the clock is behind the publication of the key, if the key was read at
    /// `now`. Clocks may be a minute apart.
    #[must_use]
    pub fn clock_behind_when_read_at(&self, now: Timestamp) -> Option<u64> {
        let behind = self.published_at.seconds_since(now);
        (self.read_at == now && behind > CLOCKS_APART).then_some(behind)
    }
}
