//! Successful responses of the token endpoint.

use lambda_http::http::header::{CACHE_CONTROL, CONTENT_TYPE, PRAGMA};
use lambda_http::http::{HeaderValue, StatusCode, response};
use lambda_http::{Body, Response};
use serde::Serialize;

use crate::http::finished;
use crate::runtime::log::Outcome;
use crate::token::IssuedToken;

/// The content of a successful response (RFC 6749 §5.1).
#[derive(Debug)]
pub struct TokenResponse {
    /// The access token.
    pub access_token: IssuedToken,
    /// The lifetime of the token, in seconds.
    pub expires_in: u64,
    /// The granted scopes, if any.
    pub scope: Option<String>,
}

#[derive(Serialize)]
struct TokenBody<'a> {
    access_token: &'a str,
    expires_in: u64,
    token_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'a str>,
}

/// The successful response.
#[must_use]
pub fn answer(token: &TokenResponse) -> Response<Body> {
    let document = TokenBody {
        access_token: token.access_token.reveal(),
        expires_in: token.expires_in,
        token_type: "Bearer",
        scope: token.scope.as_deref(),
    };
    let mut response = json(Response::builder().status(StatusCode::OK), &document);
    response.extensions_mut().insert(Outcome::TokenIssued);
    response
}

/// Completes a response: JSON that must not be cached (RFC 6749 §5.1).
pub(super) fn json(headers: response::Builder, document: &impl Serialize) -> Response<Body> {
    let body = serde_json::to_string(document).unwrap_or_default();
    let headers = headers
        .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
        .header(CACHE_CONTROL, HeaderValue::from_static("no-store"))
        .header(PRAGMA, HeaderValue::from_static("no-cache"));
    finished(headers, body)
}
