//! Access tokens as somebody else would make them, by hand: no JWT library has a say in it.

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;

use crate::auth::Api;

/// A token that is the service's own as long as nothing is changed.
pub(crate) struct Forge {
    pub(crate) header: Value,
    pub(crate) claims: Value,
    key: EcdsaKeyPair,
}

impl Forge {
    /// Begins with the admin's token and the service's own private key.
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

    /// The same token, to be signed by a key that the service never saw.
    pub(crate) fn with_another_key(self) -> Self {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING);
        Self {
            key: key.unwrap(),
            ..self
        }
    }

    /// The token, signed by ES256.
    pub(crate) fn signed(&self) -> String {
        let input = self.signing_input();
        let signature = self.key.sign(&SystemRandom::new(), input.as_bytes());
        with_signature(&input, signature.unwrap().as_ref())
    }

    /// The token, signed by HS256 with that secret.
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

/// What the header (0) or the claims (1) of a token say.
pub(crate) fn part(token: &str, number: usize) -> Value {
    let part = token.split('.').nth(number).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

fn with_signature(input: &str, signature: &[u8]) -> String {
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
}
