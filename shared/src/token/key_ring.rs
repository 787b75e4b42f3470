//! The private keys, as one version of the secret holds them.

mod rotation;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::key_set::{KeySet, PublishedKey};
use super::{SigningAlgorithm, SigningKey, UnusableKey};
use crate::model::Timestamp;
use crate::model::gate::Window;

pub use rotation::{NewKey, Unfit};

/// How long an instance signs by the keys that it has read, in seconds: a key that leaked and was
/// dropped signs nothing after that.
pub const KEPT_FOR: u64 = 300;

/// How far apart the clocks of two instances may be, in seconds: a key that signs at once must do
/// so by a clock that is behind.
pub(super) const CLOCKS_APART: u64 = Window::HOUR.slot_seconds;

/// The secret's text: every key with the times at which it may sign.
#[derive(Serialize, Deserialize)]
pub struct StoredKeys {
    keys: Vec<StoredKey>,
    /// The version of the secret that these keys were made from; none for keys made from nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    follows: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct StoredKey {
    algorithm: SigningAlgorithm,
    /// PKCS #8 in base64.
    private_key: String,
    /// When it was published, in epoch seconds.
    published_at: u64,
    /// From when it signs.
    signs_from: u64,
    /// Until when it signs; for ever when not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signs_until: Option<u64>,
}

/// The private keys, ready to sign.
#[derive(Debug)]
pub struct KeyRing {
    keys: Vec<TimedKey>,
}

#[derive(Debug)]
struct TimedKey {
    key: SigningKey,
    signs_from: Timestamp,
    signs_until: Option<Timestamp>,
}

impl StoredKeys {
    /// One key that signs at once: the first of a deployment, when nobody can have cached an older
    /// key set, or one in place of all that leaked.
    ///
    /// # Errors
    /// When the library cannot make one.
    pub fn first(algorithm: SigningAlgorithm, now: Timestamp) -> Result<Self, UnusableKey> {
        let signs_from = now.epoch_seconds().saturating_sub(CLOCKS_APART);
        Ok(Self {
            keys: vec![NewKey::generate(algorithm)?.signing_from(signs_from, now)],
            follows: None,
        })
    }

    /// Reads the secret's text.
    ///
    /// # Errors
    /// When it is not that.
    pub fn parse(text: &str) -> Result<Self, UnusableKey> {
        serde_json::from_str(text).map_err(|_| UnusableKey)
    }

    /// The secret's text.
    ///
    /// # Errors
    /// None that a caller could mend.
    pub fn to_text(&self) -> Result<String, UnusableKey> {
        serde_json::to_string(self).map_err(|_| UnusableKey)
    }

    /// The public halves.
    ///
    /// # Errors
    /// When a key cannot be used.
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
    fn parsed(&self) -> Result<SigningKey, UnusableKey> {
        let pkcs8 = STANDARD.decode(&self.private_key);
        SigningKey::from_pkcs8(self.algorithm, &pkcs8.map_err(|_| UnusableKey)?)
    }
}

impl KeyRing {
    /// Reads the secret's text and every key in it.
    ///
    /// # Errors
    /// When a key cannot be used.
    pub fn parse(text: &str) -> Result<Self, UnusableKey> {
        let timed = |stored: StoredKey| {
            Ok(TimedKey {
                key: stored.parsed()?,
                signs_from: Timestamp::from_epoch_seconds(stored.signs_from),
                signs_until: stored.signs_until.map(Timestamp::from_epoch_seconds),
            })
        };
        let keys = StoredKeys::parse(text)?.keys.into_iter().map(timed);
        Ok(Self {
            keys: keys.collect::<Result<_, _>>()?,
        })
    }

    /// The key that signs at `now`: of those whose time it is, the newest.
    #[must_use]
    pub fn signing_at(&self, now: Timestamp) -> Option<&SigningKey> {
        self.newest_at(now).map(|key| &key.key)
    }

    /// Since when the key that signs at `now` signs.
    #[must_use]
    pub fn signs_from(&self, now: Timestamp) -> Option<Timestamp> {
        self.newest_at(now).map(|key| key.signs_from)
    }

    fn newest_at(&self, now: Timestamp) -> Option<&TimedKey> {
        self.keys
            .iter()
            .filter(|key| key.signs_from <= now && key.signs_until.is_none_or(|until| now < until))
            .max_by_key(|key| key.signs_from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(signs_from: u64, signs_until: Option<u64>) -> StoredKey {
        let mut keys = StoredKeys::first(
            SigningAlgorithm::EdDSA,
            Timestamp::from_epoch_seconds(signs_from),
        )
        .unwrap();
        let mut key = keys.keys.remove(0);
        key.signs_from = signs_from;
        key.signs_until = signs_until;
        key
    }

    fn kid_signing_at(ring: &KeyRing, now: u64) -> Option<String> {
        let key = ring.signing_at(Timestamp::from_epoch_seconds(now))?;
        key.public_jwk().unwrap().common.key_id
    }

    #[test]
    fn no_key_signs_outside_its_time() {
        let keys = StoredKeys {
            keys: vec![stored(100, Some(300)), stored(200, Some(400))],
            follows: None,
        };
        let set = keys.public().unwrap();
        let kids: Vec<_> = set.keys().map(|key| key.common.key_id.clone()).collect();
        let ring = KeyRing::parse(&keys.to_text().unwrap()).unwrap();
        assert_eq!(kid_signing_at(&ring, 99), None);
        assert_eq!(kid_signing_at(&ring, 100), kids[0]);
        assert_eq!(kid_signing_at(&ring, 200), kids[1]);
        assert_eq!(kid_signing_at(&ring, 399), kids[1]);
        assert_eq!(kid_signing_at(&ring, 400), None);
    }

    #[test]
    fn every_algorithm_makes_keys_that_can_be_kept_and_published() {
        for (algorithm, name) in [
            (SigningAlgorithm::RS256, "RS256"),
            (SigningAlgorithm::ES256, "ES256"),
            (SigningAlgorithm::EdDSA, "EdDSA"),
        ] {
            assert_eq!(SigningAlgorithm::parse(name), Some(algorithm));
            let keys = StoredKeys::first(algorithm, Timestamp::from_epoch_seconds(0)).unwrap();
            assert!(KeyRing::parse(&keys.to_text().unwrap()).is_ok());
            let published = serde_json::to_value(keys.public().unwrap().keys().next().unwrap());
            let published = published.unwrap();
            assert_eq!(published["alg"], name);
            assert_eq!(published["use"], "sig");
            for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
                assert!(published.get(private).is_none(), "{private}");
            }
        }
    }

    #[test]
    fn what_is_no_key_ring_is_refused() {
        for text in ["", "{}", r#"{"keys":[{"algorithm":"RS256"}]}"#] {
            assert!(KeyRing::parse(text).is_err());
        }
    }
}
