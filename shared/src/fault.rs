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
    #[error("{0} met a conflict at every attempt")]
    Contended(&'static str),
    /// The request's time is over.
    #[error("the request's time is over")]
    OutOfTime,
    /// Something that is kept cannot be read: written by a newer version, or damaged.
    #[error("{0} is kept in a form that cannot be read")]
    Unreadable(&'static str),
    /// No key may sign at this time.
    #[error("no signing key may sign now; has bootstrap run?")]
    NoSigningKey,
    /// There is no key set yet.
    #[error("there is no key set; has bootstrap run?")]
    NoKeySet,
    /// API Gateway hands over a route that the function does not serve.
    #[error("the function does not serve this route; does template.yaml agree with it?")]
    UnknownRoute,
    /// The key would not sign.
    #[error("the signing key does not sign")]
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
            SdkError::ResponseError(_) => "unreadable answer",
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
