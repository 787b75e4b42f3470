//! Bootstrap as a custom resource of CloudFormation.

use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::http::{
    HttpClient as _, HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector,
    http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use aws_types::SdkConfig;
use bootstrap::{Bootstrap, BootstrapError};
use local::Stack;
use serde_json::{Value, json};
use shared::clock::Clock;
use shared::runtime::https::{self, RootCertificates};
use shared::runtime::log::Notebook;
use shared::runtime::{Environment, Variables};
use tests::Latchkey;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

const URL: &str = "https://cloudformation-custom-resource-response-euwest1.s3.eu-west-1.amazonaws.com/\
                   arn%3Aaws%3Acloudformation%3Aa%7Cb?X-Amz-Signature=0a1b&X-Amz-Expires=7200";

/// The bucket in which CloudFormation expects the response. Calls to AWS itself pass through.
#[derive(Clone)]
struct Bucket {
    puts: Arc<Mutex<Vec<HttpRequest>>>,
    /// The results of the first puts, in reverse; `None` is an I/O error. Later puts succeed.
    failures: Arc<Mutex<Vec<Option<u16>>>>,
    aws: SharedHttpClient,
    /// Whether AWS never responds.
    is_silent: bool,
}

#[derive(Debug)]
struct Connector(Bucket, SharedHttpConnector);

impl std::fmt::Debug for Bucket {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Bucket")
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let Self(bucket, aws) = self;
        if request.headers().get("x-amz-target").is_some() {
            return if bucket.is_silent {
                HttpConnectorFuture::new(std::future::pending())
            } else {
                aws.call(request)
            };
        }
        locked(&bucket.puts).push(request);
        let status = locked(&bucket.failures).pop().unwrap_or(Some(200));
        HttpConnectorFuture::ready(match status {
            None => Err(ConnectorError::io("unreachable".into())),
            Some(status) => {
                let status = StatusCode::try_from(status).unwrap();
                Ok(HttpResponse::new(status, SdkBody::empty()))
            }
        })
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Bucket {
    fn new(environment: &Environment) -> Self {
        Self {
            puts: Arc::default(),
            failures: Arc::default(),
            aws: environment.aws.http_client().unwrap(),
            is_silent: false,
        }
    }

    /// The environment with this bucket added.
    fn added_to(&self, environment: &Environment) -> Environment {
        let bucket = self.clone();
        let client = http_client_fn(move |settings, components| {
            let aws = bucket.aws.http_connector(settings, components);
            SharedHttpConnector::new(Connector(bucket.clone(), aws))
        });
        let mut environment = environment.clone();
        environment.aws = environment.aws.into_builder().http_client(client).build();
        environment
    }

    /// The URL and the body of the last put.
    fn answer(&self) -> (String, Value) {
        let puts = locked(&self.puts);
        let put = puts.last().unwrap();
        assert_eq!(put.method(), "PUT");
        assert_eq!(put.headers().get("content-type"), None);
        let body = serde_json::from_slice(put.body().bytes().unwrap()).unwrap();
        (put.uri().to_owned(), body)
    }
}

fn event(request_type: &str) -> Value {
    json!({
        "RequestType": request_type,
        "ResponseURL": URL,
        "StackId": "arn:aws:cloudformation:eu-west-1:1:stack/latchkey/2",
        "RequestId": "3",
        "ResourceType": "Custom::Bootstrap",
        "LogicalResourceId": "Bootstrap",
        "ResourceProperties": { "ServiceToken": "any", "ManagedRoles": "any" },
    })
}

async fn function() -> (Latchkey, Bucket, Bootstrap) {
    let latchkey = Latchkey::empty().await;
    let environment = latchkey.environment("bootstrap");
    let bucket = Bucket::new(&environment);
    let function = Bootstrap::new(&bucket.added_to(&environment));
    (latchkey, bucket, function)
}

#[tokio::test]
async fn a_create_event_runs_bootstrap_and_reports_success() {
    let (latchkey, bucket, function) = function().await;
    function
        .invoke(event("Create"), Notebook::default())
        .await
        .unwrap();
    assert!(latchkey.secret(Stack::SIGNING_KEYS).is_some());
    let credentials = latchkey.secret(Stack::BOOTSTRAP_CREDENTIALS).unwrap();
    let (url, answer) = bucket.answer();
    assert_eq!(url, URL);
    let expected = json!({
        "Status": "SUCCESS",
        "PhysicalResourceId": "bootstrap",
        "StackId": "arn:aws:cloudformation:eu-west-1:1:stack/latchkey/2",
        "RequestId": "3",
        "LogicalResourceId": "Bootstrap",
    });
    assert_eq!(answer, expected);
    let credentials: Value = serde_json::from_str(&credentials).unwrap();
    let service = latchkey.instance().await;
    assert_eq!(
        service.bootstrap.id,
        credentials["client_id"].as_str().unwrap()
    );
    assert_eq!(service.token(&service.bootstrap).await.status(), 200);
}

#[tokio::test]
async fn an_update_event_changes_nothing_and_keeps_the_physical_id() {
    let (latchkey, bucket, function) = function().await;
    function
        .invoke(event("Create"), Notebook::default())
        .await
        .unwrap();
    let before = super::state(&latchkey).await;
    let mut update = event("Update");
    update["PhysicalResourceId"] = "bootstrap".into();
    update["OldResourceProperties"] = json!({ "ManagedRoles": "other" });
    function.invoke(update, Notebook::default()).await.unwrap();
    assert_eq!(super::state(&latchkey).await, before);
    let (_, answer) = bucket.answer();
    assert_eq!(answer["Status"], "SUCCESS");
    assert_eq!(answer["PhysicalResourceId"], "bootstrap");
}

#[tokio::test]
async fn a_delete_event_succeeds_and_deletes_nothing() {
    let (latchkey, bucket, function) = function().await;
    function
        .invoke(event("Create"), Notebook::default())
        .await
        .unwrap();
    let before = super::state(&latchkey).await;
    let mut delete = event("Delete");
    delete["PhysicalResourceId"] = "another".into();
    function.invoke(delete, Notebook::default()).await.unwrap();
    assert_eq!(super::state(&latchkey).await, before);
    let (_, answer) = bucket.answer();
    assert_eq!(answer["Status"], "SUCCESS");
    assert_eq!(answer["PhysicalResourceId"], "another");
}

#[tokio::test]
async fn a_delete_event_succeeds_even_if_bootstrap_cannot_run() {
    let latchkey = Latchkey::empty().await;
    let mut environment = latchkey.environment("bootstrap");
    let bucket = Bucket::new(&environment);
    environment.variables = Variables::default();
    let function = Bootstrap::new(&bucket.added_to(&environment));
    function
        .invoke(event("Delete"), Notebook::default())
        .await
        .unwrap();
    assert_eq!(bucket.answer().1["Status"], "SUCCESS");
    assert_eq!(latchkey.secret(Stack::SIGNING_KEYS), None);
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_reported_with_its_reason_before_the_function_times_out() {
    let latchkey = Latchkey::empty().await;
    let environment = latchkey.environment("bootstrap");
    let mut bucket = Bucket::new(&environment);
    bucket.is_silent = true;
    let function = Bootstrap::new(&bucket.added_to(&environment));
    let begin = tokio::time::Instant::now();
    function
        .invoke(event("Create"), Notebook::default())
        .await
        .unwrap();
    // `Timeout` in the template.
    assert!(begin.elapsed().as_secs() < 60);
    let (_, answer) = bucket.answer();
    assert_eq!(answer["Status"], "FAILED");
    assert_eq!(
        answer["Reason"],
        "Secrets Manager DescribeSecret failed: timeout"
    );
    assert_eq!(answer["PhysicalResourceId"], "bootstrap");
}

#[tokio::test]
async fn an_invalid_environment_is_reported() {
    let latchkey = Latchkey::empty().await;
    let mut environment = latchkey.environment("bootstrap");
    let bucket = Bucket::new(&environment);
    environment.variables = Variables::default();
    let function = Bootstrap::new(&bucket.added_to(&environment));
    function
        .invoke(event("Create"), Notebook::default())
        .await
        .unwrap();
    let (_, answer) = bucket.answer();
    assert_eq!(answer["Status"], "FAILED");
    let reason = "the environment variable TABLE_NAME is not set";
    assert_eq!(answer["Reason"], reason);
}

#[tokio::test]
async fn an_unknown_request_type_is_reported_and_runs_nothing() {
    let (latchkey, bucket, function) = function().await;
    function
        .invoke(event("Replace"), Notebook::default())
        .await
        .unwrap();
    let (_, answer) = bucket.answer();
    assert_eq!(answer["Status"], "FAILED");
    let reason = "RequestType must be Create, Update or Delete";
    assert_eq!(answer["Reason"], reason);
    assert_eq!(latchkey.secret(Stack::SIGNING_KEYS), None);
}

#[tokio::test]
async fn a_response_that_is_not_accepted_is_sent_again() {
    let (_latchkey, bucket, function) = function().await;
    *locked(&bucket.failures) = vec![None, Some(503)];
    function
        .invoke(event("Create"), Notebook::default())
        .await
        .unwrap();
    assert_eq!(locked(&bucket.puts).len(), 3);
    assert_eq!(bucket.answer().1["Status"], "SUCCESS");
}

#[tokio::test]
async fn a_response_that_is_never_accepted_fails_the_invocation_for_a_retry() {
    let (latchkey, bucket, function) = function().await;
    *locked(&bucket.failures) = vec![None, Some(403), Some(307)];
    let failure = function
        .invoke(event("Create"), Notebook::default())
        .await
        .unwrap_err();
    assert!(matches!(failure, BootstrapError::Unanswered));
    assert!(!failure.to_string().contains("X-Amz"));
    let made = latchkey.secret(Stack::SIGNING_KEYS);
    function
        .invoke(event("Create"), Notebook::default())
        .await
        .unwrap();
    assert_eq!(bucket.answer().1["Status"], "SUCCESS");
    assert_eq!(latchkey.secret(Stack::SIGNING_KEYS), made);
}

#[tokio::test]
async fn an_event_with_a_foreign_response_url_runs_nothing_and_gets_no_response() {
    let (latchkey, bucket, function) = function().await;
    for url in [
        "http://bucket.s3.amazonaws.com/a",
        "https://example.com/a",
        "https://example.com/a.amazonaws.com",
        "https://example.com#.amazonaws.com",
        "https://bucket.s3.amazonaws.com@example.com/",
        "https://amazonaws.com.example.com/",
        "https://notamazonaws.com/",
        "https://127.0.0.1/",
        "/a",
        "",
    ] {
        let mut event = event("Create");
        event["ResponseURL"] = url.into();
        let failure = function
            .invoke(event, Notebook::default())
            .await
            .unwrap_err();
        assert!(matches!(failure, BootstrapError::MalformedEvent), "{url}");
    }
    assert!(locked(&bucket.puts).is_empty());
    assert_eq!(latchkey.secret(Stack::SIGNING_KEYS), None);
}

#[tokio::test]
async fn an_incomplete_event_runs_nothing_and_reveals_nothing() {
    let (latchkey, bucket, function) = function().await;
    for member in [
        "RequestType",
        "ResponseURL",
        "StackId",
        "RequestId",
        "LogicalResourceId",
    ] {
        for value in [None, Some(json!(["X-Amz-Signature"]))] {
            let mut event = event("Create");
            let members = event.as_object_mut().unwrap();
            members.remove(member);
            members.extend(value.map(|value| (member.to_owned(), value)));
            let failure = function
                .invoke(event, Notebook::default())
                .await
                .unwrap_err();
            assert!(
                matches!(failure, BootstrapError::MalformedEvent),
                "{member}"
            );
            assert!(!failure.to_string().contains("X-Amz"), "{member}");
        }
    }
    assert!(locked(&bucket.puts).is_empty());
    assert_eq!(latchkey.secret(Stack::SIGNING_KEYS), None);
}

#[tokio::test]
async fn a_manual_invocation_runs_bootstrap_and_sends_no_response() {
    for event in [json!({}), Value::Null, json!({ "any": 1 })] {
        let (latchkey, bucket, function) = function().await;
        function.invoke(event, Notebook::default()).await.unwrap();
        assert!(latchkey.secret(Stack::SIGNING_KEYS).is_some());
        assert!(locked(&bucket.puts).is_empty());
    }
}

#[tokio::test]
async fn a_failed_manual_invocation_returns_its_reason() {
    let latchkey = Latchkey::empty().await;
    let mut environment = latchkey.environment("bootstrap");
    environment.variables = Variables::default();
    let failure = Bootstrap::new(&environment)
        .invoke(json!({}), Notebook::default())
        .await;
    let reason = "the environment variable TABLE_NAME is not set";
    assert_eq!(failure.unwrap_err().to_string(), reason);
}

/// Over a socket, with the functions' own HTTP client.
#[tokio::test]
async fn with_a_custom_aws_endpoint_the_response_is_sent_only_there() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let variables = Variables::from_iter([("AWS_ENDPOINT_URL", origin.as_str())]);
    let connector = https::connector(&RootCertificates::Amazon).unwrap();
    let aws = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(http_client_fn(move |_, _| connector.clone()))
        .build();
    let function = Bootstrap::new(&Environment::new(aws, variables, Clock::system()));

    let failure = function
        .invoke(event("Delete"), Notebook::default())
        .await
        .unwrap_err();
    assert!(matches!(failure, BootstrapError::MalformedEvent));

    let received = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut received = Vec::new();
        while !received.ends_with(b"}") {
            stream.read_buf(&mut received).await.unwrap();
        }
        let response = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        stream.write_all(response).await.unwrap();
        String::from_utf8(received).unwrap()
    });
    let mut delete = event("Delete");
    delete["ResponseURL"] = format!("{origin}/awaited/%7C?X-Amz-Signature=0a1b").into();
    function.invoke(delete, Notebook::default()).await.unwrap();
    let received = received.await.unwrap();
    let (head, body) = received.split_once("\r\n\r\n").unwrap();
    let head = head.to_ascii_lowercase();
    assert!(head.starts_with("put /awaited/%7c?x-amz-signature=0a1b http/1.1\r\n"));
    assert!(
        head.contains(&format!("content-length: {}", body.len())),
        "{head}"
    );
    assert!(!head.contains("content-type"), "{head}");
    assert!(!head.contains("authorization"), "{head}");
    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!(body["Status"], "SUCCESS");
}

