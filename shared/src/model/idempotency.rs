//! Idempotency: a caller that has lost an answer repeats its request under the same key
//! (draft-ietf-httpapi-idempotency-key-header).
//!
//! The secret in the answer is derived, so it can be given again although only its hash is stored
//! (`docs/adr/0024-a-repeated-request-derives-its-secret-again.md`).

use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};

use aws_lc_rs::digest::{Context, SHA256, SHA256_OUTPUT_LEN, digest};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use super::{ClientId, ClientSecret, SecretId, Timestamp};
use crate::random::{Randomness, Unavailable};

/// The label of the derivation. Another one, or another order of its parts, would give other
/// secrets, so that no request from before could be repeated.
const LABEL: &[u8] = b"latchkey client secret\n";

/// The caller's name for a request. It is the caller's text, so it is neither stored nor logged.
#[derive(Clone, PartialEq, Eq)]
pub struct IdempotencyKey(String);

/// The SHA-256 of a request. A repeat has the same one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint([u8; SHA256_OUTPUT_LEN]);

/// A request with a key.
#[derive(Clone, Debug)]
pub struct KeyedRequest {
    /// Its key.
    pub key: IdempotencyKey,
    /// Its fingerprint.
    pub fingerprint: Fingerprint,
}

/// The first request with a key, whose change was made. It is kept so that the same caller can
/// repeat it.
#[derive(Clone, Debug)]
pub struct FirstRequest {
    /// The caller.
    pub caller: ClientId,
    /// The key.
    pub key: IdempotencyKey,
    /// The fingerprint.
    pub fingerprint: Fingerprint,
    /// The client that got the secret.
    pub client: ClientId,
    /// The live secret that the secret replaced, if it was added to two.
    pub replaced: Option<SecretId>,
    /// A random value, so that a key that is used again later gives another secret.
    pub nonce: Uuid,
    /// The time of the request.
    pub made_at: Timestamp,
    /// The time from which the key is free again.
    pub expires_at: Timestamp,
}

/// The key of the derivation, without which no stored value leads to a secret.
#[derive(Clone)]
pub struct Pepper(hmac::Key);

impl IdempotencyKey {
    /// The maximum length, in characters.
    pub const LONGEST: usize = 255;

    /// Parses a key: 1 to 255 visible ASCII characters, but no comma. API Gateway joins the values
    /// of a repeated header with commas, so a comma may stand between two keys. Quotation marks,
    /// which the draft requires, are part of the key.
    #[must_use]
    pub fn parse(value: &[u8]) -> Option<Self> {
        let is_valid = (1..=Self::LONGEST).contains(&value.len())
            && value
                .iter()
                .all(|byte| byte.is_ascii_graphic() && *byte != b',');
        let text = is_valid.then(|| str::from_utf8(value).ok()).flatten();
        text.map(|text| Self(text.to_owned()))
    }

    /// The SHA-256 of the key, by which it is stored.
    #[must_use]
    pub fn digest(&self) -> String {
        URL_SAFE_NO_PAD.encode(digest(&SHA256, self.0.as_bytes()))
    }
}

impl Fingerprint {
    /// The fingerprint of a request with these parts. The length of each part counts, so no other
    /// parts have the same one.
    #[must_use]
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut context = Context::new(&SHA256);
        for part in parts {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        let mut fingerprint = [0; SHA256_OUTPUT_LEN];
        fingerprint.copy_from_slice(context.finish().as_ref());
        Self(fingerprint)
    }

    /// Parses the form that [`Self::to_stored`] writes.
    #[must_use]
    pub fn from_stored(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// The form in the database.
    #[must_use]
    pub fn to_stored(self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

impl FirstRequest {
    /// In seconds.
    pub const KEPT_FOR: u64 = 24 * 3_600;

    /// `request`, which gives a secret to `client` at this time.
    #[must_use]
    pub fn new(
        caller: ClientId,
        request: &KeyedRequest,
        client: ClientId,
        nonce: Uuid,
        now: Timestamp,
    ) -> Self {
        Self {
            caller,
            key: request.key.clone(),
            fingerprint: request.fingerprint,
            client,
            replaced: None,
            nonce,
            made_at: now,
            expires_at: now.plus(Self::KEPT_FOR),
        }
    }

    /// Whether the request can be repeated at this time. DynamoDB deletes an expired item some time
    /// later, so this is checked on each read.
    #[must_use]
    pub fn is_kept_at(&self, now: Timestamp) -> bool {
        now < self.expires_at
    }

    /// The secret that this request gives its client, the same each time. It has the form and the
    /// entropy of a random one, because the HMAC takes the place of the random bytes.
    ///
    /// # Errors
    /// Never: the HMAC always returns bytes.
    pub fn secret(&self, pepper: &Pepper) -> Result<ClientSecret, Unavailable> {
        let mut message = LABEL.to_vec();
        for id in [self.caller.into(), self.client.into(), self.nonce] {
            message.extend_from_slice(Uuid::as_bytes(&id));
        }
        message.extend_from_slice(self.key.0.as_bytes());
        ClientSecret::generate(&pepper.stream(message))
    }
}

impl Pepper {
    /// In bytes: as many as HMAC-SHA-256 puts out (RFC 2104 §3).
    const SHORTEST: usize = SHA256_OUTPUT_LEN;

    /// The pepper with this text; `None` if it is too short to be secret.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let key = || Self(hmac::Key::new(hmac::HMAC_SHA256, text.as_bytes()));
        (text.len() >= Self::SHORTEST).then(key)
    }

    /// The HMACs of a counter and the message, one after the other.
    fn stream(&self, message: Vec<u8>) -> Randomness {
        let key = self.0.clone();
        let counter = AtomicU32::new(0);
        Randomness::from_fn(move |bytes| {
            for block in bytes.chunks_mut(SHA256_OUTPUT_LEN) {
                let mut context = hmac::Context::with_key(&key);
                context.update(&counter.fetch_add(1, Ordering::Relaxed).to_be_bytes());
                context.update(&message);
                let tag = context.sign();
                let length = block.len();
                block.copy_from_slice(tag.as_ref().get(..length).unwrap_or_default());
            }
            Ok(())
        })
    }
}

impl fmt::Debug for IdempotencyKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("IdempotencyKey(…)")
    }
}

impl fmt::Debug for Pepper {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Pepper(…)")
    }
}

#[cfg(test)]
mod tests;
