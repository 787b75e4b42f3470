//! The public keys, as the key set publishes them (RFC 7517).

use jsonwebtoken::jwk::Jwk;
use serde::{Deserialize, Serialize};

use crate::model::{AccessTokenLifetime, Timestamp};

/// How long others may keep the key set, in seconds. Rotation counts on it.
pub const MAX_AGE: u64 = 300;

/// The public halves of every key that has signed a token which may still be valid, or will sign.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct KeySet {
    keys: Vec<PublishedKey>,
}

/// A public key, and for how long it matters.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PublishedKey {
    /// The key.
    pub jwk: Jwk,
    /// Until when it signs, in epoch seconds; for ever when not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signs_until: Option<u64>,
}

impl KeySet {
    /// A set of those keys.
    #[must_use]
    pub const fn new(keys: Vec<PublishedKey>) -> Self {
        Self { keys }
    }

    /// Publishes the keys of `others` too.
    pub fn add(&mut self, others: &Self) {
        self.withdraw(others);
        self.keys.extend_from_slice(&others.keys);
    }

    /// Takes the keys of `others` back.
    pub fn withdraw(&mut self, others: &Self) {
        let is_other =
            |key: &PublishedKey| others.keys().any(|other| other.common == key.jwk.common);
        self.keys.retain(|key| !is_other(key));
    }

    /// Every key.
    pub fn keys(&self) -> impl Iterator<Item = &Jwk> {
        self.keys.iter().map(|key| &key.jwk)
    }

    /// The keys to publish at `now`: those of which a token may still be valid.
    pub fn published_at(&self, now: Timestamp) -> impl Iterator<Item = &Jwk> {
        let longest = u64::from(AccessTokenLifetime::LONGEST.seconds());
        let matters = move |key: &&PublishedKey| {
            let last_token_expires = key.signs_until.map(|until| until.saturating_add(longest));
            last_token_expires.is_none_or(|expiry| now.epoch_seconds() < expiry)
        };
        self.keys.iter().filter(matters).map(|key| &key.jwk)
    }

    /// The key of that name.
    #[must_use]
    pub fn find(&self, kid: &str, now: Timestamp) -> Option<&Jwk> {
        self.published_at(now)
            .find(|jwk| jwk.common.key_id.as_deref() == Some(kid))
    }
}
