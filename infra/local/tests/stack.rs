//! The local stack, as the tests of the service use it.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy exempts only functions marked as tests, not their helpers"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::ProvideErrorMetadata as _;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_runtime_api::client::http::{
    HttpClient as _, HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector,
    http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use local::{Instance, Options, Stack, StartError, Storage};

fn client(instance: &Instance, function: &str) -> Client {
    Client::new(&instance.environment(function).unwrap().aws)
}

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

async fn put(client: &Client, table: &str) {
    let put = client.put_item().table_name(table);
    put.item("pk", text("CLIENT#p"))
        .item("sk", text("s"))
        .send()
        .await
        .unwrap();
}

async fn exists(client: &Client, table: &str) -> bool {
    let get = client.get_item().table_name(table);
    let answer = get
        .key("pk", text("CLIENT#p"))
        .key("sk", text("s"))
        .send()
        .await;
    answer.unwrap().item.is_some()
}

#[tokio::test]
async fn instances_share_the_storage_and_get_the_templates_variables() {
    let stack = Stack::open(Storage::Ephemeral).await.unwrap();
    let options = Options::new("http://issuer");
    let [one, other] =
        [&options, &options].map(|options| Instance::start(&stack, options).unwrap());
    put(&client(&one, "create-client"), stack.table_name()).await;
    assert!(exists(&client(&other, "get-client"), stack.table_name()).await);
    let variables = &one.environment("token").unwrap().variables;
    assert_eq!(variables.optional("ISSUER"), Some("http://issuer"));
    assert_eq!(variables.optional("TABLE_NAME"), Some("latchkey"));
    assert_eq!(variables.optional("DEFAULT_TOKEN_QUOTA"), None);
    assert!(one.handler("token").is_some() && one.handler("bootstrap").is_none());
}

#[tokio::test]
async fn variables_follow_the_parameters() {
    let stack = Stack::open(Storage::Ephemeral).await.unwrap();
    let variable = |options: &Options, name| {
        let instance = Instance::start(&stack, options).unwrap();
        let environment = instance.environment("bootstrap").unwrap();
        environment.variables.optional(name).map(str::to_owned)
    };
    let mut options = Options::new("http://issuer");
    assert_eq!(variable(&options, "METRICS_NAMESPACE"), None);
    options.parameters.set("Monitoring", "on");
    options.parameters.set("SigningAlgorithm", "ES256");
    options.parameters.set("TokenQuota", 7);
    options.stack_name = "any".to_owned();
    for (name, value) in [
        ("METRICS_NAMESPACE", "Latchkey/any"),
        ("SIGNING_ALGORITHM", "ES256"),
        ("DEFAULT_TOKEN_QUOTA", "7"),
        ("SIGNING_KEYS_SECRET", Stack::SIGNING_KEYS),
        ("BOOTSTRAP_CREDENTIALS_SECRET", Stack::BOOTSTRAP_CREDENTIALS),
        ("ISSUER", "http://issuer"),
    ] {
        assert_eq!(variable(&options, name).as_deref(), Some(value));
    }
}

#[tokio::test]
async fn an_instance_does_not_start_with_an_invalid_parameter() {
    let stack = Stack::open(Storage::Ephemeral).await.unwrap();
    for (name, value) in [
        ("SigningAlgorithm", "HS256"),
        ("TokenQuota", "0"),
        ("Other", ""),
    ] {
        let mut options = Options::new("http://issuer");
        options.parameters.set(name, value);
        let failure = Instance::start(&stack, &options).err().unwrap();
        assert!(matches!(failure, StartError::Parameter(wrong, _) if wrong == name));
    }
}

#[tokio::test]
async fn an_action_outside_a_functions_policy_is_denied() {
    let stack = Stack::open(Storage::Ephemeral).await.unwrap();
    let instance = Instance::start(&stack, &Options::new("http://issuer")).unwrap();
    let get = client(&instance, "token")
        .get_item()
        .table_name(stack.table_name());
    let failure = get
        .key("pk", text("CLIENT#p"))
        .key("sk", text("s"))
        .send()
        .await
        .unwrap_err();
    assert_eq!(failure.code(), Some("AccessDeniedException"));
    let message = failure.message().unwrap();
    assert!(
        message.contains("perform: dynamodb:GetItem on resource: arn:aws:dynamodb:"),
        "{message}"
    );
}

