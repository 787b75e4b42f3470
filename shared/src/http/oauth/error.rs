//! Errors of the token endpoint.

use lambda_http::http::header::{ACCEPT_ENCODING, ALLOW, RETRY_AFTER, WWW_AUTHENTICATE};
use lambda_http::http::{HeaderValue, StatusCode, response};
use lambda_http::{Body, Response};
use serde::Serialize;

use super::response::{json, rate_limited};
use crate::authentication::Unauthenticated;
use crate::fault::Fault;
use crate::http::{FaultResponse, IDENTITY, NO_ENCODING};
use crate::model::gate::{Allowance, Full};
use crate::runtime::log::Outcome;

/// Why no token is issued.
#[derive(Debug)]
pub enum TokenError {
    /// The request is malformed (RFC 6749 §5.2). The text is the public description.
    InvalidRequest(&'static str),
    /// The same with a description that names a place in the request. The log gets only the first
    /// text, because the description may contain the caller's.
    InvalidRequestAt(&'static str, String),
    /// The body has a content coding (RFC 9110 §15.5.16).
    UnsupportedEncoding,
    /// Client authentication failed (RFC 6749 §5.2). The response is the same for every cause.
    InvalidClient(Unauthenticated),
    /// The grant type is not supported (RFC 6749 §5.2).
    UnsupportedGrantType,
    /// A scope is malformed, unknown or not granted (RFC 6749 §5.2).
    InvalidScope,
    /// A target is malformed or unknown, or there is more than one (RFC 8707 §2).
    InvalidTarget,
    /// The client's quota is exhausted (RFC 6585 §4).
    TooManyRequests(Full),
    /// The method is not POST (RFC 6749 §3.2).
    MethodNotAllowed,
    /// A service behind this one failed.
    Fault(Fault),
}

#[derive(Serialize)]
struct ErrorBody<'a> {
    error: &'static str,
    error_description: &'a str,
}

impl TokenError {
    /// Maps every error to its status, code and public description.
    fn public(&self) -> (StatusCode, &'static str, &str) {
        match self {
            Self::InvalidRequest(why) => (StatusCode::BAD_REQUEST, "invalid_request", why),
            Self::InvalidRequestAt(_, description) => {
                (StatusCode::BAD_REQUEST, "invalid_request", description)
            }
            Self::UnsupportedEncoding => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "invalid_request",
                NO_ENCODING,
            ),
            // Only the form of the credentials is ever described (RFC 6749 §5.2 has one code for all).
            Self::InvalidClient(why) => (
                StatusCode::UNAUTHORIZED,
                "invalid_client",
                match why {
                    Unauthenticated::Malformed(Some(mistake)) => mistake,
                    _ => "Client authentication failed.",
                },
            ),
            Self::UnsupportedGrantType => (
                StatusCode::BAD_REQUEST,
                "unsupported_grant_type",
                "The grant type is not supported.",
            ),
            Self::InvalidScope => (
                StatusCode::BAD_REQUEST,
                "invalid_scope",
                "A requested scope is malformed, unknown or not granted to the client.",
            ),
            Self::InvalidTarget => (
                StatusCode::BAD_REQUEST,
                "invalid_target",
                "The requested audience or resource is malformed or unknown, or more than one was requested.",
            ),
            Self::TooManyRequests(_) => (
                StatusCode::TOO_MANY_REQUESTS,
                "too_many_requests",
                "Token quota exceeded. Reuse tokens until they expire.",
            ),
            Self::MethodNotAllowed => (
                StatusCode::METHOD_NOT_ALLOWED,
                "invalid_request",
                "The token endpoint accepts only POST.",
            ),
            Self::Fault(fault) => {
                let entry = FaultResponse::of(fault);
                (entry.status, entry.code, entry.detail)
            }
        }
    }

    fn headers(&self, status: StatusCode) -> response::Builder {
        let headers = Response::builder().status(status);
        match self {
            Self::Fault(fault) => FaultResponse::of(fault).response(),
            Self::InvalidClient(_) => headers.header(
                WWW_AUTHENTICATE,
                HeaderValue::from_static("Basic realm=\"latchkey\", charset=\"UTF-8\""),
            ),
            Self::MethodNotAllowed => headers.header(ALLOW, HeaderValue::from_static("POST")),
            Self::UnsupportedEncoding => {
                headers.header(ACCEPT_ENCODING, HeaderValue::from_static(IDENTITY))
            }
            Self::TooManyRequests(full) => {
                let exhausted = Allowance {
                    quota: full.quota,
                    tokens: 0,
                    more_after: full.retry_after,
                };
                let headers = headers.header(RETRY_AFTER, full.retry_after);
                rate_limited(headers, &exhausted)
            }
            _ => headers,
        }
    }

    /// The error response (RFC 6749 §5.2).
    #[must_use]
    pub fn into_response(self) -> Response<Body> {
        let (status, error, error_description) = self.public();
        let document = ErrorBody {
            error,
            error_description,
        };
        let mut response = json(self.headers(status), &document);
        response.extensions_mut().insert(self.outcome(error));
        response
    }

    /// The outcome for the log.
    fn outcome(self, error: &'static str) -> Outcome {
        let cause = match self {
            Self::Fault(fault) => return Outcome::Failed { error, fault },
            Self::InvalidRequest(why) | Self::InvalidRequestAt(why, _) => Some(why),
            Self::UnsupportedEncoding => Some(NO_ENCODING),
            Self::InvalidClient(why) => Some(why.as_str()),
            Self::TooManyRequests(full) => full.is_clock_behind.then_some("clock_behind"),
            Self::UnsupportedGrantType
            | Self::InvalidScope
            | Self::InvalidTarget
            | Self::MethodNotAllowed => None,
        };
        Outcome::TokenRefused { error, cause }
    }
}

impl From<Unauthenticated> for TokenError {
    fn from(why: Unauthenticated) -> Self {
        Self::InvalidClient(why)
    }
}

impl From<Fault> for TokenError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::TokenQuota;

    /// RFC 6749 §5.2 allows only %x20-21 / %x23-5B / %x5D-7E in `error_description`.
    #[test]
    fn every_description_has_only_allowed_characters() {
        let full = Full {
            quota: TokenQuota::per_hour(200).unwrap(),
            retry_after: 1,
            is_clock_behind: false,
        };
        for error in [
            TokenError::UnsupportedEncoding,
            TokenError::InvalidClient(Unauthenticated::UnknownClient),
            TokenError::UnsupportedGrantType,
            TokenError::InvalidScope,
            TokenError::InvalidTarget,
            TokenError::TooManyRequests(full),
            TokenError::MethodNotAllowed,
            TokenError::Fault(Fault::OutOfTime),
            TokenError::Fault(Fault::Unreadable("name")),
        ] {
            let (_, _, description) = error.public();
            let allowed = |byte| matches!(byte, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e);
            assert!(description.bytes().all(allowed), "{description}");
        }
    }
}
