//! The answer of an AWS service, and how the SDK's HTTP client receives it.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;

/// The answer of an AWS service.
pub(crate) struct ServiceResponse {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) body: String,
}

impl ServiceResponse {
    pub(crate) fn new(status: u16, content_type: &'static str, body: String) -> Self {
        Self {
            status,
            content_type,
            body,
        }
    }
}

impl TryFrom<ServiceResponse> for HttpResponse {
    type Error = ConnectorError;

    fn try_from(answer: ServiceResponse) -> Result<Self, ConnectorError> {
        let status = StatusCode::try_from(answer.status)
            .map_err(|error| ConnectorError::user(error.into()))?;
        let mut response = Self::new(status, SdkBody::from(answer.body));
        response
            .headers_mut()
            .insert("content-type", answer.content_type);
        Ok(response)
    }
}
