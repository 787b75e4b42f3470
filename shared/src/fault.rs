//! What can go wrong behind the service: never the caller's doing, never shown to the caller.

use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

/// Why a request could not be served. `Display` is for the log and holds no secret.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Fault {
    /// An AWS service failed, throttled, refused or did not answer in time.
    #[error("{service} {operation} failed: {code}")]
    Unavailable {
        /// Which service.
        service: &'static str,
        /// What was asked of it.
        operation: &'static str,
        /// The error code that it gave, or the kind of failure when it gave none.
        code: String,
    },
    /// Others were faster every time.
    #[error("{0} conflicted with other writes on every attempt")]
    Contended(&'static str),
    /// The request's time is over.
    #[error("the time limit was exceeded")]
    OutOfTime,
    /// Something that is kept cannot be read: written by a newer version, or damaged.
    #[error("stored {0} cannot be read: it is damaged, or a newer version wrote it")]
    Unreadable(&'static str),
    /// No key may sign at this time.
    #[error("no signing key is valid now; check that bootstrap has run")]
    NoSigningKey,
    /// There is no key set yet.
    #[error("the key set is missing; check that bootstrap has run")]
    NoKeySet,
    /// API Gateway hands over a route that the function does not serve.
    #[error(
        "the function has no handler for this route; deploy the template and the binary of the same version"
    )]
    UnknownRoute,
    /// The key would not sign.
    #[error("the signing key is unusable")]
    SigningFailed,
    /// There is no randomness.
    #[error(transparent)]
    NoRandomness(#[from] crate::random::Unavailable),
}

impl Fault {
    /// Sums up an SDK error: its code, and nothing of what was sent or received.
    pub(crate) fn of_sdk<E: ProvideErrorMetadata, R>(
        service: &'static str,
        operation: &'static str,
        error: &SdkError<E, R>,
    ) -> Self {
        let kind = match error {
            SdkError::TimeoutError(_) => "timeout",
            SdkError::DispatchFailure(_) => "no connection",
            SdkError::ResponseError(_) => "invalid response",
            _ => "unknown error",
        };
        let code = error
            .as_service_error()
            .and_then(ProvideErrorMetadata::code);
        Self::Unavailable {
            service,
            operation,
            code: code.unwrap_or(kind).to_owned(),
        }
    }
}
