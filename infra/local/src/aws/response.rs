//! The response of an emulated AWS service, and its conversion for the SDK's HTTP client.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;

/// The response of an emulated AWS service.
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

    fn try_from(source: ServiceResponse) -> Result<Self, ConnectorError> {
        let status = StatusCode::try_from(source.status)
            .map_err(|error| ConnectorError::user(error.into()))?;
        let mut response = Self::new(status, SdkBody::from(source.body));
        response
            .headers_mut()
            .insert("content-type", source.content_type);
        Ok(response)
    }
}
