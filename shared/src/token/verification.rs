use std::collections::HashSet;

use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{DecodingKey, Header, Validation, decode};

use super::Claims;
use crate::model::Timestamp;

/// The token is not one that this service issued for this audience, or not valid any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidToken;

/// Believes a token, or not (RFC 9068 §4). `header` is the token's own, which led to `key`.
///
/// # Errors
/// [`InvalidToken`], whatever the reason.
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
    // A header that must be understood (RFC 7515 §4.1.11) is one that we never write.
    if !is_access_token || header.crit.is_some() {
        return Err(InvalidToken);
    }
    // The algorithm is the key's, whatever the token says (RFC 8725 §3.1).
    let algorithm = key.common.key_algorithm.ok_or(InvalidToken)?;
    let mut validation = Validation::new(algorithm.to_string().parse().map_err(|_| InvalidToken)?);
    validation.set_issuer(&[issuer]);
    validation.set_audience(&[audience]);
    validation.required_spec_claims =
        HashSet::from(["exp", "iss", "aud", "sub"].map(str::to_owned));
    // The library would look at the machine's clock; ours is below.
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
