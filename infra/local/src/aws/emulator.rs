//! The interface of an emulated AWS service.

use std::pin::Pin;

use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use serde_json::Value as Json;

use crate::call::AwsCall;
use crate::start_error::StartError;
use crate::template::TemplateResource;

/// An operation in progress. It may wait for the network.
pub(crate) type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// An emulator of an AWS service with a JSON protocol. The implementation contains everything
/// specific to the service; [`super::Services`] lists all emulators.
pub(crate) trait Emulator: Send + Sync {
    /// The service part of the header `X-Amz-Target`, before the dot. The operation is after the
    /// dot.
    fn target(&self) -> &'static str;

    /// Responds to an operation as the service would.
    fn respond<'a>(
        &'a self,
        operation: &'a str,
        request: HttpRequest,
    ) -> BoxFuture<'a, Result<HttpResponse, ConnectorError>>;

    /// The calls that IAM must allow for this operation. Resources have their local names.
    fn calls(&self, operation: &str, body: &Json) -> Vec<AwsCall>;

    /// The ARN of a resource in IAM's error messages, from its local name.
    fn arn(&self, resource: &str) -> String;

    /// The type of this service's resources in the template, such as `AWS::DynamoDB::Table`.
    fn resource_type(&self) -> &'static str;

    /// The local name of a resource, from its logical id: the value of `!Ref`.
    fn name_of(&self, logical_id: &str) -> String;

    /// Creates a resource of the template if it does not exist.
    fn create<'a>(
        &'a self,
        resource: &'a TemplateResource,
    ) -> BoxFuture<'a, Result<(), StartError>>;

    /// Deletes expired data, as the service does in the background.
    fn delete_expired(&self) -> Result<(), StartError> {
        Ok(())
    }
}
