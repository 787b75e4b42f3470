//! What the stack needs of an emulated AWS service.

use std::pin::Pin;

use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use serde_json::Value as Json;

use crate::call::Call;
use crate::start_error::StartError;
use crate::template::Resource;

/// Work of an emulator that may wait for the network.
pub(crate) type Work<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// An AWS service with a JSON protocol, emulated. Everything that is particular to a service is in
/// its implementation; [`super::Services`] holds one of each.
pub(crate) trait Emulator: Send + Sync {
    /// The part of the header `X-Amz-Target` in front of the dot; the operation follows it.
    fn target(&self) -> &'static str;

    /// Answers an operation as the service would.
    fn answer<'a>(
        &'a self,
        operation: &'a str,
        request: HttpRequest,
    ) -> Work<'a, Result<HttpResponse, ConnectorError>>;

    /// The calls that IAM has to allow before the operation runs, resources by their local names.
    fn calls(&self, operation: &str, body: &Json) -> Vec<Call>;

    /// How IAM names a resource, given by its local name, when it refuses a call.
    fn arn(&self, resource: &str) -> String;

    /// The type of the template's resources that are in this service: `AWS::DynamoDB::Table`.
    fn resource_type(&self) -> &'static str;

    /// The local name of a resource, given by its logical id: what `!Ref` stands for.
    fn name_of(&self, logical_id: &str) -> String;

    /// Creates a resource of the template unless it exists.
    fn create<'a>(&'a self, resource: &'a Resource) -> Work<'a, Result<(), StartError>>;

    /// Deletes what has expired, as the service does from time to time.
    fn delete_expired(&self) -> Result<(), StartError> {
        Ok(())
    }
}
