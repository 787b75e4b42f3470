//! Errors of bootstrap.

use shared::fault::Fault;

/// Why an invocation failed. `Display` is for the log and CloudFormation, and contains no secrets.
#[derive(Debug, thiserror::Error)]
pub enum BootstrapError {
    /// The environment is incomplete.
    #[error("{0}")]
    Environment(String),
    /// The run failed; it can be repeated.
    #[error(transparent)]
    Run(#[from] Fault),
    /// The time was not enough for all clients; another run continues.
    #[error("App Clients remain without a key in the index of names; run bootstrap again")]
    Unfinished,
    /// The event is neither empty nor what CloudFormation sends.
    #[error("the event is not a valid CloudFormation event")]
    MalformedEvent,
    /// The event's `RequestType` is not Create, Update or Delete.
    #[error("RequestType must be Create, Update or Delete")]
    UnknownRequestType,
    /// The event has `recover`, but not in the documented form.
    #[error(
        "recover must be an object with clientId, the ID of an App Client, and optionally administrator, true or false"
    )]
    MalformedRecovery,
    /// The client to recover does not exist. If it was deleted during the recovery, its credentials
    /// may already be stored.
    #[error("no App Client has this ID")]
    UnknownClient,
    /// The response did not reach CloudFormation.
    #[error("the response did not reach CloudFormation")]
    Unanswered,
}
