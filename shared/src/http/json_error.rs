//! Errors outside the management API.

use lambda_http::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use lambda_http::http::{HeaderValue, response};
use lambda_http::{Body, Response};

use super::finished;
use crate::runtime::log::Outcome;

/// An error in the form of RFC 6749 §5.2, which must not be cached. The description has only the
/// service's words.
#[must_use]
pub fn json_error(
    headers: response::Builder,
    error: &'static str,
    error_description: &str,
    outcome: Outcome,
) -> Response<Body> {
    let document = serde_json::json!({ "error": error, "error_description": error_description });
    let headers = headers
        .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
        .header(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let mut response = finished(headers, document.to_string());
    response.extensions_mut().insert(outcome);
    response
}