/// Takes its key by name from the first client, as an earlier release leaves it. Returns its id.
async fn forget_key(latchkey: &Latchkey) -> String {
    let table = latchkey.table();
    let items = table.items().await.into_iter();
    let mut items = items.filter(|item| item.get("name_listing").is_some());
    let key = items.next().unwrap().pointer("/pk/S").cloned().unwrap();
    let id = key.as_str().and_then(|key| key.strip_prefix("CLIENT#"));
    let id = id.unwrap().to_owned();
    table.set(&id, "name_listing", Value::Null).await;
    id
}

/// An update of a stack whose former template has these properties.
fn update_from(properties: &Value) -> Value {
    let mut update = event("Update");
    let members = update.as_object_mut().unwrap();
    members.insert("OldResourceProperties".to_owned(), properties.clone());
    update
}

/// A rollback to a release without these keys drops those of the clients that it changes.
#[tokio::test]
async fn an_update_from_a_release_without_keys_by_name_adds_them_even_if_they_were_complete() {
    let (latchkey, _bucket, function) = function().await;
    let invoke = |event| function.invoke(event, Notebook::default());
    invoke(event("Create")).await.unwrap();
    let id = forget_key(&latchkey).await;
    let table = latchkey.table();
    invoke(update_from(&json!({ "NameKeys": "1" })))
        .await
        .unwrap();
    assert!(table.record(&id).await.get("name_listing").is_none());
    invoke(update_from(&json!({ "ManagedRoles": "any" })))
        .await
        .unwrap();
    assert!(table.record(&id).await["name_listing"].is_object());
}

#[tokio::test]
async fn a_failure_to_add_keys_by_name_is_no_failure_of_the_deployment() {
    let (latchkey, bucket, function) = function().await;
    let marker = json!({ "pk": { "S": "UPGRADES" }, "sk": { "S": "NAME_LISTING" } });
    latchkey.table().put(&marker).await;
    function
        .invoke(event("Create"), Notebook::default())
        .await
        .unwrap();
    assert_eq!(bucket.answer().1["Status"], "SUCCESS");
    let by_hand = function.invoke(json!({}), Notebook::default()).await;
    let cause = by_hand.unwrap_err().to_string();
    assert!(cause.starts_with("stored after cannot be read"), "{cause}");
}
