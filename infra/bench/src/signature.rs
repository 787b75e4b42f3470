//! The bare signature, with which the other CPU times are compared.

use std::hint::black_box;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lambda_http::Error;

/// A signing key in aws-lc-rs's form.
pub(crate) enum Signature {
    Rsa(RsaKeyPair),
    Ec(EcdsaKeyPair),
    Ed(Ed25519KeyPair),
}

/// A message of about the length of a token's header and claims.
const MESSAGE: [u8; 520] = [b'x'; 520];

impl Signature {
    pub(crate) fn new(algorithm: &str, private_key: &str) -> Result<Self, Error> {
        let pkcs8 = STANDARD.decode(private_key)?;
        Ok(match algorithm {
            "RS256" => Self::Rsa(RsaKeyPair::from_pkcs8(&pkcs8)?),
            "ES256" => Self::Ec(EcdsaKeyPair::from_pkcs8(
                &ECDSA_P256_SHA256_FIXED_SIGNING,
                &pkcs8,
            )?),
            _ => Self::Ed(Ed25519KeyPair::from_pkcs8(&pkcs8)?),
        })
    }

    pub(crate) fn sign(&self) -> Result<(), Error> {
        let (random, message) = (SystemRandom::new(), black_box(&MESSAGE));
        match self {
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)?;
                black_box(signature);
            }
            Self::Ec(pair) => drop(black_box(pair.sign(&random, message)?)),
            Self::Ed(pair) => drop(black_box(pair.sign(message))),
        }
        Ok(())
    }
}
