//! The verification of an access token.

use std::collections::HashSet;

use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{DecodingKey, Header, Validation, decode};

use super::Claims;
use crate::model::Timestamp;

/// The token was not issued by this service for this audience, or it is expired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidToken;

/// Verifies a token (RFC 9068 §4). `header` is the token's own, which led to `key`.
///
/// # Errors
/// [`InvalidToken`], for every cause.
pub fn verify(
    token: &str,
    header: &Header,
    key: &Jwk,
    issuer: &str,
    audience: &str,
    now: Timestamp,
) -> Result<Claims, InvalidToken> {
    let is_access_token = header.typ.as_deref().is_some_and(|typ| {
        typ.eq_ignore_ascii_case("at+jwt") || typ.eq_ignore_ascii_case("application/at+jwt")
    });
    // This service never writes `crit`, the list of headers that a verifier must understand (RFC
    // 7515 §4.1.11).
    if !is_access_token || header.crit.is_some() {
        return Err(InvalidToken);
    }
    // The key determines the algorithm, not the token (RFC 8725 §3.1).
    let algorithm = key.common.key_algorithm.ok_or(InvalidToken)?;
    let mut validation = Validation::new(algorithm.to_string().parse().map_err(|_| InvalidToken)?);
    validation.set_issuer(&[issuer]);
    validation.set_audience(&[audience]);
    validation.required_spec_claims =
        HashSet::from(["exp", "iss", "aud", "sub"].map(str::to_owned));
    // The library would use the system clock; expiry is checked below.
    validation.validate_exp = false;
    let key = DecodingKey::from_jwk(key).map_err(|_| InvalidToken)?;
    let claims = decode::<Claims>(token, &key, &validation)
        .map_err(|_| InvalidToken)?
        .claims;
    if now.epoch_seconds() < claims.exp {
        Ok(claims)
    } else {
        Err(InvalidToken)
    }
}
