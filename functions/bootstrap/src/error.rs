use shared::fault::Fault;

/// Why an invocation failed. `Display` is for the log and for CloudFormation, and holds no secret.
#[derive(Debug, thiserror::Error)]
pub enum BootstrapError {
    /// The function cannot start.
    #[error("{0}")]
    Environment(String),
    /// The run failed; it can be repeated.
    #[error(transparent)]
    Run(#[from] Fault),
    /// The event is neither empty nor what CloudFormation sends.
    #[error("the event is not a valid CloudFormation event")]
    MalformedEvent,
    /// CloudFormation asks for something else than to create, update or delete.
    #[error("RequestType must be Create, Update or Delete")]
    UnknownRequestType,
    /// The answer did not reach CloudFormation.
    #[error("the response did not reach CloudFormation")]
    Unanswered,
}
