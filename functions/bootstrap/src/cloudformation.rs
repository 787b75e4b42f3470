//! The protocol of a custom resource: CloudFormation sends an event with a presigned URL, and waits
//! for a response at that URL.

use std::time::Duration;

use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::timeout::TimeoutConfig;
use lambda_http::http::Uri;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::runtime::{Attempts, Environment, Pause};

use crate::error::BootstrapError;

/// The attempts to send the response before the invocation fails, and the pause after the first.
/// After a failed invocation, Lambda repeats it.
const ATTEMPTS: u32 = 3;
const PAUSE: Duration = Duration::from_secs(1);

/// The property that releases with the index of names have.
const NAME_KEYS: &str = "NameKeys";

/// An event from CloudFormation.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CustomResourceRequest {
    pub(crate) request_type: String,
    /// A secret: with it, anyone can respond. It is never logged.
    #[serde(rename = "ResponseURL")]
    response_url: String,
    stack_id: String,
    request_id: String,
    logical_resource_id: String,
    /// The id in the first response; absent in the event for Create.
    physical_resource_id: Option<String>,
    /// The properties before an update.
    #[serde(default)]
    old_resource_properties: Value,
}

/// The response to CloudFormation. It has no `Data`, because the stack would show it, and it is no
/// place for secrets.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct CustomResourceResponse<'a> {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    physical_resource_id: &'a str,
    stack_id: &'a str,
    request_id: &'a str,
    logical_resource_id: &'a str,
}

/// Sends responses to CloudFormation.
#[derive(Debug)]
pub(crate) struct ResponseUrls {
    http_client: Option<SharedHttpClient>,
    /// The endpoint of all AWS services, if `AWS_ENDPOINT_URL` sets one.
    endpoint: Option<String>,
}

/// A verified response URL.
#[derive(Clone)]
pub(crate) struct Address(Uri);

/// The response was received, but not accepted.
#[derive(Debug, thiserror::Error)]
#[error("not accepted")]
struct NotAccepted;

impl CustomResourceRequest {
    /// Parses an event; `None` if it is not from CloudFormation.
    pub(crate) fn read(event: Value) -> Result<Option<Self>, BootstrapError> {
        let names = ["RequestType", "ResponseURL"];
        if names.iter().all(|name| event.get(name).is_none()) {
            return Ok(None);
        }
        let request = serde_json::from_value(event);
        request
            .map(Some)
            .map_err(|_| BootstrapError::MalformedEvent)
    }

    /// Whether the deployed release replaces one that knows no keys in the index of names. It may have
    /// changed clients since they had such keys, if it followed a newer release.
    pub(crate) fn replaces_nameless(&self) -> bool {
        self.request_type == "Update" && self.old_resource_properties.get(NAME_KEYS).is_none()
    }
}

impl ResponseUrls {
    pub(crate) fn new(environment: &Environment) -> Self {
        let endpoint = environment.variables.optional("AWS_ENDPOINT_URL");
        Self {
            http_client: environment.aws.http_client(),
            endpoint: endpoint.map(str::to_owned),
        }
    }

    /// Verifies that the response URL leads to AWS: the event may be forged.
    pub(crate) fn address(
        &self,
        request: &CustomResourceRequest,
    ) -> Result<Address, BootstrapError> {
        let parse = |url: &str| {
            url.parse::<Uri>()
                .map_err(|_| BootstrapError::MalformedEvent)
        };
        let url = parse(&request.response_url)?;
        let is_aws = match &self.endpoint {
            None => url.scheme_str() == Some("https") && url.host().is_some_and(is_aws_host),
            Some(endpoint) => {
                let endpoint = parse(endpoint)?;
                (endpoint.scheme(), endpoint.authority()) == (url.scheme(), url.authority())
            }
        };
        if is_aws {
            Ok(Address(url))
        } else {
            Err(BootstrapError::MalformedEvent)
        }
    }

    /// Sends the outcome to CloudFormation.
    pub(crate) async fn send(
        &self,
        to: &Address,
        request: &CustomResourceRequest,
        outcome: &Result<(), BootstrapError>,
    ) -> Result<(), BootstrapError> {
        let response = CustomResourceResponse {
            status: outcome.as_ref().map_or("FAILED", |()| "SUCCESS"),
            reason: outcome.as_ref().err().map(ToString::to_string),
            // Never changes: with another id, CloudFormation would delete the former resource.
            physical_resource_id: request
                .physical_resource_id
                .as_deref()
                .unwrap_or("bootstrap"),
            stack_id: &request.stack_id,
            request_id: &request.request_id,
            logical_resource_id: &request.logical_resource_id,
        };
        let response = serde_json::to_string(&response).map_err(|_| BootstrapError::Unanswered)?;
        let mut attempts = Attempts::new(ATTEMPTS, Pause::Growing(PAUSE));
        while attempts.another().await? {
            if self.put(to, &response).await {
                return Ok(());
            }
        }
        Err(BootstrapError::Unanswered)
    }

    /// Makes one attempt, with the HTTP client for AWS. Returns whether the response was accepted.
    async fn put(&self, to: &Address, body: &str) -> bool {
        let Some(client) = self.http_client.clone() else {
            return false;
        };
        let timeouts = TimeoutConfig::builder()
            .operation_timeout(Duration::from_secs(4))
            .build();
        let (url, body) = (to.0.to_string(), body.to_owned());
        let put = Operation::builder()
            .service_name("CloudFormation")
            .operation_name("custom resource response")
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(&origin(&to.0))
            .no_auth()
            .no_retry()
            .timeout_config(timeouts)
            .http_client(client);
        // Without a content type, because the URL is signed without one.
        let put = put.serializer(move |()| {
            let mut request = HttpRequest::new(SdkBody::from(body.as_str()));
            request.set_method("PUT")?;
            request.set_uri(url.as_str())?;
            Ok(request)
        });
        let put = put.deserializer(|response: &HttpResponse| {
            let accepted = response.status().is_success().then_some(());
            accepted.ok_or(OrchestratorError::operation(NotAccepted))
        });
        put.build().invoke(()).await.is_ok()
    }
}

fn is_aws_host(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    host.ends_with(".amazonaws.com") || host.ends_with(".amazonaws.com.cn")
}

fn origin(url: &Uri) -> String {
    let authority = url.authority().map_or("", |authority| authority.as_str());
    format!("{}://{authority}", url.scheme_str().unwrap_or("https"))
}
