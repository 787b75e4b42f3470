//! Failures behind the service: never the caller's fault, and never shown to the caller.

use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

/// Why a request could not be served. `Display` is for the log and contains no secrets.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Fault {
    /// An AWS service failed, throttled, refused, or did not respond in time.
    #[error("{service} {operation} failed: {code}")]
    Unavailable {
        /// The service.
        service: &'static str,
        /// The operation.
        operation: &'static str,
        /// The service's error code, or the kind of failure if there is no code.
        code: String,
    },
    /// Every attempt at a write met a conflict.
    #[error("{0} conflicted with other writes on every attempt")]
    Contended(&'static str),
    /// Another request used the same idempotency key first. What is kept of it tells the answer.
    #[error("another request used the idempotency key, and what was kept of it is gone")]
    KeyUsed,
    /// A client's gate has another revision than its record, or is missing.
    #[error(
        "the client is damaged: its record and its gate do not match; any change of the client mends it"
    )]
    Damaged,
    /// The request exceeded its time limit.
    #[error("the time limit was exceeded")]
    OutOfTime,
    /// Stored data cannot be read: a newer version wrote it, or it is damaged.
    #[error("stored {0} cannot be read: it is damaged, or a newer version wrote it")]
    Unreadable(&'static str),
    /// There is no signing key.
    #[error("there is no signing key; check that bootstrap has run")]
    NoSigningKey,
    /// Every signing key signs only later, the first after this many seconds.
    #[error("no signing key signs for another {0} s; check the clock")]
    NoSigningKeyYet(u64),
    /// The key set does not exist yet.
    #[error("the key set is missing; check that bootstrap has run")]
    NoKeySet,
    /// API Gateway sent a route that the function does not serve.
    #[error(
        "the function has no handler for this route; deploy the template and the binary of the same version"
    )]
    UnknownRoute,
    /// The code built an AWS request without a required member.
    #[error("an AWS request lacks a required member; this is a bug")]
    IncompleteRequest,
    /// The key cannot sign.
    #[error("the signing key is unusable")]
    SigningFailed,
    /// There are no random bytes.
    #[error(transparent)]
    NoRandomness(#[from] crate::random::Unavailable),
}

impl Fault {
    /// The fault for an SDK error. It keeps the code, and nothing from the request or response.
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
