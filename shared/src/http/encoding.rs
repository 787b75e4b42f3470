//! Content codings of request bodies: none is supported.

use lambda_http::Request;
use lambda_http::http::header::CONTENT_ENCODING;

/// The public text for a body with a content coding.
pub const NO_ENCODING: &str = "Send the request body without a Content-Encoding.";

/// The `Accept-Encoding` of the error (RFC 9110 §15.5.16).
pub const IDENTITY: &str = "identity";

/// Whether the body has a content coding (RFC 9110 §8.4), such as `gzip`. `identity` is none.
#[must_use]
pub fn is_encoded(request: &Request) -> bool {
    let headers = request.headers().get_all(CONTENT_ENCODING).iter();
    let mut codings = headers.flat_map(|header| header.as_bytes().split(|byte| *byte == b','));
    codings.any(|coding| {
        let coding = coding.trim_ascii();
        !coding.is_empty() && !coding.eq_ignore_ascii_case(b"identity")
    })
}
