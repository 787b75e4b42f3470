//! A separate DynamoDB, such as Amazon's DynamoDB Local, to test against Amazon's implementation.

use aws_smithy_runtime_api::client::http::{
    HttpConnector as _, HttpConnectorFuture, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use shared::runtime::VariableError;
use shared::runtime::https::{self, RootCertificates};

use super::protocol::{CONTENT_TYPE, TARGET};
use crate::aws::response::ServiceResponse;

/// DynamoDB at an endpoint, over plain HTTP.
#[derive(Clone, Debug)]
pub(super) struct Remote {
    endpoint: String,
    connector: SharedHttpConnector,
}

impl Remote {
    pub(super) fn new(endpoint: String) -> Result<Self, VariableError> {
        Ok(Self {
            endpoint,
            connector: https::connector(&RootCertificates::Amazon)?,
        })
    }

    /// Sends an SDK request to the endpoint.
    pub(super) fn forward(&self, mut request: HttpRequest) -> HttpConnectorFuture {
        if let Err(error) = request.set_uri(self.endpoint.as_str()) {
            return HttpConnectorFuture::ready(Err(ConnectorError::user(error.into())));
        }
        request.headers_mut().remove("host");
        self.connector.call(request)
    }

    /// Runs an operation as the stack's owner.
    pub(super) async fn run(
        &self,
        operation: &str,
        body: String,
    ) -> Result<ServiceResponse, ConnectorError> {
        let mut request = HttpRequest::new(SdkBody::from(body));
        request
            .set_method("POST")
            .map_err(|error| ConnectorError::user(error.into()))?;
        let headers = request.headers_mut();
        headers.insert("content-type", CONTENT_TYPE);
        headers.insert("x-amz-target", format!("{TARGET}.{operation}"));
        // Emulators read the account from this header, and do not verify the signature.
        headers.insert(
            "authorization",
            "AWS4-HMAC-SHA256 Credential=local/20200101/us-east-1/dynamodb/aws4_request, \
             SignedHeaders=host, Signature=0",
        );
        let response = self.forward(request).await?;
        let status = response.status().as_u16();
        let body = axum::body::to_bytes(axum::body::Body::new(response.into_body()), usize::MAX)
            .await
            .map_err(|error| ConnectorError::io(error.into()))?;
        let body = String::from_utf8_lossy(&body).into_owned();
        Ok(ServiceResponse::new(status, CONTENT_TYPE, body))
    }
}
