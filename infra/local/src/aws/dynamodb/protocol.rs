//! Constants of DynamoDB's JSON protocol.

/// The service and its API version in the header `X-Amz-Target`.
pub(super) const TARGET: &str = "DynamoDB_20120810";
pub(super) const CONTENT_TYPE: &str = "application/x-amz-json-1.0";
