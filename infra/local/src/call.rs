//! An AWS call, as IAM decides on it.

use std::sync::Arc;

/// One action on one resource, as IAM counts them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Call {
    /// Such as `dynamodb:GetItem`.
    pub action: String,
    /// By logical id: `Table`, `Table/index/by-org`, `SigningKeys`.
    pub resource: String,
    /// The partition keys that it names, as `dynamodb:LeadingKeys` has them.
    pub partitions: Vec<String>,
    /// The service that makes it for the function, as `kms:ViaService` has it; `None` when the
    /// function makes it itself.
    pub via: Option<String>,
}

/// Receives every call that a function's policy allows: the function's binary, the call.
pub type Observer = Arc<dyn Fn(&str, Call) + Send + Sync>;
