//! Content negotiation: `Accept` and `Content-Type`.

use lambda_http::Request;
use lambda_http::http::header::{ACCEPT, CONTENT_TYPE};

use super::MEDIA_TYPE;
use super::cause::Cause;
use super::error::{ApiError, Problem, Source};

/// Checks that the caller accepts JSON:API (JSON:API 1.1, server responsibilities). If `Accept`
/// names JSON:API, one entry must have no parameters other than the supported ones.
///
/// # Errors
/// [`Cause::NotAcceptable`].
pub(super) fn accepts_json_api(request: &Request) -> Result<(), ApiError> {
    let headers = request.headers().get_all(ACCEPT).iter();
    let headers: Vec<&str> = headers.filter_map(|header| header.to_str().ok()).collect();
    let mut json_api = headers
        .iter()
        .flat_map(|header| outside_quotes(header, ','))
        .map(MediaType::parse)
        .filter(MediaType::is_json_api)
        .peekable();
    let names_it = json_api.peek().is_some();
    if names_it && !json_api.any(|entry| entry.is_plain()) {
        return Err(Problem::new(
            Cause::NotAcceptable,
            Source::Header("Accept"),
            "Accept must allow application/vnd.api+json without parameters other than profile.",
        )
        .into());
    }
    Ok(())
}

/// Checks that the body is JSON:API with supported parameters, or `application/json`.
///
/// # Errors
/// [`Cause::UnsupportedMediaType`].
pub(super) fn sends_json_api(request: &Request) -> Result<(), ApiError> {
    let header = request.headers().get(CONTENT_TYPE);
    let header = header.and_then(|header| header.to_str().ok());
    let media_type = MediaType::parse(header.unwrap_or_default());
    let understood =
        media_type.name == "application/json" || media_type.is_json_api() && media_type.is_plain();
    if understood {
        return Ok(());
    }
    Err(Problem::new(
        Cause::UnsupportedMediaType,
        Source::Header("Content-Type"),
        "Content-Type must be application/json, or application/vnd.api+json without parameters other than profile.",
    )
    .into())
}

struct MediaType {
    name: String,
    parameters: Vec<String>,
}

impl MediaType {
    fn parse(text: &str) -> Self {
        let mut parts = outside_quotes(text, ';').into_iter();
        let name = parts.next().unwrap_or_default();
        let parameter = |part: &str| {
            let name = part.split('=').next().unwrap_or_default();
            name.trim().to_ascii_lowercase()
        };
        Self {
            name: name.trim().to_ascii_lowercase(),
            parameters: parts.map(parameter).collect(),
        }
    }

    fn is_json_api(&self) -> bool {
        self.name == MEDIA_TYPE
    }

    /// Whether all parameters are supported. A profile may be ignored, and a weight is not a
    /// parameter of the type. No extension is supported.
    fn is_plain(&self) -> bool {
        let mut parameters = self.parameters.iter();
        parameters.all(|name| name == "profile" || name == "q")
    }
}

/// Splits a header at separators outside quotes (RFC 9110 §5.6).
fn outside_quotes(text: &str, separator: char) -> Vec<&str> {
    let mut in_quotes = false;
    let is_separator = |character| {
        in_quotes ^= character == '"';
        character == separator && !in_quotes
    };
    text.split(is_separator).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accept(value: &'static str) -> bool {
        let request = lambda_http::http::Request::builder()
            .header(ACCEPT, value)
            .body(lambda_http::Body::Empty);
        accepts_json_api(&request.unwrap()).is_ok()
    }

    #[test]
    fn json_api_only_with_unsupported_parameters_is_not_acceptable() {
        assert!(accept("application/vnd.api+json"));
        assert!(accept("*/*"));
        assert!(accept("text/html, application/vnd.api+json; q=0.5"));
        assert!(accept(
            "application/vnd.api+json; version=2, application/vnd.api+json"
        ));
        assert!(accept(
            "application/vnd.api+json; profile=\"https://example.com/a,b\""
        ));
        assert!(!accept("application/vnd.api+json; version=2"));
        assert!(!accept(
            "application/vnd.api+json; ext=\"https://example.com/a\", */*"
        ));
    }

    #[test]
    fn a_json_api_body_with_unsupported_parameters_is_not_supported() {
        let sends = |value: &'static str| {
            let request = lambda_http::http::Request::builder()
                .header(CONTENT_TYPE, value)
                .body(lambda_http::Body::Empty);
            sends_json_api(&request.unwrap()).is_ok()
        };
        assert!(sends("application/vnd.api+json"));
        assert!(sends("application/json; charset=utf-8"));
        assert!(sends("Application/Vnd.API+json;profile=\"x\""));
        assert!(!sends("application/vnd.api+json; charset=utf-8"));
        assert!(!sends("text/plain"));
        assert!(!sends(""));
    }
}
