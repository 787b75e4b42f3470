use lambda_http::http::StatusCode;

/// What can be wrong with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// There is no bearer token (RFC 6750 §3.1).
    NoToken,
    /// The bearer token is not valid, or its client is gone or disabled.
    InvalidToken,
    /// The caller's roles do not permit it.
    NotPermitted,
    /// There is nothing of that name, or nothing that the caller may see.
    NotFound,
    /// A related resource does not exist.
    RelatedNotFound,
    /// `Accept` allows no JSON:API that we speak.
    NotAcceptable,
    /// `Content-Type` is no JSON:API that we understand.
    UnsupportedMediaType,
    /// The body is too long.
    TooLong,
    /// The body is no document.
    Malformed,
    /// The resource's type or id is not the one that the endpoint is about.
    WrongResource,
    /// Clients do not choose ids.
    ClientGeneratedId,
    /// Something has to be there and is not.
    Missing,
    /// An attribute or relationship does not exist.
    Unknown,
    /// An attribute cannot be changed.
    ReadOnly,
    /// A value is not one that its attribute can have.
    InvalidValue,
    /// A query parameter does not exist, is repeated, or has a value that it cannot have.
    InvalidParameter,
}

impl Cause {
    /// The one table of statuses, codes and titles.
    pub(super) const fn public(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::NoToken => (
                StatusCode::UNAUTHORIZED,
                "missing_token",
                "Missing access token",
            ),
            Self::InvalidToken => (
                StatusCode::UNAUTHORIZED,
                "invalid_token",
                "Invalid access token",
            ),
            Self::NotPermitted => (
                StatusCode::FORBIDDEN,
                "insufficient_scope",
                "Insufficient permissions",
            ),
            Self::NotFound => (StatusCode::NOT_FOUND, "not_found", "Not found"),
            Self::RelatedNotFound => (
                StatusCode::NOT_FOUND,
                "related_not_found",
                "Related resource not found",
            ),
            Self::NotAcceptable => (
                StatusCode::NOT_ACCEPTABLE,
                "not_acceptable",
                "Not acceptable",
            ),
            Self::UnsupportedMediaType => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported_media_type",
                "Unsupported media type",
            ),
            Self::TooLong => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "too_long",
                "Request body too large",
            ),
            Self::Malformed => (
                StatusCode::BAD_REQUEST,
                "malformed_document",
                "Malformed document",
            ),
            Self::WrongResource => (
                StatusCode::CONFLICT,
                "wrong_resource",
                "Resource type or ID mismatch",
            ),
            Self::ClientGeneratedId => (
                StatusCode::FORBIDDEN,
                "client_generated_id",
                "Client-generated ID not supported",
            ),
            Self::Missing => (StatusCode::BAD_REQUEST, "missing", "Missing member"),
            Self::Unknown => (StatusCode::BAD_REQUEST, "unknown", "Unknown member"),
            Self::ReadOnly => (StatusCode::FORBIDDEN, "read_only", "Read-only attribute"),
            Self::InvalidValue => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "invalid_value",
                "Invalid value",
            ),
            Self::InvalidParameter => (
                StatusCode::BAD_REQUEST,
                "invalid_parameter",
                "Invalid query parameter",
            ),
        }
    }

    /// RFC 6750 §3: what a caller has to show, and what is wrong with what it showed.
    pub(super) const fn challenge(self) -> Option<&'static str> {
        match self {
            Self::NoToken => Some("Bearer realm=\"latchkey\""),
            Self::InvalidToken => Some("Bearer realm=\"latchkey\", error=\"invalid_token\""),
            Self::NotPermitted => Some("Bearer realm=\"latchkey\", error=\"insufficient_scope\""),
            _ => None,
        }
    }
}
