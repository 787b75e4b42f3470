//! Access tokens as an attacker would forge them: by hand, without a JWT library.

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;

use crate::auth::Api;

/// A token that equals one of the service until a test changes it.
pub(crate) struct Forge {
    pub(crate) header: Value,
    pub(crate) claims: Value,
    key: EcdsaKeyPair,
}

impl Forge {
    /// Starts with the admin's token and the service's private key.
    pub(crate) fn of(api: &Api) -> Self {
        let keys = api.latchkey.secret("latchkey/signing-keys").unwrap();
        let keys: Value = serde_json::from_str(&keys).unwrap();
        let pkcs8 = STANDARD.decode(keys["keys"][0]["private_key"].as_str().unwrap());
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &pkcs8.unwrap());
        Self {
            header: part(&api.admin, 0),
            claims: part(&api.admin, 1),
            key: key.unwrap(),
        }
    }

    /// The same token, with a signing key that the service does not know.
    pub(crate) fn with_another_key(self) -> Self {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING);
        Self {
            key: key.unwrap(),
            ..self
        }
    }

    /// The token, signed with ES256.
    pub(crate) fn signed(&self) -> String {
        let input = self.signing_input();
        let signature = self.key.sign(&SystemRandom::new(), input.as_bytes());
        with_signature(&input, signature.unwrap().as_ref())
    }

    /// The token, signed with HS256 and this secret.
    pub(crate) fn signed_by_hmac(&self, secret: &[u8]) -> String {
        let input = self.signing_input();
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        let signature = hmac::sign(&key, input.as_bytes());
        with_signature(&input, signature.as_ref())
    }

    /// The token without a signature.
    pub(crate) fn unsigned(&self) -> String {
        with_signature(&self.signing_input(), b"")
    }

    fn signing_input(&self) -> String {
        let encode = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
        format!("{}.{}", encode(&self.header), encode(&self.claims))
    }
}

/// The header (0) or the claims (1) of a token.
pub(crate) fn part(token: &str, number: usize) -> Value {
    let part = token.split('.').nth(number).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

fn with_signature(input: &str, signature: &[u8]) -> String {
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
}
