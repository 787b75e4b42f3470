//! The limits of API Gateway: requests that it rejects without invoking a function.

use axum::body::{Body, Bytes, HttpBody as _};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Response, StatusCode, header};
use url::Url;

/// API Gateway's limit for the request line and headers together, in bytes.
const MAX_HEAD: usize = 10_240;
/// API Gateway's limit for a body, in bytes.
const MAX_BODY: usize = 10 * 1024 * 1024;
/// Lambda's limit for the payload of an invocation, in bytes.
const MAX_EVENT: usize = 6 * 1024 * 1024;

/// An error response of the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rejection {
    BadRequest,
    NotFound,
    TooLarge,
    HeadTooLarge,
    InternalServerError,
}

impl Rejection {
    /// Status and message.
    pub(super) const fn public(self) -> (StatusCode, &'static str) {
        match self {
            Self::BadRequest => (StatusCode::BAD_REQUEST, "Bad Request"),
            Self::NotFound => (StatusCode::NOT_FOUND, "Not Found"),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large"),
            Self::HeadTooLarge => (
                StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
                "Request Header Fields Too Large",
            ),
            Self::InternalServerError => {
                (StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
            }
        }
    }

    pub(super) fn response(self) -> Response<Body> {
        let (status, text) = self.public();
        message(status, text)
    }

    /// The likely mistake.
    pub(super) const fn hint(self) -> &'static str {
        match self {
            Self::BadRequest => {
                "A header value is not UTF-8, Host is missing, repeated or invalid, or the body \
                 is incomplete."
            }
            Self::NotFound => "The template has no such route.",
            Self::TooLarge => "The body exceeds 10 MiB, or the event for the function 6 MiB.",
            Self::HeadTooLarge => "The request line and the headers exceed 10240 bytes.",
            Self::InternalServerError => "The function panicked; the reason stands above.",
        }
    }
}

fn message(status: StatusCode, text: &str) -> Response<Body> {
    let body = serde_json::json!({ "message": text }).to_string();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    response
}

pub(super) fn check_head(parts: &Parts) -> Result<(), Rejection> {
    let request_line = parts.method.as_str().len() + parts.uri.to_string().len() + 12;
    let headers = parts.headers.iter();
    let headers: usize = headers
        .map(|(name, value)| name.as_str().len() + value.len() + 4)
        .sum();
    if request_line + headers > MAX_HEAD {
        return Err(Rejection::HeadTooLarge);
    }
    // Events are JSON, so header values must be UTF-8.
    let is_text = |value: &HeaderValue| std::str::from_utf8(value.as_bytes()).is_ok();
    if !parts.headers.values().all(is_text) {
        return Err(Rejection::BadRequest);
    }
    let mut hosts = parts.headers.get_all(header::HOST).iter();
    match (
        hosts.next().and_then(|host| host.to_str().ok()),
        hosts.next(),
    ) {
        (Some(host), None) if is_authority(host) => Ok(()),
        _ => Err(Rejection::BadRequest),
    }
}

/// Whether `lambda_http` can make a URL of the `Host` header. In the cloud the host is always the
/// API's; here the client controls it.
fn is_authority(host: &str) -> bool {
    host.parse::<axum::http::uri::Authority>().is_ok()
        && !host.contains('@')
        && Url::parse(&format!("http://{host}/")).is_ok()
}

pub(super) async fn read_body(parts: &Parts, mut body: Body) -> Result<Bytes, Rejection> {
    let announced = parts.headers.get(header::CONTENT_LENGTH);
    let announced = announced.and_then(|length| length.to_str().ok()?.parse().ok());
    let expects_continue = parts.headers.contains_key(header::EXPECT);
    if expects_continue && announced.is_some_and(|length: usize| length > MAX_BODY) {
        return Err(Rejection::TooLarge);
    }
    let mut bytes = Vec::new();
    let mut length = 0;
    // Reads up to four times the limit: a client that is still sending when the connection closes
    // never sees the response.
    while length <= 4 * MAX_BODY {
        let frame =
            std::future::poll_fn(|context| std::pin::Pin::new(&mut body).poll_frame(context));
        let Some(frame) = frame.await else { break };
        let frame = frame.map_err(|_| Rejection::BadRequest)?;
        if let Ok(data) = frame.into_data() {
            length += data.len();
            if length <= MAX_BODY {
                bytes.extend_from_slice(&data);
            }
        }
    }
    if length > MAX_BODY {
        return Err(Rejection::TooLarge);
    }
    Ok(bytes.into())
}

pub(super) fn check_event(event: String) -> Result<String, Rejection> {
    if event.len() > MAX_EVENT {
        return Err(Rejection::TooLarge);
    }
    Ok(event)
}
