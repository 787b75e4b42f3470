use shared::fault::Fault;
use shared::signing::Unfit;

/// Why an invocation failed. `Display` is for the log and for who invoked it, and holds no secret.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RotationError {
    /// The event is none of those that this function knows.
    #[error("invalid event: {0}")]
    Event(#[source] serde_json::Error),
    /// The event asks for what must not be done.
    #[error("refused: {0}")]
    Refused(&'static str),
    /// The keys in a version of the secret must not sign.
    #[error("the {0} version of the secret cannot be used: {1}")]
    Unfit(&'static str, #[source] Unfit),
    /// What lies behind the function failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}
