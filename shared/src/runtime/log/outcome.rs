//! The outcome of a request.

use crate::fault::Fault;

/// The outcome of a request, for its log line. It is an extension of the response. Without one, the
/// status determines the outcome.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// A token was issued.
    TokenIssued,
    /// A token request was refused.
    TokenRefused {
        /// The public error code.
        error: &'static str,
        /// The cause, if the code does not tell it. Callers must not learn it.
        cause: Option<&'static str>,
    },
    /// Another request was refused.
    Refused {
        /// The public error code.
        error: &'static str,
    },
    /// The service failed.
    Failed {
        /// The public error code.
        error: &'static str,
        /// The cause.
        fault: Fault,
    },
}

impl Outcome {
    pub(super) const fn outcome(&self) -> &'static str {
        match self {
            Self::TokenIssued => "issued",
            Self::TokenRefused { .. } | Self::Refused { .. } => "refused",
            Self::Failed { .. } => "failed",
        }
    }

    pub(super) const fn error(&self) -> Option<&'static str> {
        match self {
            Self::TokenIssued => None,
            Self::TokenRefused { error, .. }
            | Self::Refused { error }
            | Self::Failed { error, .. } => Some(error),
        }
    }
}
