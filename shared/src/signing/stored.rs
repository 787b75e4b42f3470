//! The private keys in the text of one version of the secret.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::algorithm::{SigningAlgorithm, UnusableKey};
use super::key::SigningKey;
use super::key_set::{KeySet, PublishedKey};
use super::times::CLOCKS_APART;
use crate::model::Timestamp;

/// The private keys, with the periods in which they may sign.
#[derive(Serialize, Deserialize)]
pub struct StoredKeys {
    pub(super) keys: Vec<StoredKey>,
    /// The version of the secret from which these keys were made; `None` if they were made without
    /// one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) follows: Option<String>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct StoredKey {
    pub(super) algorithm: SigningAlgorithm,
    /// PKCS #8 in base64.
    private_key: String,
    /// The time of publication, in epoch seconds.
    pub(super) published_at: u64,
    /// The time from which it signs, in epoch seconds.
    pub(super) signs_from: u64,
    /// The time until which it signs, in epoch seconds; `None` has no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) signs_until: Option<u64>,
}

/// A private key that is not in any version of the secret yet.
pub struct NewKey {
    algorithm: SigningAlgorithm,
    /// PKCS #8 in base64.
    private_key: String,
}

impl StoredKeys {
    /// One key that signs at once, whatever the time: the first key of a deployment, when no verifier can have cached
    /// an older key set, or the replacement of leaked keys.
    ///
    /// # Errors
    /// When the library fails.
    pub fn first(algorithm: SigningAlgorithm, now: Timestamp) -> Result<Self, UnusableKey> {
        let signs_from = now.epoch_seconds().saturating_sub(CLOCKS_APART);
        Ok(Self {
            keys: vec![NewKey::generate(algorithm)?.signing_from(signs_from, now)],
            follows: None,
        })
    }

    /// These keys; a lone first one signs whatever the time. No verifier can have cached an older
    /// key set, and the clock may have been ahead when the key was created.
    pub(super) fn whose_first_signs_always(mut self) -> Self {
        if let (None, [first]) = (&self.follows, self.keys.as_mut_slice()) {
            first.signs_from = 0;
        }
        self
    }

    /// Parses the secret's text.
    ///
    /// # Errors
    /// When the text is invalid.
    pub fn parse(text: &str) -> Result<Self, UnusableKey> {
        serde_json::from_str(text).map_err(|_| UnusableKey)
    }

    /// The secret's text.
    ///
    /// # Errors
    /// When serialization fails. A caller cannot fix that.
    pub fn to_text(&self) -> Result<String, UnusableKey> {
        serde_json::to_string(self).map_err(|_| UnusableKey)
    }

    /// The public keys.
    ///
    /// # Errors
    /// When a key is unusable.
    pub fn public(&self) -> Result<KeySet, UnusableKey> {
        let publish = |stored: &StoredKey| {
            Ok(PublishedKey {
                jwk: stored.parsed()?.public_jwk()?,
                published_at: stored.published_at,
                signs_until: stored.signs_until,
            })
        };
        let keys = self.keys.iter().map(publish);
        keys.collect::<Result<_, _>>().map(KeySet::new)
    }
}

impl StoredKey {
    pub(super) fn parsed(&self) -> Result<SigningKey, UnusableKey> {
        let pkcs8 = STANDARD.decode(&self.private_key);
        SigningKey::from_pkcs8(self.algorithm, &pkcs8.map_err(|_| UnusableKey)?)
    }
}

impl NewKey {
    /// Generates a key.
    ///
    /// # Errors
    /// When the library fails.
    pub fn generate(algorithm: SigningAlgorithm) -> Result<Self, UnusableKey> {
        Ok(Self {
            algorithm,
            private_key: STANDARD.encode(algorithm.generate()?),
        })
    }

    /// The public key, to be published at `now`.
    ///
    /// # Errors
    /// When the key cannot be used.
    pub fn public(&self, now: Timestamp) -> Result<KeySet, UnusableKey> {
        let pkcs8 = STANDARD.decode(&self.private_key);
        let key = SigningKey::from_pkcs8(self.algorithm, &pkcs8.map_err(|_| UnusableKey)?)?;
        Ok(KeySet::new(vec![PublishedKey {
            jwk: key.public_jwk()?,
            published_at: now.epoch_seconds(),
            signs_until: None,
        }]))
    }

    pub(super) fn signing_from(self, signs_from: u64, published_at: Timestamp) -> StoredKey {
        StoredKey {
            algorithm: self.algorithm,
            private_key: self.private_key,
            published_at: published_at.epoch_seconds(),
            signs_from,
            signs_until: None,
        }
    }
}
