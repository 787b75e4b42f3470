//! The headers and the body of every response.

use lambda_http::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use lambda_http::http::{HeaderValue, response};
use lambda_http::{Body, Response};

use super::MEDIA_TYPE;
use crate::http::finished;

/// Completes a response. It must not be cached, because some contain secrets.
pub(super) fn ended(headers: response::Builder, body: Option<String>) -> Response<Body> {
    let headers = headers.header(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    match body {
        None => finished(headers, Body::Empty),
        Some(body) => finished(
            headers.header(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE)),
            body,
        ),
    }
}
