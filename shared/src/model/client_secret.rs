//! Client secrets and their hashes.

use std::fmt;

use aws_lc_rs::constant_time;
use aws_lc_rs::digest::{SHA256, SHA256_OUTPUT_LEN, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::checksum::crc32;
use crate::random::Randomness;

/// The prefix of every client secret, by which secret scanners recognize one.
pub(super) const PREFIX: &str = "lk_secret_";
/// 43 digits of base 62 hold 256 bits.
const RANDOM_DIGITS: usize = 43;
/// 6 digits of base 62 hold a CRC-32.
const CHECKSUM_DIGITS: usize = 6;
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A client secret in plain text: `lk_secret_`, 256 random bits and a checksum. All characters are
/// in `A–Z a–z 0–9 _`, so the secret also works for clients that omit the encoding of RFC 6749
/// §2.3.1.
///
/// `Debug` is redacted and there is no `Display`.
#[derive(Clone)]
pub struct ClientSecret(String);

/// The SHA-256 of a client secret, as it is stored. The secret is random, so a slow hash would not
/// protect it better (`docs/adr/0002-secrets-are-stored-as-sha-256.md`).
#[derive(Clone, PartialEq, Eq)]
pub struct SecretHash([u8; SHA256_OUTPUT_LEN]);

impl ClientSecret {
    /// Generates a new secret.
    ///
    /// # Errors
    /// When the operating system returns no random bytes.
    pub fn generate(randomness: &Randomness) -> Result<Self, crate::random::Unavailable> {
        let mut secret = String::with_capacity(PREFIX.len() + RANDOM_DIGITS + CHECKSUM_DIGITS);
        secret.push_str(PREFIX);
        while secret.len() < PREFIX.len() + RANDOM_DIGITS {
            let mut bytes = [0; 64];
            randomness.fill(&mut bytes)?;
            // 248 is a multiple of 62: bytes from 248 would favour some digits, so they are
            // skipped.
            let digits = bytes.iter().filter(|byte| **byte < 248);
            let missing = PREFIX.len() + RANDOM_DIGITS - secret.len();
            secret.extend(digits.take(missing).map(|byte| digit(u32::from(*byte))));
        }
        let checksum = checksum(&secret);
        secret.push_str(&checksum);
        Ok(Self(secret))
    }

    /// Parses a secret from a request; `None` if it is malformed, which is known without a read of
    /// the database.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let well_formed = text.len() == PREFIX.len() + RANDOM_DIGITS + CHECKSUM_DIGITS
            && text.starts_with(PREFIX)
            && text
                .bytes()
                .skip(PREFIX.len())
                .all(|byte| byte.is_ascii_alphanumeric());
        if !well_formed {
            return None;
        }
        let (secret, sum) = text.split_at_checked(PREFIX.len() + RANDOM_DIGITS)?;
        (checksum(secret) == sum).then(|| Self(text.to_owned()))
    }

    /// The hash to store.
    #[must_use]
    pub fn hash(&self) -> SecretHash {
        let mut hash = [0; SHA256_OUTPUT_LEN];
        hash.copy_from_slice(digest(&SHA256, self.0.as_bytes()).as_ref());
        SecretHash(hash)
    }

    /// The last four characters. They are part of the checksum.
    #[must_use]
    pub fn last_four(&self) -> &str {
        let before = self.0.len().saturating_sub(4);
        self.0.get(before..).unwrap_or_default()
    }

    /// The secret itself, for the only response that contains it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl SecretHash {
    /// A hash that no secret has. It is compared in place of a secret that does not exist, so that
    /// every request costs the same work.
    pub const OF_NOTHING: Self = Self([0; SHA256_OUTPUT_LEN]);

    /// Whether two hashes are equal, compared in constant time.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        constant_time::verify_slices_are_equal(&self.0, &other.0).is_ok()
    }

    /// The bytes of the hash.
    pub(super) const fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Parses the form that [`Self::to_stored`] writes.
    #[must_use]
    pub fn from_stored(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// The form in the database.
    #[must_use]
    pub fn to_stored(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

fn checksum(text: &str) -> String {
    let mut rest = crc32(text);
    let mut digits = [char::from(BASE62[0]); CHECKSUM_DIGITS];
    for place in digits.iter_mut().rev() {
        *place = digit(rest);
        rest /= 62;
    }
    digits.iter().collect()
}

/// The base-62 digit of a number, modulo 62.
fn digit(number: u32) -> char {
    #[expect(
        clippy::indexing_slicing,
        reason = "a remainder of a division by 62 is an index into 62 digits"
    )]
    char::from(BASE62[(number % 62) as usize])
}

impl fmt::Debug for ClientSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ClientSecret(…)")
    }
}

impl fmt::Debug for SecretHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SecretHash(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> ClientSecret {
        ClientSecret::generate(&Randomness::of_the_system()).unwrap()
    }

    #[test]
    fn a_generated_secret_is_parsed_and_matches_its_hash() {
        let generated = secret();
        let sent = ClientSecret::parse(generated.reveal()).unwrap();
        assert!(sent.hash().matches(&generated.hash()));
        let stored = SecretHash::from_stored(&generated.hash().to_stored()).unwrap();
        assert!(stored.matches(&sent.hash()));
    }

    #[test]
    fn two_secrets_differ() {
        assert!(!secret().hash().matches(&secret().hash()));
    }

    #[test]
    fn no_secret_matches_the_hash_of_nothing() {
        assert!(!secret().hash().matches(&SecretHash::OF_NOTHING));
    }

    #[test]
    fn one_wrong_character_is_detected_without_the_database() {
        let generated = secret();
        for place in 0..generated.reveal().len() {
            let mut typo = generated.reveal().as_bytes().to_vec();
            typo[place] = if typo[place] == b'a' { b'b' } else { b'a' };
            assert!(ClientSecret::parse(&String::from_utf8(typo).unwrap()).is_none());
        }
    }

    #[test]
    fn other_lengths_and_alphabets_are_rejected() {
        let generated = secret();
        for other in [
            "",
            "lk_secret_",
            "é",
            generated.reveal().split_at(1).1,
            &format!("{}0", generated.reveal()),
        ] {
            assert!(ClientSecret::parse(other).is_none(), "{other}");
        }
    }

    #[test]
    fn a_secret_is_never_printed() {
        assert_eq!(format!("{:?}", secret()), "ClientSecret(…)");
        assert_eq!(format!("{:?}", secret().hash()), "SecretHash(…)");
    }
}
