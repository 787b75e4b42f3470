//! AWS on one machine: the SDK's HTTP client hands its requests to the stand-ins.

mod permissions;

use std::sync::Arc;

use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region, SharedCredentialsProvider};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use aws_types::SdkConfig;
use dynoxide::Database;

pub use permissions::{Call, Witness};
pub(crate) use permissions::{Names, Permissions};

use crate::dynamodb::{self, Remote};
use crate::secrets_manager::SecretsManager;

/// The services that the functions call.
#[derive(Clone, Debug)]
pub(crate) struct Services {
    pub(crate) dynamodb: DynamoDb,
    pub(crate) secrets: Arc<SecretsManager>,
}

/// Where the tables are.
#[derive(Clone)]
pub(crate) enum DynamoDb {
    /// In this process.
    Embedded(Database),
    /// At an endpoint.
    Remote(Remote),
}

impl std::fmt::Debug for DynamoDb {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Embedded(_) => "Embedded",
            Self::Remote(_) => "Remote",
        })
    }
}

impl DynamoDb {
    /// Answers an operation that the stack itself asks for.
    pub(crate) async fn answer(
        &self,
        operation: &str,
        body: String,
    ) -> Result<Answer, ConnectorError> {
        match self {
            Self::Embedded(database) => Ok(dynamodb::answer(database, operation, body.as_bytes())),
            Self::Remote(remote) => remote.answer(operation, body).await,
        }
    }
}

impl Services {
    /// The HTTP client for the SDK, without any checks.
    pub(crate) fn http_client(&self) -> SharedHttpClient {
        let connector = SharedHttpConnector::new(self.clone());
        http_client_fn(move |_, _| connector.clone())
    }
}

impl HttpConnector for Services {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let services = self.clone();
        let target = Target::of(&request);
        if let (Target::DynamoDb(_), DynamoDb::Remote(remote)) = (&target, &self.dynamodb) {
            return remote.forward(request);
        }
        HttpConnectorFuture::new(async move {
            // Real services answer later, and other requests get on meanwhile.
            tokio::task::yield_now().await;
            let body = request.body().bytes().unwrap_or_default();
            match (target, &services.dynamodb) {
                (Target::DynamoDb(operation), DynamoDb::Embedded(database)) => {
                    dynamodb::answer(database, &operation, body).try_into()
                }
                (Target::SecretsManager(operation), _) => {
                    services.secrets.answer(&operation, body).try_into()
                }
                _ => Err(ConnectorError::user("no stand-in for this service".into())),
            }
        })
    }
}

/// Which operation a request asks for.
enum Target {
    DynamoDb(String),
    SecretsManager(String),
    Unknown,
}

impl Target {
    fn of(request: &HttpRequest) -> Self {
        match request
            .headers()
            .get("x-amz-target")
            .and_then(|target| target.split_once('.'))
        {
            Some(("DynamoDB_20120810", operation)) => Self::DynamoDb(operation.to_owned()),
            Some(("secretsmanager", operation)) => Self::SecretsManager(operation.to_owned()),
            _ => Self::Unknown,
        }
    }
}

/// What a service answers.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn new(status: u16, content_type: &'static str, body: String) -> Self {
        Self {
            status,
            content_type,
            body,
        }
    }
}

impl TryFrom<Answer> for HttpResponse {
    type Error = ConnectorError;

    fn try_from(answer: Answer) -> Result<Self, ConnectorError> {
        let status = StatusCode::try_from(answer.status)
            .map_err(|error| ConnectorError::user(error.into()))?;
        let mut response = Self::new(status, SdkBody::from(answer.body));
        response
            .headers_mut()
            .insert("content-type", answer.content_type);
        Ok(response)
    }
}

/// The SDK's configuration around an HTTP client. Nothing of it leaves the machine.
pub(crate) fn sdk_config(http_client: SharedHttpClient) -> SdkConfig {
    let credentials = Credentials::new("local", "local", None, None, "local");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("us-east-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(http_client)
        .build()
}
