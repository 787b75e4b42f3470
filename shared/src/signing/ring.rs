//! The parsed private keys.

use std::sync::Arc;

use super::algorithm::UnusableKey;
use super::key::SigningKey;
use super::stored::{StoredKey, StoredKeys};
use crate::model::Timestamp;

/// The private keys of one version of the secret, parsed.
#[derive(Debug)]
pub(super) struct KeyRing {
    keys: Vec<TimedKey>,
}

/// A private key, and the period in which it may sign.
#[derive(Debug)]
pub(super) struct TimedKey {
    pub(super) key: Arc<SigningKey>,
    /// Not before its publication, except for a first key.
    pub(super) signs_from: Timestamp,
    signs_until: Option<Timestamp>,
    pub(super) published_at: Timestamp,
}

impl KeyRing {
    /// Parses the secret's text and every key in it.
    ///
    /// # Errors
    /// When the text or a key is unusable.
    pub(super) fn parse(text: &str) -> Result<Self, UnusableKey> {
        let timed = |stored: StoredKey| {
            Ok(TimedKey {
                key: Arc::new(stored.parsed()?),
                signs_from: Timestamp::from_epoch_seconds(stored.signs_from),
                signs_until: stored.signs_until.map(Timestamp::from_epoch_seconds),
                published_at: Timestamp::from_epoch_seconds(stored.published_at),
            })
        };
        let stored = StoredKeys::parse(text)?.whose_first_signs_always();
        let keys = stored.keys.into_iter().map(timed);
        Ok(Self {
            keys: keys.collect::<Result<_, _>>()?,
        })
    }

    /// The key that signs at `now`: of the keys that may sign, the one with the latest
    /// `signs_from`.
    pub(super) fn signing_at(&self, now: Timestamp) -> Option<&TimedKey> {
        self.keys
            .iter()
            .filter(|key| key.signs_from <= now && key.signs_until.is_none_or(|until| now < until))
            .max_by_key(|key| key.signs_from)
    }

    /// The seconds until the first of the keys signs, if none does yet.
    pub(super) fn signs_in(&self, now: Timestamp) -> Option<u64> {
        let first = self.keys.iter().map(|key| key.signs_from).min()?;
        (first > now).then(|| first.seconds_since(now))
    }
}

#[cfg(test)]
mod tests {
    use super::super::algorithm::SigningAlgorithm;
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
        key.key.public_jwk().unwrap().common.key_id
    }

    #[test]
    fn no_key_signs_outside_its_period() {
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
    fn the_first_key_signs_even_by_a_clock_before_its_creation() {
        let day = 86_400;
        let created = Timestamp::from_epoch_seconds(2 * day);
        let keys = StoredKeys::first(SigningAlgorithm::EdDSA, created).unwrap();
        let ring = KeyRing::parse(&keys.to_text().unwrap()).unwrap();
        let kid = kid_signing_at(&ring, 2 * day);
        assert!(kid.is_some());
        assert_eq!(kid_signing_at(&ring, day), kid);
        assert_eq!(kid_signing_at(&ring, 0), kid);
    }

    #[test]
    fn a_key_that_follows_another_never_signs_before_its_time() {
        for keys in [
            vec![stored(100, None)],
            vec![stored(100, Some(300)), stored(200, None)],
        ] {
            let follows = Some("version".to_owned());
            let keys = StoredKeys { keys, follows };
            let ring = KeyRing::parse(&keys.to_text().unwrap()).unwrap();
            assert_eq!(kid_signing_at(&ring, 99), None);
            assert_eq!(ring.signs_in(Timestamp::from_epoch_seconds(40)), Some(60));
            assert_eq!(ring.signs_in(Timestamp::from_epoch_seconds(100)), None);
        }
    }

    #[test]
    fn keys_of_every_algorithm_can_be_stored_and_published() {
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
    fn invalid_text_is_not_a_key_ring() {
        for text in ["", "{}", r#"{"keys":[{"algorithm":"RS256"}]}"#] {
            assert!(KeyRing::parse(text).is_err());
        }
    }
}
