//! How a request ended.

use crate::fault::Fault;

/// How a request ended, for its line in the log. It travels with the response as an extension; a
/// response without one is judged by its status.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// A token was issued.
    TokenIssued,
    /// No token was issued, by the caller's doing.
    TokenRefused {
        /// The public error code.
        error: &'static str,
        /// What the code does not tell, and callers must not learn.
        cause: Option<&'static str>,
    },
    /// Anything else was refused.
    Refused {
        /// The public error code.
        error: &'static str,
    },
    /// The service failed.
    Failed {
        /// The public error code.
        error: &'static str,
        /// Why.
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
