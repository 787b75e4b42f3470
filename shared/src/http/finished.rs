//! Putting a response together.

use lambda_http::http::{StatusCode, response};
use lambda_http::{Body, Response};

/// The response; a bare 500 when a header cannot be written, and never a 200 that nobody meant.
#[must_use]
pub fn finished(headers: response::Builder, body: impl Into<Body>) -> Response<Body> {
    headers.body(body.into()).unwrap_or_else(|_| {
        let mut failed = Response::new(Body::Empty);
        *failed.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        failed
    })
}
