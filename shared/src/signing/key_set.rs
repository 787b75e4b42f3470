//! The public key set (RFC 7517).

use jsonwebtoken::jwk::Jwk;
use serde::{Deserialize, Serialize};

use super::times::{FORMER_VERSION_SIGNS, LAST_TOKEN_EXPIRES, ORPHANED_AFTER};
use crate::model::Timestamp;

/// The public key of every signing key that has signed a token which may still be valid, or that
/// will sign.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct KeySet {
    keys: Vec<PublishedKey>,
}

/// A public key, and the time until which it signs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PublishedKey {
    /// The key.
    pub jwk: Jwk,
    /// The time of publication, in epoch seconds.
    #[serde(default)]
    pub published_at: u64,
    /// The time until which it signs, in epoch seconds; `None` has no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signs_until: Option<u64>,
}

impl KeySet {
    /// A set of these keys.
    #[must_use]
    pub const fn new(keys: Vec<PublishedKey>) -> Self {
        Self { keys }
    }

    /// Adds the keys of `others`, in place of existing entries for them.
    pub fn add(&mut self, others: &Self) {
        self.withdraw(others);
        self.keys.extend_from_slice(&others.keys);
    }

    /// Removes the keys of `others`.
    pub fn withdraw(&mut self, others: &Self) {
        self.keys.retain(|key| others.entry(&key.jwk).is_none());
    }

    /// Sets for every key the time until which it signs, and drops keys whose last token has
    /// expired. `current` has the public keys of the secret's current version. No key is added: a
    /// key that an emergency has dropped stays out.
    pub fn settle(&mut self, current: &Self, now: Timestamp) {
        let last_signature = now.plus(FORMER_VERSION_SIGNS).epoch_seconds();
        for key in &mut self.keys {
            key.signs_until = match (current.entry(&key.jwk), key.signs_until) {
                (Some(PublishedKey { signs_until, .. }), None) => {
                    // Not before the last possible signature with the former version, in case this
                    // version became current later than planned.
                    signs_until.map(|until| until.max(last_signature))
                }
                (Some(stored), published) => stored.signs_until.and(published),
                (None, None)
                    if now.epoch_seconds() >= key.published_at.saturating_add(ORPHANED_AFTER) =>
                {
                    Some(last_signature)
                }
                (None, published) => published,
            };
        }
        self.keys.retain(|key| matters_at(key.signs_until, now));
    }

    /// The entry of a key.
    #[must_use]
    pub fn entry(&self, jwk: &Jwk) -> Option<&PublishedKey> {
        self.keys.iter().find(|key| key.jwk.common == jwk.common)
    }

    /// Every key.
    pub fn keys(&self) -> impl Iterator<Item = &Jwk> {
        self.keys.iter().map(|key| &key.jwk)
    }

    /// The keys to publish at `now`: those that may sign, or that have a token that may still be
    /// valid.
    pub fn published_at(&self, now: Timestamp) -> impl Iterator<Item = &Jwk> {
        let matters = move |key: &&PublishedKey| matters_at(key.signs_until, now);
        self.keys.iter().filter(matters).map(|key| &key.jwk)
    }

    /// The published key with this `kid`.
    #[must_use]
    pub fn key(&self, kid: &str, now: Timestamp) -> Option<&Jwk> {
        self.published_at(now)
            .find(|jwk| jwk.common.key_id.as_deref() == Some(kid))
    }
}

/// Whether a key that signs until `signs_until` may still sign, or have a valid token, by any
/// clock.
pub(super) fn matters_at(signs_until: Option<u64>, now: Timestamp) -> bool {
    let last_token_expires = signs_until.map(|until| until.saturating_add(LAST_TOKEN_EXPIRES));
    last_token_expires.is_none_or(|expiry| now.epoch_seconds() < expiry)
}
