//! The form of an error, which depends on the endpoint that the path belongs to.

use lambda_http::http::StatusCode;
use lambda_http::http::header::PRAGMA;
use lambda_http::http::{HeaderValue, response};
use lambda_http::{Body, Response};
use shared::fault::Fault;
use shared::http::jsonapi::{ApiError, Cause, Problem, Source};
use shared::http::{FaultResponse, json_error};
use shared::runtime::log::Outcome;

/// The form of an error.
#[derive(Clone, Copy)]
pub(crate) enum Form {
    /// `/auth/…`: JSON:API.
    JsonApi,
    /// `/oauth/…`: RFC 6749 §5.2.
    OAuth,
    /// Every other path: the form of the public documents.
    Document,
}

impl Form {
    /// The form for a path.
    pub(crate) fn of(path: &str) -> Self {
        match path.split('/').nth(1) {
            Some("auth") => Self::JsonApi,
            Some("oauth") => Self::OAuth,
            _ => Self::Document,
        }
    }

    /// 404.
    pub(crate) fn not_found(self, detail: &str) -> Response<Body> {
        let cause = Cause::NotFound;
        self.refused(cause, StatusCode::NOT_FOUND, "not_found", detail)
    }

    /// 405.
    pub(crate) fn method_not_allowed(self, detail: &str) -> Response<Body> {
        let (cause, status) = (Cause::MethodNotAllowed, StatusCode::METHOD_NOT_ALLOWED);
        self.refused(cause, status, "invalid_request", detail)
    }

    /// 400 for a request that cannot be read.
    pub(crate) fn unreadable(self) -> Response<Body> {
        let detail = "The request contains invalid characters.";
        let (cause, status) = (Cause::Unreadable, StatusCode::BAD_REQUEST);
        self.refused(cause, status, "invalid_request", detail)
    }

    /// 500 or 503.
    pub(crate) fn failed(self, fault: Fault) -> Response<Body> {
        if let Self::JsonApi = self {
            return ApiError::from(fault).into_response();
        }
        let entry = FaultResponse::of(&fault);
        let error = entry.code;
        let outcome = Outcome::Failed { error, fault };
        json_error(
            self.with_pragma(entry.response()),
            error,
            entry.detail,
            outcome,
        )
    }

    fn refused(
        self,
        cause: Cause,
        status: StatusCode,
        error: &'static str,
        detail: &str,
    ) -> Response<Body> {
        if let Self::JsonApi = self {
            let problem = Problem::new(cause, Source::Request, detail);
            return ApiError::from(problem).into_response();
        }
        let headers = self.with_pragma(Response::builder().status(status));
        json_error(headers, error, detail, Outcome::Refused { error })
    }

    /// As in the other responses of `/oauth` (RFC 6749 §5.1).
    fn with_pragma(self, headers: response::Builder) -> response::Builder {
        match self {
            Self::OAuth => headers.header(PRAGMA, HeaderValue::from_static("no-cache")),
            Self::JsonApi | Self::Document => headers,
        }
    }
}
