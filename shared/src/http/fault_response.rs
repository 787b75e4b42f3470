//! Faults as responses.

use lambda_http::http::header::RETRY_AFTER;
use lambda_http::http::{HeaderValue, StatusCode, response};

use crate::fault::Fault;

/// The public form of a fault, the same in every protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaultResponse {
    /// The HTTP status.
    pub status: StatusCode,
    /// The error code.
    pub code: &'static str,
    /// A short description of the failure.
    pub title: &'static str,
    /// A sentence on what the caller can do.
    pub detail: &'static str,
}

impl FaultResponse {
    /// Maps every fault to its response. Unreadable data, an unknown route and an incomplete
    /// request are 500: they last until an operator fixes them. All others may be temporary, and are
    /// 503.
    #[must_use]
    pub const fn of(fault: &Fault) -> Self {
        match fault {
            Fault::Unreadable(_) | Fault::UnknownRoute | Fault::IncompleteRequest => Self {
                status: StatusCode::INTERNAL_SERVER_ERROR,
                code: "server_error",
                title: "Internal server error",
                detail: "An internal error occurred. If it persists, contact the operator of this service.",
            },
            Fault::Unavailable { .. }
            | Fault::Contended(_)
            | Fault::KeyUsed
            | Fault::Damaged
            | Fault::OutOfTime
            | Fault::NoSigningKey
            | Fault::NoSigningKeyYet(_)
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

    /// Starts the response, with status and `Retry-After`.
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
    fn only_lasting_faults_are_500() {
        for lasting in [
            Fault::Unreadable("name"),
            Fault::UnknownRoute,
            Fault::IncompleteRequest,
        ] {
            let failure = FaultResponse::of(&lasting);
            assert_eq!(failure.status, StatusCode::INTERNAL_SERVER_ERROR);
        }
        for temporary in [
            Fault::OutOfTime,
            Fault::NoKeySet,
            Fault::Damaged,
            Fault::Contended("PutItem"),
        ] {
            let failure = FaultResponse::of(&temporary);
            assert_eq!(failure.status, StatusCode::SERVICE_UNAVAILABLE);
        }
    }
}
