use lambda_http::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use lambda_http::http::{HeaderValue, StatusCode, response};
use lambda_http::{Body, Response};
use serde::Serialize;

use super::response::json;
use crate::fault::Fault;
use crate::log::Verdict;

/// Why a management request is refused.
#[derive(Debug)]
pub enum ApiError {
    /// The caller's doing: what is wrong with the request, each thing on its own.
    Refused(Vec<Problem>),
    /// Ours.
    Fault(Fault),
}

/// One thing that is wrong with a request.
#[derive(Clone, Debug)]
pub struct Problem {
    cause: Cause,
    detail: String,
    source: Source,
}

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

/// Where in the request a problem lies (JSON:API 1.1, error objects).
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// A JSON pointer into the body.
    Pointer(String),
    /// A query parameter.
    Parameter(String),
    /// A header.
    Header(&'static str),
    /// The request as a whole.
    #[serde(skip)]
    Request,
}

impl Cause {
    /// The one table of statuses, codes and titles.
    const fn public(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::NoToken => (StatusCode::UNAUTHORIZED, "missing_token", "No access token"),
            Self::InvalidToken => (
                StatusCode::UNAUTHORIZED,
                "invalid_token",
                "Invalid access token",
            ),
            Self::NotPermitted => (StatusCode::FORBIDDEN, "insufficient_scope", "Not permitted"),
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
                "The body is too long",
            ),
            Self::Malformed => (
                StatusCode::BAD_REQUEST,
                "malformed_document",
                "Malformed document",
            ),
            Self::WrongResource => (StatusCode::CONFLICT, "wrong_resource", "Wrong resource"),
            Self::ClientGeneratedId => (
                StatusCode::FORBIDDEN,
                "client_generated_id",
                "Clients do not choose ids",
            ),
            Self::Missing => (StatusCode::BAD_REQUEST, "missing", "Something is missing"),
            Self::Unknown => (StatusCode::BAD_REQUEST, "unknown", "Unknown member"),
            Self::ReadOnly => (StatusCode::FORBIDDEN, "read_only", "Cannot be changed"),
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
    const fn challenge(self) -> Option<&'static str> {
        match self {
            Self::NoToken => Some("Bearer realm=\"latchkey\""),
            Self::InvalidToken => Some("Bearer realm=\"latchkey\", error=\"invalid_token\""),
            Self::NotPermitted => Some("Bearer realm=\"latchkey\", error=\"insufficient_scope\""),
            _ => None,
        }
    }
}

impl Problem {
    /// A problem, in words for the person who sent the request.
    #[must_use]
    pub fn new(cause: Cause, source: Source, detail: impl Into<String>) -> Self {
        Self {
            cause,
            detail: detail.into(),
            source,
        }
    }

    /// A problem at a place of the body.
    #[must_use]
    pub fn at(cause: Cause, pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(cause, Source::Pointer(pointer.into()), detail)
    }
}

impl From<Problem> for ApiError {
    fn from(problem: Problem) -> Self {
        Self::Refused(vec![problem])
    }
}

impl From<Fault> for ApiError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

#[derive(Serialize)]
struct Document<'a> {
    errors: Vec<ErrorObject<'a>>,
}

#[derive(Serialize)]
struct ErrorObject<'a> {
    status: String,
    code: &'static str,
    title: &'static str,
    detail: &'a str,
    #[serde(skip_serializing_if = "is_request")]
    source: &'a Source,
}

fn is_request(source: &&Source) -> bool {
    matches!(source, Source::Request)
}

impl ApiError {
    /// The answer: an error object for each problem (JSON:API 1.1, errors).
    #[must_use]
    pub fn into_response(self) -> Response<Body> {
        match self {
            Self::Refused(problems) => refused(&problems),
            Self::Fault(fault) => failed(fault),
        }
    }
}

fn refused(problems: &[Problem]) -> Response<Body> {
    let mut statuses = problems.iter().map(|problem| problem.cause.public().0);
    let first = statuses.next().unwrap_or(StatusCode::BAD_REQUEST);
    // Of several statuses, the one that speaks for them all (JSON:API 1.1, processing errors).
    let status = if statuses.all(|status| status == first) {
        first
    } else {
        StatusCode::BAD_REQUEST
    };
    let errors = problems.iter().map(|problem| {
        let (status, code, title) = problem.cause.public();
        ErrorObject {
            status: status.as_u16().to_string(),
            code,
            title,
            detail: &problem.detail,
            source: &problem.source,
        }
    });
    let document = Document {
        errors: errors.collect(),
    };
    let headers = Response::builder().status(status);
    let challenge = problems
        .iter()
        .find_map(|problem| problem.cause.challenge());
    let headers = match challenge {
        Some(challenge) => headers.header(WWW_AUTHENTICATE, HeaderValue::from_static(challenge)),
        None => headers,
    };
    let mut response = json(headers, &document);
    // The first stands for all; what their details say may be in the caller's words.
    if let Some(first) = problems.first() {
        let (_, error, _) = first.cause.public();
        response.extensions_mut().insert(Verdict::Refused { error });
    }
    response
}

fn failed(fault: Fault) -> Response<Body> {
    let (status, code, title, detail) = match fault {
        Fault::Unreadable(_) => (
            StatusCode::INTERNAL_SERVER_ERROR,
            "server_error",
            "Server error",
            "Something is wrong on our side.",
        ),
        _ => (
            StatusCode::SERVICE_UNAVAILABLE,
            "temporarily_unavailable",
            "Temporarily unavailable",
            "The service cannot answer now. Try again in a moment.",
        ),
    };
    let document = Document {
        errors: vec![ErrorObject {
            status: status.as_u16().to_string(),
            code,
            title,
            detail,
            source: &Source::Request,
        }],
    };
    let headers: response::Builder = Response::builder()
        .status(status)
        .header(RETRY_AFTER, HeaderValue::from_static("1"));
    let mut response = json(headers, &document);
    let verdict = Verdict::Failed { error: code, fault };
    response.extensions_mut().insert(verdict);
    response
}
