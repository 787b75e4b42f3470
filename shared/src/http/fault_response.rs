use lambda_http::http::header::RETRY_AFTER;
use lambda_http::http::{HeaderValue, StatusCode, response};

use crate::fault::Fault;

/// How a fault is shown to callers, whatever the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaultResponse {
    /// The status.
    pub status: StatusCode,
    /// The code, the same in every protocol.
    pub code: &'static str,
    /// What kind of failure it is, in words.
    pub title: &'static str,
    /// What the caller can do.
    pub detail: &'static str,
}

impl FaultResponse {
    /// The one table of faults: what is kept and cannot be read stays so until somebody mends it, and so
    /// does a route that nobody serves; the rest may pass.
    #[must_use]
    pub const fn of(fault: &Fault) -> Self {
        match fault {
            Fault::Unreadable(_) | Fault::UnknownRoute => Self {
                status: StatusCode::INTERNAL_SERVER_ERROR,
                code: "server_error",
                title: "Internal server error",
                detail: "An internal error occurred. If it persists, contact the operator of this service.",
            },
            Fault::Unavailable { .. }
            | Fault::Contended(_)
            | Fault::OutOfTime
            | Fault::NoSigningKey
            | Fault::NoKeySet
            | Fault::SigningFailed
            | Fault::NoRandomness(_) => Self {
                status: StatusCode::SERVICE_UNAVAILABLE,
                code: "temporarily_unavailable",
                title: "Temporarily unavailable",
                detail: "The service is temporarily unavailable. Try again shortly.",
            },
        }
    }

    /// Begins the response, with the time after which to try again.
    #[must_use]
    pub fn response(self) -> response::Builder {
        lambda_http::Response::builder()
            .status(self.status)
            .header(RETRY_AFTER, HeaderValue::from_static("1"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_does_not_pass_by_itself_is_an_error_of_the_server() {
        for lasting in [Fault::Unreadable("name"), Fault::UnknownRoute] {
            let failure = FaultResponse::of(&lasting);
            assert_eq!(failure.status, StatusCode::INTERNAL_SERVER_ERROR);
        }
        for passing in [
            Fault::OutOfTime,
            Fault::NoKeySet,
            Fault::Contended("PutItem"),
        ] {
            let failure = FaultResponse::of(&passing);
            assert_eq!(failure.status, StatusCode::SERVICE_UNAVAILABLE);
        }
    }
}
