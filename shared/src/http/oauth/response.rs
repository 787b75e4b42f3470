//! Successful responses of the token endpoint.

use lambda_http::http::header::{CACHE_CONTROL, CONTENT_TYPE, PRAGMA};
use lambda_http::http::{HeaderValue, StatusCode, response};
use lambda_http::{Body, Response};
use serde::Serialize;

use crate::http::finished;
use crate::model::gate::Allowance;
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
    /// What is left of the client's quota.
    pub allowance: Allowance,
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
    let headers = Response::builder().status(StatusCode::OK);
    let mut response = json(rate_limited(headers, &token.allowance), &document);
    response.extensions_mut().insert(Outcome::TokenIssued);
    response
}

/// Adds the state of the client's quota (draft-ietf-httpapi-ratelimit-headers).
pub(super) fn rate_limited(headers: response::Builder, left: &Allowance) -> response::Builder {
    let quota = left.quota.tokens();
    let (tokens, seconds) = (left.tokens, left.more_after);
    headers
        .header("ratelimit-policy", format!("\"tokens\";q={quota};w=3600"))
        .header("ratelimit", format!("\"tokens\";r={tokens};t={seconds}"))
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
