//! Client credentials in a token request.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lambda_http::Request;
use lambda_http::http::header::AUTHORIZATION;

use super::{Parameters, TokenError};
use crate::authentication::{ClientCredentials, Unauthenticated};
use crate::http::form;
use crate::model::is_same_id;

/// Reads the client's credentials from the `Authorization` header or the body (RFC 6749 §2.3.1).
///
/// # Errors
/// [`TokenError::InvalidRequest`] when the request uses more than one method (§2.3) or has
/// credentials in its URI, and [`TokenError::InvalidClient`] when the credentials are missing or
/// malformed.
pub(super) fn client_credentials(
    request: &Request,
    parameters: &Parameters,
) -> Result<ClientCredentials, TokenError> {
    refuse_credentials_in_the_uri(request)?;
    let (id, secret) = (parameters.one("client_id"), parameters.one("client_secret"));
    let has_assertion = parameters.one("client_assertion").is_some();
    let mut headers = request.headers().get_all(AUTHORIZATION).iter();
    let methods = usize::from(headers.next().is_some())
        + headers.count()
        + usize::from(secret.is_some())
        + usize::from(has_assertion);
    if methods > 1 {
        return Err(TokenError::InvalidRequest(
            "The request uses more than one client authentication method.",
        ));
    }
    if let Some(header) = request.headers().get(AUTHORIZATION) {
        let (basic_id, basic_secret) =
            basic(header.as_bytes()).ok_or(Unauthenticated::Malformed)?;
        if id.is_some_and(|id| !is_same_id(id, &basic_id)) {
            return Err(TokenError::InvalidRequest(
                "The client_id in the body does not match the Authorization header.",
            ));
        }
        return Ok(ClientCredentials::parse(&basic_id, &basic_secret)?);
    }
    match (id, secret) {
        (Some(id), Some(secret)) => Ok(ClientCredentials::parse(id, secret)?),
        _ => Err(Unauthenticated::NoCredentials.into()),
    }
}

/// RFC 6749 §2.3.1: credentials "MUST NOT be included in the request URI". Logs would store them.
fn refuse_credentials_in_the_uri(request: &Request) -> Result<(), TokenError> {
    let query = request.uri().query().unwrap_or_default();
    let named = |name: &[u8]| {
        let pairs = query.split('&');
        let mut names = pairs.map(|pair| pair.split('=').next().unwrap_or_default());
        names
            .any(|found| form::decode(found.as_bytes()).is_ok_and(|found| found.as_bytes() == name))
    };
    if named(b"client_secret") || named(b"client_assertion") || named(b"client_id") {
        return Err(TokenError::InvalidRequest(
            "Client credentials must not be sent in the request URI.",
        ));
    }
    Ok(())
}

/// Parses Basic credentials (RFC 7617 §2), whose parts are form-encoded (RFC 6749 §2.3.1).
fn basic(header: &[u8]) -> Option<(String, String)> {
    let (scheme, encoded) = std::str::from_utf8(header).ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = STANDARD.decode(encoded.trim()).ok()?;
    let mut halves = decoded.splitn(2, |byte| *byte == b':');
    let id = form::decode(halves.next()?).ok()?;
    let secret = form::decode(halves.next()?).ok()?;
    Some((id, secret))
}
