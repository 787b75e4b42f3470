//! The public keys, as the key set publishes them (RFC 7517).

use jsonwebtoken::jwk::Jwk;
use serde::{Deserialize, Serialize};

use super::times::{FORMER_VERSION_SIGNS, LAST_TOKEN_EXPIRES, ORPHANED_AFTER};
use crate::model::Timestamp;

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
    /// When it was published, in epoch seconds.
    #[serde(default)]
    pub published_at: u64,
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
        self.keys.retain(|key| others.entry(&key.jwk).is_none());
    }

    /// Says of every key until when it signs, now that `current` holds the public halves of the
    /// secret's current version, and forgets those whose last token has expired. It publishes no
    /// key: what an emergency has taken out stays out.
    pub fn settle(&mut self, current: &Self, now: Timestamp) {
        let last_signature = now.plus(FORMER_VERSION_SIGNS).epoch_seconds();
        for key in &mut self.keys {
            key.signs_until = match (current.entry(&key.jwk), key.signs_until) {
                (Some(PublishedKey { signs_until, .. }), None) => {
                    // Not earlier, when the version became current only after that time.
                    signs_until.map(|until| until.max(last_signature))
                }
                (Some(stored), said) => stored.signs_until.and(said),
                (None, None)
                    if now.epoch_seconds() >= key.published_at.saturating_add(ORPHANED_AFTER) =>
                {
                    Some(last_signature)
                }
                (None, said) => said,
            };
        }
        self.keys.retain(|key| matters_at(key.signs_until, now));
    }

    /// What is said here of a key.
    #[must_use]
    pub fn entry(&self, jwk: &Jwk) -> Option<&PublishedKey> {
        self.keys.iter().find(|key| key.jwk.common == jwk.common)
    }

    /// Every key.
    pub fn keys(&self) -> impl Iterator<Item = &Jwk> {
        self.keys.iter().map(|key| &key.jwk)
    }

    /// The keys to publish at `now`: those of which a token may still be valid.
    pub fn published_at(&self, now: Timestamp) -> impl Iterator<Item = &Jwk> {
        let matters = move |key: &&PublishedKey| matters_at(key.signs_until, now);
        self.keys.iter().filter(matters).map(|key| &key.jwk)
    }

    /// The key of that name.
    #[must_use]
    pub fn key(&self, kid: &str, now: Timestamp) -> Option<&Jwk> {
        self.published_at(now)
            .find(|jwk| jwk.common.key_id.as_deref() == Some(kid))
    }
}

/// Whether a token may still be valid, by whatever clock, of a key that signs until then.
pub(super) fn matters_at(signs_until: Option<u64>, now: Timestamp) -> bool {
    let last_token_expires = signs_until.map(|until| until.saturating_add(LAST_TOKEN_EXPIRES));
    last_token_expires.is_none_or(|expiry| now.epoch_seconds() < expiry)
}
