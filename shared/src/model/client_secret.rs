use std::fmt;

use aws_lc_rs::constant_time;
use aws_lc_rs::digest::{SHA256, SHA256_OUTPUT_LEN, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::random::Randomness;

/// What every client secret begins with, so that secret scanners can know one.
const PREFIX: &str = "lk_secret_";
/// 43 digits of base 62 hold 256 bits.
const RANDOM_DIGITS: usize = 43;
/// 6 digits of base 62 hold a CRC-32.
const CHECKSUM_DIGITS: usize = 6;
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A client secret as its client holds it: `lk_secret_`, 256 random bits and a checksum, all in
/// `A–Z a–z 0–9 _`, so that clients which forget the encoding of RFC 6749 §2.3.1 work too.
///
/// It cannot be printed: `Debug` is redacted and there is no `Display`.
#[derive(Clone)]
pub struct ClientSecret(String);

/// What is stored of a client secret: its SHA-256. The secret is random, so a slow hash would
/// protect nothing (`docs/adr/0002-secrets-are-stored-as-sha-256.md`).
#[derive(Clone, PartialEq, Eq)]
pub struct SecretHash([u8; SHA256_OUTPUT_LEN]);

impl ClientSecret {
    /// Makes a new secret.
    ///
    /// # Errors
    /// When the operating system has no randomness to give.
    pub fn generate(randomness: &Randomness) -> Result<Self, crate::random::Unavailable> {
        let mut secret = String::with_capacity(PREFIX.len() + RANDOM_DIGITS + CHECKSUM_DIGITS);
        secret.push_str(PREFIX);
        while secret.len() < PREFIX.len() + RANDOM_DIGITS {
            let mut bytes = [0; 64];
            randomness.fill(&mut bytes)?;
            // 248 is the last multiple of 62 in a byte: the bytes above would favour some digits.
            let digits = bytes.iter().filter(|byte| **byte < 248);
            let missing = PREFIX.len() + RANDOM_DIGITS - secret.len();
            secret.extend(digits.take(missing).map(|byte| digit(u32::from(*byte))));
        }
        let checksum = checksum(&secret);
        secret.push_str(&checksum);
        Ok(Self(secret))
    }

    /// Reads a secret that a client sent; `None` when it cannot be one: then nobody needs to look
    /// in the database.
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

    /// What to store of it.
    #[must_use]
    pub fn hash(&self) -> SecretHash {
        let mut hash = [0; SHA256_OUTPUT_LEN];
        hash.copy_from_slice(digest(&SHA256, self.0.as_bytes()).as_ref());
        SecretHash(hash)
    }

    /// The secret itself, for the one answer that hands it out.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl SecretHash {
    /// The hash of no secret: what an unknown client's request is compared with, so that it costs
    /// the same work.
    pub const OF_NOTHING: Self = Self([0; SHA256_OUTPUT_LEN]);

    /// Whether both are of the same secret; takes the same time whatever the answer.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        constant_time::verify_slices_are_equal(&self.0, &other.0).is_ok()
    }

    /// Reads what [`Self::to_stored`] wrote.
    #[must_use]
    pub fn from_stored(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// The form that is kept in the database.
    #[must_use]
    pub fn to_stored(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

fn checksum(text: &str) -> String {
    let mut rest = crc32fast::hash(text.as_bytes());
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
        reason = "a remainder of 62 is an index of 62 digits"
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
    fn a_generated_secret_can_be_read_back_and_matches_its_hash() {
        let made = secret();
        let sent = ClientSecret::parse(made.reveal()).unwrap();
        assert!(sent.hash().matches(&made.hash()));
        let stored = SecretHash::from_stored(&made.hash().to_stored()).unwrap();
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
    fn one_wrong_character_is_seen_without_a_database() {
        let made = secret();
        for place in 0..made.reveal().len() {
            let mut typo = made.reveal().as_bytes().to_vec();
            typo[place] = if typo[place] == b'a' { b'b' } else { b'a' };
            assert!(ClientSecret::parse(&String::from_utf8(typo).unwrap()).is_none());
        }
    }

    #[test]
    fn other_lengths_and_alphabets_are_refused() {
        let made = secret();
        for other in [
            "",
            "lk_secret_",
            "é",
            made.reveal().split_at(1).1,
            &format!("{}0", made.reveal()),
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
