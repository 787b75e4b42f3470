//! The step from one version of the secret to the next.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::DecodingKey;

use super::key::SigningKey;
use super::key_set::{KeySet, PublishedKey, matters_at};
use super::ring::KeyRing;
use super::stored::{NewKey, StoredKeys};
use super::times::LEAD_TIME;
use crate::model::Timestamp;

/// Why a version of the secret must not become or stay the current one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// A key cannot be used, or its signature does not verify with its published key.
    #[error("a key is unusable")]
    Unusable,
    /// A key that may sign is not in the key set, or only until a certain time although it has no
    /// end.
    #[error("a key that may sign is missing from the key set")]
    Unpublished,
    /// A new key would sign before every verifier has fetched it.
    #[error("the new key would sign before every verifier can fetch it")]
    TooEarly,
    /// There would be a time without a signing key.
    #[error("there would be a period without a signing key")]
    Gap,
}

impl StoredKeys {
    /// The version after this one, which is `version`. The new key was published at `published_at`
    /// and signs when every verifier has fetched it. Until then the older keys sign. Keys whose
    /// last token has expired are left out.
    #[must_use]
    pub fn followed_by(self, new: NewKey, published_at: Timestamp, version: &str) -> Self {
        let signs_from = published_at.plus(LEAD_TIME).epoch_seconds();
        let mut followed = self.whose_first_signs_always();
        followed
            .keys
            .retain(|key| matters_at(key.signs_until, published_at));
        for key in &mut followed.keys {
            key.signs_until.get_or_insert(signs_from);
        }
        followed
            .keys
            .push(new.signing_from(signs_from, published_at));
        followed.follows = Some(version.to_owned());
        followed
    }

    /// Whether these keys were made from that version.
    #[must_use]
    pub fn follow(&self, version: &str) -> bool {
        self.follows.as_deref() == Some(version)
    }

    /// Checks whether the keys may be the current version after `former`, given the key set.
    ///
    /// # Errors
    /// [`Unfit`] when they may not.
    pub fn fit(&self, former: &Self, published: &KeySet, now: Timestamp) -> Result<(), Unfit> {
        let unusable = |_| Unfit::Unusable;
        let former = former.public().map_err(unusable)?;
        let mut ends = vec![now];
        for stored in &self.keys {
            let key = stored.parsed().map_err(unusable)?;
            let jwk = key.public_jwk().map_err(unusable)?;
            if let Some(until) = stored.signs_until {
                if until <= now.epoch_seconds() {
                    continue;
                }
                ends.push(Timestamp::from_epoch_seconds(until));
            }
            let entry = published.entry(&jwk).ok_or(Unfit::Unpublished)?;
            if entry.signs_until.is_some() && stored.signs_until.is_none() {
                return Err(Unfit::Unpublished);
            }
            if !signs_for(&key, entry) {
                return Err(Unfit::Unusable);
            }
            let fetched_from = entry.published_at.saturating_add(LEAD_TIME);
            if former.entry(&jwk).is_none() && stored.signs_from < fetched_from {
                return Err(Unfit::TooEarly);
            }
        }
        let text = self.to_text().map_err(unusable)?;
        let ring = KeyRing::parse(&text).map_err(unusable)?;
        if ends.iter().all(|end| ring.signing_at(*end).is_some()) {
            Ok(())
        } else {
            Err(Unfit::Gap)
        }
    }
}

/// Whether the key's signature verifies with the published key.
fn signs_for(key: &SigningKey, PublishedKey { jwk, .. }: &PublishedKey) -> bool {
    const MESSAGE: &[u8] = b"a test of the key";
    let verified = || {
        let algorithm = jwk.common.key_algorithm?.to_string().parse().ok()?;
        let signature = URL_SAFE_NO_PAD.encode(key.sign(MESSAGE).ok()?);
        let public = DecodingKey::from_jwk(jwk).ok()?;
        jsonwebtoken::crypto::verify(&signature, MESSAGE, &public, algorithm).ok()
    };
    verified() == Some(true)
}