#[tokio::test]
async fn a_partition_outside_a_functions_policy_is_denied() {
    let stack = Stack::open(Storage::Ephemeral).await.unwrap();
    let instance = Instance::start(&stack, &Options::new("http://issuer")).unwrap();
    let get = |function, partition| {
        let get = client(&instance, function).get_item();
        let get = get.table_name(stack.table_name());
        get.key("pk", text(partition)).key("sk", text("s")).send()
    };
    assert!(get("get-client", "CLIENT#p").await.is_ok());
    assert!(get("metadata", "KEYS").await.is_ok());
    for (function, partition) in [
        ("get-client", "ORG#p"),
        ("get-client", "ORG#1"),
        ("metadata", "CLIENT#p"),
        ("metadata", "KEYS2"),
    ] {
        let failure = get(function, partition).await.unwrap_err();
        assert_eq!(failure.code(), Some("AccessDeniedException"), "{function}");
    }
}

#[derive(Debug)]
struct CountingConnector(SharedHttpConnector, Arc<AtomicUsize>);

impl HttpConnector for CountingConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.call(request)
    }
}

#[tokio::test]
async fn a_test_can_wrap_the_http_client() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counter = calls.clone();
    let mut options = Options::new("http://issuer");
    options.http_client = Some(Arc::new(move |client: SharedHttpClient| {
        let counter = counter.clone();
        http_client_fn(move |settings, components| {
            let connector = client.http_connector(settings, components);
            SharedHttpConnector::new(CountingConnector(connector, counter.clone()))
        })
    }));
    let stack = Stack::open(Storage::Ephemeral).await.unwrap();
    let instance = Instance::start(&stack, &options).unwrap();
    put(&client(&instance, "create-client"), stack.table_name()).await;
    assert_eq!(calls.load(Ordering::Relaxed), 1);
    // A call that IAM denies never reaches the service.
    let _ = client(&instance, "token")
        .get_item()
        .table_name("latchkey")
        .send()
        .await;
    assert_eq!(calls.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn the_table_can_be_in_another_dynamodb() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let database = dynoxide::Database::memory().unwrap();
    let service = axum::Router::new().fallback(dynamodb).with_state(database);
    tokio::spawn(async move { axum::serve(listener, service).await });
    let (table_name, other) = ("any-table".to_owned(), endpoint.clone());
    let storage = Storage::DynamoDb {
        endpoint,
        table_name,
    };
    let stack = Stack::open(storage).await.unwrap();
    let instance = Instance::start(&stack, &Options::new("http://issuer")).unwrap();
    put(&client(&instance, "create-client"), "any-table").await;
    // An existing table is used unchanged.
    let (endpoint, table_name) = (other, "any-table".to_owned());
    let stack = Stack::open(Storage::DynamoDb {
        endpoint,
        table_name,
    })
    .await
    .unwrap();
    let instance = Instance::start(&stack, &Options::new("http://issuer")).unwrap();
    assert!(exists(&client(&instance, "get-client"), stack.table_name()).await);
}

/// The DynamoDB operations that the test needs, over real HTTP.
async fn dynamodb(
    axum::extract::State(database): axum::extract::State<dynoxide::Database>,
    headers: axum::http::HeaderMap,
    body: String,
) -> Result<String, (axum::http::StatusCode, String)> {
    let target = headers["x-amz-target"].to_str().unwrap();
    assert!(headers.contains_key("authorization"));
    let answer = match target {
        "DynamoDB_20120810.DescribeTable" => database
            .describe_table(serde_json::from_str(&body).unwrap())
            .map(|answer| serde_json::to_string(&answer)),
        "DynamoDB_20120810.CreateTable" => database
            .create_table(serde_json::from_str(&body).unwrap())
            .map(|answer| serde_json::to_string(&answer)),
        "DynamoDB_20120810.UpdateTimeToLive" => database
            .update_time_to_live(serde_json::from_str(&body).unwrap())
            .map(|answer| serde_json::to_string(&answer)),
        "DynamoDB_20120810.PutItem" => database
            .put_item(serde_json::from_str(&body).unwrap())
            .map(|answer| serde_json::to_string(&answer)),
        "DynamoDB_20120810.GetItem" => database
            .get_item(serde_json::from_str(&body).unwrap())
            .map(|answer| serde_json::to_string(&answer)),
        _ => panic!("{target}"),
    };
    match answer {
        Ok(answer) => Ok(answer.unwrap()),
        Err(error) => Err((axum::http::StatusCode::BAD_REQUEST, error.to_json())),
    }
}
