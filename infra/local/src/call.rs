//! AWS calls in IAM's terms.

use std::sync::Arc;

/// One action on one resource: the unit that IAM authorizes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AwsCall {
    /// The action, such as `dynamodb:GetItem`.
    pub action: String,
    /// The resource by its logical id: `Table`, `Table/index/by-org`, `SigningKeys`.
    pub resource: String,
    /// The partition keys in the request: the values of `dynamodb:LeadingKeys`.
    pub partitions: Vec<String>,
    /// The service that makes the call on behalf of the function, for `kms:ViaService`; `None` for
    /// a direct call.
    pub via: Option<String>,
}

/// Receives a function's binary and each AWS call that its policy allows.
pub type Observer = Arc<dyn Fn(&str, AwsCall) + Send + Sync>;
