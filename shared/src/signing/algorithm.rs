//! The signing algorithms.

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, RsaKeyPair,
};
use jsonwebtoken::Algorithm;
use jsonwebtoken::jwk::KeyAlgorithm;
use serde::{Deserialize, Serialize};

use crate::runtime::{VariableError, Variables};

/// The algorithm of a signing key (RFC 7518 §3.1, RFC 8037 §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SigningAlgorithm {
    /// RSA with 2,048 bits, the only algorithm that API Gateway's JWT authorizer accepts.
    RS256,
    /// ECDSA on the curve P-256.
    ES256,
    /// Ed25519.
    EdDSA,
}

/// A key cannot be parsed, generated or used.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the key is unusable")]
pub struct UnusableKey;

impl SigningAlgorithm {
    /// Every algorithm.
    pub const ALL: [Self; 3] = [Self::RS256, Self::ES256, Self::EdDSA];

    /// Reads `SIGNING_ALGORITHM`: the algorithm of new keys.
    ///
    /// # Errors
    /// When the variable is missing, or names no supported algorithm.
    pub fn from_variables(variables: &Variables) -> Result<Self, VariableError> {
        variables.parsed("SIGNING_ALGORITHM", Self::parse)
    }

    /// Parses the algorithm's name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "RS256" => Some(Self::RS256),
            "ES256" => Some(Self::ES256),
            "EdDSA" => Some(Self::EdDSA),
            _ => None,
        }
    }

    pub(super) const fn header(self) -> Algorithm {
        match self {
            Self::RS256 => Algorithm::RS256,
            Self::ES256 => Algorithm::ES256,
            Self::EdDSA => Algorithm::EdDSA,
        }
    }

    pub(super) const fn key(self) -> KeyAlgorithm {
        match self {
            Self::RS256 => KeyAlgorithm::RS256,
            Self::ES256 => KeyAlgorithm::ES256,
            Self::EdDSA => KeyAlgorithm::EdDSA,
        }
    }

    /// Generates a private key, in PKCS #8.
    ///
    /// # Errors
    /// When the library fails.
    pub fn generate(self) -> Result<Vec<u8>, UnusableKey> {
        let random = SystemRandom::new();
        match self {
            Self::RS256 => {
                let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| UnusableKey)?;
                let der = pair.as_der().map_err(|_| UnusableKey)?;
                Ok(der.as_ref().to_vec())
            }
            Self::ES256 => EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random)
                .map(|document| document.as_ref().to_vec())
                .map_err(|_| UnusableKey),
            Self::EdDSA => Ed25519KeyPair::generate_pkcs8(&random)
                .map(|document| document.as_ref().to_vec())
                .map_err(|_| UnusableKey),
        }
    }
}
