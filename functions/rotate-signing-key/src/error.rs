//! Errors of a rotation.

use shared::fault::Fault;
use shared::signing::Unfit;

/// Why an invocation failed. `Display` is for the log and the invoker, and contains no secrets.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RotationError {
    /// The event is unknown to this function.
    #[error("invalid event: {0}")]
    Event(#[source] serde_json::Error),
    /// The requested step must not be taken.
    #[error("refused: {0}")]
    NotAllowed(&'static str),
    /// The keys in a version of the secret must not sign.
    #[error("the {0} version of the secret cannot be used: {1}")]
    Unfit(&'static str, #[source] Unfit),
    /// A service behind the function failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}
