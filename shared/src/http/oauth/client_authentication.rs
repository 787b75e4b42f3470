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
    let assertion = parameters.one("client_assertion");
    let header = authorization(request)?;
    refuse_two_methods(header, secret, assertion)?;
    if let Some(header) = header {
        let (basic_id, basic_secret) =
            basic(header).ok_or(Unauthenticated::Malformed(Some(NOT_BASIC)))?;
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

const NOT_BASIC: &str =
    "The Authorization header does not contain valid credentials for HTTP Basic.";

/// The `Authorization` header. An empty one counts as omitted: some tools send it when they have no
/// credentials to put in it.
fn authorization(request: &Request) -> Result<Option<&[u8]>, TokenError> {
    let headers = request.headers().get_all(AUTHORIZATION).iter();
    let headers = headers.map(|header| header.as_bytes().trim_ascii());
    let mut headers = headers.filter(|header| !header.is_empty());
    match (headers.next(), headers.next()) {
        (header, None) => Ok(header),
        _ => Err(TokenError::InvalidRequest(
            "The request has more than one Authorization header.",
        )),
    }
}

/// RFC 6749 §2.3: a client "MUST NOT use more than one authentication method in each request". The
/// error says which one is in the way.
fn refuse_two_methods(
    header: Option<&[u8]>,
    secret: Option<&str>,
    assertion: Option<&str>,
) -> Result<(), TokenError> {
    let has_credentials = secret.is_some() || assertion.is_some();
    let why = match header {
        Some(header) if has_credentials && scheme(header).eq_ignore_ascii_case(b"basic") => {
            "The request contains credentials both in the Authorization header and in the body."
        }
        Some(_) if has_credentials => {
            "The request contains credentials in the body and an Authorization header for another scheme than HTTP Basic. Remove the header."
        }
        None if secret.is_some() && assertion.is_some() => {
            "The request contains both client_secret and client_assertion."
        }
        _ => return Ok(()),
    };
    Err(TokenError::InvalidRequest(why))
}

/// The scheme of an `Authorization` header (RFC 9110 §11.1).
fn scheme(header: &[u8]) -> &[u8] {
    header
        .split(|byte| *byte == b' ')
        .next()
        .unwrap_or_default()
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
