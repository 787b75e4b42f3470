//! A private key and its public key.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256,
    RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Header;
use jsonwebtoken::jwk::{
    AlgorithmParameters, CommonParameters, EllipticCurve, EllipticCurveKeyParameters,
    EllipticCurveKeyType, Jwk, OctetKeyPairParameters, OctetKeyPairType, PublicKeyUse,
    RSAKeyParameters, RSAKeyType, ThumbprintHash,
};

use super::algorithm::{SigningAlgorithm, UnusableKey};

/// A private key, parsed once: parsing costs more than signing.
pub struct SigningKey {
    pair: KeyPair,
    kid: Arc<str>,
    encoded_header: String,
}

enum KeyPair {
    Rsa(RsaKeyPair),
    Ec(EcdsaKeyPair),
    Ed(Ed25519KeyPair),
}

impl SigningKey {
    /// Parses a private key in PKCS #8.
    ///
    /// # Errors
    /// When the bytes are not a key of this algorithm.
    pub fn from_pkcs8(algorithm: SigningAlgorithm, pkcs8: &[u8]) -> Result<Self, UnusableKey> {
        let pair = match algorithm {
            SigningAlgorithm::RS256 => RsaKeyPair::from_pkcs8(pkcs8).map(KeyPair::Rsa),
            SigningAlgorithm::ES256 => {
                EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8).map(KeyPair::Ec)
            }
            SigningAlgorithm::EdDSA => Ed25519KeyPair::from_pkcs8(pkcs8).map(KeyPair::Ed),
        };
        let pair = pair.map_err(|_| UnusableKey)?;
        let kid = public_jwk(algorithm, &pair)?.common.key_id;
        let kid = kid.ok_or(UnusableKey)?;
        let header = Header {
            typ: Some("at+jwt".to_owned()),
            kid: Some(kid.clone()),
            ..Header::new(algorithm.header())
        };
        let header = serde_json::to_vec(&header).map_err(|_| UnusableKey)?;
        Ok(Self {
            pair,
            kid: kid.into(),
            encoded_header: URL_SAFE_NO_PAD.encode(header),
        })
    }

    /// The public key, as the key set publishes it (RFC 7517). Its `kid` is its thumbprint (RFC
    /// 7638), so no two keys have the same one.
    ///
    /// # Errors
    /// When the public key cannot be written as a JWK.
    pub fn public_jwk(&self) -> Result<Jwk, UnusableKey> {
        let algorithm = match self.pair {
            KeyPair::Rsa(_) => SigningAlgorithm::RS256,
            KeyPair::Ec(_) => SigningAlgorithm::ES256,
            KeyPair::Ed(_) => SigningAlgorithm::EdDSA,
        };
        public_jwk(algorithm, &self.pair)
    }

    /// The `kid` of the key.
    #[must_use]
    pub fn kid(&self) -> Arc<str> {
        Arc::clone(&self.kid)
    }

    /// The protected header of every token that this key signs, in base64url.
    pub(crate) fn encoded_header(&self) -> &str {
        &self.encoded_header
    }

    /// Signs a message.
    ///
    /// # Errors
    /// When the library fails.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, UnusableKey> {
        let random = SystemRandom::new();
        match &self.pair {
            KeyPair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
                    .map_err(|_| UnusableKey)?;
                Ok(signature)
            }
            KeyPair::Ec(pair) => pair
                .sign(&random, message)
                .map(|signature| signature.as_ref().to_vec())
                .map_err(|_| UnusableKey),
            KeyPair::Ed(pair) => pair
                .try_sign(message)
                .map(|signature| signature.as_ref().to_vec())
                .map_err(|_| UnusableKey),
        }
    }
}

fn public_jwk(algorithm: SigningAlgorithm, pair: &KeyPair) -> Result<Jwk, UnusableKey> {
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let parameters = match pair {
        KeyPair::Rsa(pair) => AlgorithmParameters::RSA(RSAKeyParameters {
            key_type: RSAKeyType::RSA,
            n: encode(
                pair.public_key()
                    .modulus()
                    .big_endian_without_leading_zero(),
            ),
            e: encode(
                pair.public_key()
                    .exponent()
                    .big_endian_without_leading_zero(),
            ),
        }),
        KeyPair::Ec(pair) => {
            // An uncompressed point: 4, then x and y of 32 bytes each.
            let point = pair.public_key().as_ref();
            let (x, y) = (point.get(1..33), point.get(33..65));
            AlgorithmParameters::EllipticCurve(EllipticCurveKeyParameters {
                key_type: EllipticCurveKeyType::EC,
                curve: EllipticCurve::P256,
                x: encode(x.ok_or(UnusableKey)?),
                y: encode(y.ok_or(UnusableKey)?),
            })
        }
        KeyPair::Ed(pair) => AlgorithmParameters::OctetKeyPair(OctetKeyPairParameters {
            key_type: OctetKeyPairType::OctetKeyPair,
            curve: EllipticCurve::Ed25519,
            x: encode(pair.public_key().as_ref()),
        }),
    };
    let mut jwk = Jwk {
        common: CommonParameters {
            public_key_use: Some(PublicKeyUse::Signature),
            key_algorithm: Some(algorithm.key()),
            ..CommonParameters::default()
        },
        algorithm: parameters,
    };
    let thumbprint = jwk.thumbprint(ThumbprintHash::SHA256);
    jwk.common.key_id = Some(thumbprint.map_err(|_| UnusableKey)?);
    Ok(jwk)
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SigningKey(…)")
    }
}
