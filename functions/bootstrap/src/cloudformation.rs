//! The custom resource's protocol: CloudFormation sends an event with a presigned URL, and waits
//! until an answer is put there.

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

/// How often the answer is sent before the invocation fails, and the pause after the first time. Then
/// Lambda repeats the invocation.
const ATTEMPTS: u32 = 3;
const PAUSE: Duration = Duration::from_secs(1);

/// What CloudFormation asks.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CustomResourceRequest {
    pub(crate) request_type: String,
    /// Whoever has it can answer: it is in no log.
    #[serde(rename = "ResponseURL")]
    response_url: String,
    stack_id: String,
    request_id: String,
    logical_resource_id: String,
    /// What the first answer named; not in the event that creates.
    physical_resource_id: Option<String>,
}

/// What CloudFormation is told. There is no `Data`: what the stack would show of it is no secret's
/// place.
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

/// The way to CloudFormation.
#[derive(Debug)]
pub(crate) struct ResponseUrls {
    http_client: Option<SharedHttpClient>,
    /// Where all of AWS is, when it is not where it usually is.
    endpoint: Option<String>,
}

/// Where an answer is awaited.
#[derive(Clone)]
pub(crate) struct Address(Uri);

/// The answer was received, and not taken.
#[derive(Debug, thiserror::Error)]
#[error("refused")]
struct Refused;

impl CustomResourceRequest {
    /// What an event asks; `None` when CloudFormation did not send it.
    pub(crate) fn read(event: Value) -> Result<Option<Self>, BootstrapError> {
        let names = ["RequestType", "ResponseURL"];
        if names.iter().all(|name| event.get(name).is_none()) {
            return Ok(None);
        }
        let asked = serde_json::from_value(event);
        asked.map(Some).map_err(|_| BootstrapError::MalformedEvent)
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

    /// Where to answer: nowhere but at AWS. Somebody else may have sent the event.
    pub(crate) fn address(&self, asked: &CustomResourceRequest) -> Result<Address, BootstrapError> {
        let parse = |url: &str| {
            url.parse::<Uri>()
                .map_err(|_| BootstrapError::MalformedEvent)
        };
        let url = parse(&asked.response_url)?;
        let is_aws = match &self.endpoint {
            None => url.scheme_str() == Some("https") && url.host().is_some_and(is_of_aws),
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

    /// Tells CloudFormation the outcome.
    pub(crate) async fn send(
        &self,
        to: &Address,
        asked: &CustomResourceRequest,
        outcome: &Result<(), BootstrapError>,
    ) -> Result<(), BootstrapError> {
        let answer = CustomResourceResponse {
            status: outcome.as_ref().map_or("FAILED", |()| "SUCCESS"),
            reason: outcome.as_ref().err().map(ToString::to_string),
            // The same for ever: another one would have CloudFormation delete the former.
            physical_resource_id: asked.physical_resource_id.as_deref().unwrap_or("bootstrap"),
            stack_id: &asked.stack_id,
            request_id: &asked.request_id,
            logical_resource_id: &asked.logical_resource_id,
        };
        let answer = serde_json::to_string(&answer).map_err(|_| BootstrapError::Unanswered)?;
        let mut attempts = Attempts::new(ATTEMPTS, Pause::Growing(PAUSE));
        while attempts.another().await? {
            if self.put(to, &answer).await {
                return Ok(());
            }
        }
        Err(BootstrapError::Unanswered)
    }

    /// One attempt, by the HTTP client that reaches AWS; whether the answer was taken.
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
        // Without a content type: the URL is signed for none.
        let put = put.serializer(move |()| {
            let mut request = HttpRequest::new(SdkBody::from(body.as_str()));
            request.set_method("PUT")?;
            request.set_uri(url.as_str())?;
            Ok(request)
        });
        let put = put.deserializer(|response: &HttpResponse| {
            let taken = response.status().is_success().then_some(());
            taken.ok_or(OrchestratorError::operation(Refused))
        });
        put.build().invoke(()).await.is_ok()
    }
}

fn is_of_aws(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    host.ends_with(".amazonaws.com") || host.ends_with(".amazonaws.com.cn")
}

fn origin(url: &Uri) -> String {
    let authority = url.authority().map_or("", |authority| authority.as_str());
    format!("{}://{authority}", url.scheme_str().unwrap_or("https"))
}
