//! Completes a response.

use lambda_http::http::{StatusCode, response};
use lambda_http::{Body, Response};

/// The response with this body, or a 500 without a body if a header is invalid.
#[must_use]
pub fn finished(headers: response::Builder, body: impl Into<Body>) -> Response<Body> {
    headers.body(body.into()).unwrap_or_else(|_| {
        let mut failed = Response::new(Body::Empty);
        *failed.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        failed
    })
}
