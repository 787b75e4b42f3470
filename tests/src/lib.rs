//! The harness of the black-box tests: a whole service on its own port. The test sets the clock,
//! counts the AWS calls and injects faults into them. When a test ends, the harness checks that no
//! log line contains a secret that the test sent, received or stored.
//!
//! The tests run against the embedded DynamoDB, or against the one at `LATCHKEY_TEST_DYNAMODB`.
//! With the feature `deployed`, the tests that use only HTTP run against an existing stack; the
//! others are ignored, each with its reason.
#![expect(
    clippy::missing_panics_doc,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    reason = "a failing test panics"
)]

pub mod aws;
#[cfg(feature = "deployed")]
mod deployed;
pub mod http;
mod lines;
mod table;
mod wire;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use local::{Instance, Options, Stack, Storage};
use reqwest::Response;
use serde_json::{Value, json};
use shared::clock::Clock;
use shared::model::Timestamp;
use shared::runtime::Environment;
use tokio::net::TcpListener;

use crate::aws::Aws;
use crate::wire::Wire;

pub use lines::Lines;
pub use table::{Damage, Table};

const NEEDS_A_LOCAL_STACK: &str = "this test needs more than HTTP: ignore it when deployed";

/// Start time of every test, in seconds since the epoch: 2027-01-15T08:00:00Z.
pub const BEGIN: u64 = 1_800_000_000;

/// One deployment: its storage, and the settings that its instances share.
pub struct Latchkey {
    /// `None` for an existing stack.
    stack: Option<Arc<Stack>>,
    /// The issuer, and by default the audience of the management API.
    pub issuer: String,
    /// The clock of the first instance, and of every instance that has no separate clock.
    pub clock: TestClock,
    /// The log of all instances.
    pub lines: Lines,
    wire: Wire,
    options: Options,
}

/// One instance of every function, reachable over HTTP.
pub struct Service {
    /// The base URL.
    pub url: String,
    /// Its AWS calls.
    pub aws: Aws,
    /// The client that bootstrap created; a Builder Admin.
    pub bootstrap: Credentials,
    /// The ids of all other clients that existed before the test.
    pub others: Vec<String>,
    http: reqwest::Client,
    servers: Vec<tokio::task::JoinHandle<()>>,
    #[cfg(feature = "deployed")]
    created: deployed::CreatedClients,
}

/// A clock that a test sets.
#[derive(Clone)]
pub struct TestClock(Option<Arc<AtomicU64>>);

/// The credentials of a client.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// `client_id`
    pub id: String,
    /// `client_secret`
    pub secret: String,
}

/// A client that a test created.
#[derive(Clone, Debug)]
pub struct Client {
    /// Its `id` in the management API.
    pub id: String,
    /// Its credentials.
    pub credentials: Credentials,
}

impl TestClock {
    /// Creates a clock that shows this time, in seconds since the epoch.
    #[must_use]
    pub fn at(seconds: u64) -> Self {
        Self(Some(Arc::new(AtomicU64::new(seconds))))
    }

    /// Seconds since the epoch.
    #[must_use]
    pub fn now(&self) -> u64 {
        self.seconds().load(Ordering::SeqCst)
    }

    /// Advances the clock by this many seconds.
    pub fn advance(&self, seconds: u64) {
        self.seconds().fetch_add(seconds, Ordering::SeqCst);
    }

    /// Sets the clock back by this many seconds.
    pub fn go_back(&self, seconds: u64) {
        self.seconds().fetch_sub(seconds, Ordering::SeqCst);
    }

    fn seconds(&self) -> &AtomicU64 {
        self.0.as_ref().expect(NEEDS_A_LOCAL_STACK)
    }

    fn clock(&self) -> Clock {
        let clock = self.clone();
        Clock::from_fn(move || Timestamp::from_epoch_seconds(clock.now()))
    }
}

impl Latchkey {
    /// Starts a new deployment that signs with ES256, and one instance of it.
    ///
    /// With the feature `deployed`, it uses the stack at `LATCHKEY_TEST_URL`, and replaces
    /// bootstrap's client by one created for this test.
    pub async fn start() -> (Self, Service) {
        #[cfg(feature = "deployed")]
        return deployed::start().await;
        #[cfg(not(feature = "deployed"))]
        Self::start_with(|_| {}).await
    }

    /// Starts a new deployment with changed options, and one instance of it.
    pub async fn start_with(change: impl FnOnce(&mut Options)) -> (Self, Service) {
        let (latchkey, listener) = Self::open(change).await;
        latchkey.bootstrap().await;
        let service = latchkey.serve(listener, &latchkey.clock).await;
        (latchkey, service)
    }

    /// Creates a deployment on which bootstrap has not run.
    pub async fn empty() -> Self {
        Self::empty_with(|_| {}).await
    }

    /// Creates a deployment with changed options, on which bootstrap has not run.
    pub async fn empty_with(change: impl FnOnce(&mut Options)) -> Self {
        Self::open(change).await.0
    }

    fn stack(&self) -> &Stack {
        self.stack.as_ref().expect(NEEDS_A_LOCAL_STACK)
    }

    async fn open(change: impl FnOnce(&mut Options)) -> (Self, TcpListener) {
        if cfg!(feature = "deployed") {
            panic!("{NEEDS_A_LOCAL_STACK}");
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let clock = TestClock::at(BEGIN);
        let mut options = Options::new(issuer.clone());
        options.parameters.set("SigningAlgorithm", "ES256");
        options.clock = clock.clock();
        let lines = Lines::default();
        options.log = lines.log();
        options.parameters.set("Monitoring", "on");
        options.stack_name = "test".to_owned();
        change(&mut options);
        let latchkey = Self {
            stack: Some(Arc::new(Stack::open(storage()).await.unwrap())),
            issuer,
            clock,
            lines,
            wire: Wire::default(),
            options,
        };
        (latchkey, listener)
    }

    /// Changes the options of everything started from now on.
    pub fn change(&mut self, change: impl FnOnce(&mut Options)) {
        change(&mut self.options);
    }

    /// Runs the bootstrap function. A test may run it more than once.
    pub async fn bootstrap(&self) {
        let instance = Instance::start(self.stack(), &self.options).unwrap();
        instance.bootstrap().await.unwrap();
    }

    /// Runs the bootstrap function with AWS calls that can be made to fail.
    ///
    /// # Errors
    /// The error of bootstrap.
    pub async fn try_bootstrap(&self, aws: &Aws) -> Result<(), String> {
        let done = self.functions(aws).bootstrap().await;
        done.map_err(|error| error.to_string())
    }

    /// Starts another instance over the same storage, with the same clock.
    pub async fn instance(&self) -> Service {
        self.instance_with_clock(&self.clock).await
    }

    /// Starts another instance over the same storage, with a separate clock.
    pub async fn instance_with_clock(&self, clock: &TestClock) -> Service {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        self.serve(listener, clock).await
    }

    /// The current value of a secret in Secrets Manager, if it has one.
    #[must_use]
    pub fn secret(&self, name: &str) -> Option<String> {
        self.stack().secret(name)
    }

    /// Starts every function again, with AWS calls that can be made to fail and no API in front.
    #[must_use]
    pub fn functions(&self, aws: &Aws) -> Instance {
        let mut options = self.options.clone();
        options.http_client = Some(aws.wrapper());
        Instance::start(self.stack(), &options).unwrap()
    }

    /// The table, for reads and writes that no function makes.
    #[must_use]
    pub fn table(&self) -> Table<'_> {
        Table::of(self.stack())
    }

    /// Calls Secrets Manager without a permission check.
    ///
    /// # Errors
    /// The error of Secrets Manager, as JSON.
    pub fn ask_secrets_manager(&self, operation: &str, request: &Value) -> Result<Value, String> {
        self.stack().ask_secrets_manager(operation, request)
    }

    /// The environment of the function with this binary name, such as `bootstrap`.
    #[must_use]
    pub fn environment(&self, function: &str) -> Environment {
        let instance = Instance::start(self.stack(), &self.options).unwrap();
        instance.environment(function).unwrap().clone()
    }

    async fn serve(&self, listener: TcpListener, clock: &TestClock) -> Service {
        let url = format!("http://{}", listener.local_addr().unwrap());
        let aws = Aws::default();
        let mut options = self.options.clone();
        options.clock = clock.clock();
        options.http_client = Some(aws.wrapper());
        let instance = Instance::start(self.stack(), &options).unwrap();
        let inner = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let wire = self.wire.clone();
        let wire = tokio::spawn(wire.forward(listener, inner.local_addr().unwrap()));
        let server = tokio::spawn(async move { instance.serve(inner).await.unwrap() });
        let credentials = self.secret(Stack::BOOTSTRAP_CREDENTIALS).unwrap();
        let credentials: Value = serde_json::from_str(&credentials).unwrap();
        Service {
            url,
            aws,
            bootstrap: Credentials {
                id: text(&credentials["client_id"]),
                secret: text(&credentials["client_secret"]),
            },
            others: Vec::new(),
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            servers: vec![server, wire],
            #[cfg(feature = "deployed")]
            created: deployed::CreatedClients::default(),
        }
    }
}

impl Drop for Latchkey {
    fn drop(&mut self) {
        if std::thread::panicking() || self.stack.is_none() {
            return;
        }
        let mut secrets = self.wire.secrets();
        for name in [Stack::SIGNING_KEYS, Stack::BOOTSTRAP_CREDENTIALS] {
            let text = self.secret(name);
            secrets.extend(text.iter().flat_map(|text| wire::secrets_of(text)));
        }
        secrets.extend(self.secret(Stack::IDEMPOTENCY_PEPPER));
        if let Some(fault) = self.lines.fault(&secrets) {
            panic!("{fault}");
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        for server in &self.servers {
            server.abort();
        }
        #[cfg(feature = "deployed")]
        self.created.delete(&self.url);
    }
}

impl Service {
    /// A request to a path of the service.
    pub fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let method = method.parse().unwrap();
        self.http.request(method, format!("{}{path}", self.url))
    }

    /// Requests a token with a form that contains the credentials.
    pub async fn token(&self, credentials: &Credentials) -> Response {
        let body = format!(
            "grant_type=client_credentials&client_id={}&client_secret={}",
            credentials.id, credentials.secret
        );
        self.form("/oauth/token", &body).await
    }

    /// Posts a form.
    pub async fn form(&self, path: &str, body: &str) -> Response {
        let request = self
            .request("POST", path)
            .header("content-type", "application/x-www-form-urlencoded");
        request.body(body.to_owned()).send().await.unwrap()
    }

    /// Requests a token and asserts that it is issued.
    pub async fn access_token(&self, credentials: &Credentials) -> String {
        let response = self.token(credentials).await;
        assert_eq!(response.status(), 200);
        text(&body(response).await["access_token"])
    }

    /// Requests a token for the bootstrap client.
    pub async fn admin_token(&self) -> String {
        self.access_token(&self.bootstrap).await
    }

    /// Sends a request to the management API.
    pub async fn manage(
        &self,
        token: &str,
        method: &str,
        path: &str,
        document: Option<&Value>,
    ) -> Response {
        let mut request = self.request(method, path).bearer_auth(token);
        if let Some(document) = document {
            request = request
                .header("content-type", "application/vnd.api+json")
                .body(document.to_string());
        }
        self.send(request).await
    }

    /// Sends a request that may create a client.
    pub async fn send(&self, request: reqwest::RequestBuilder) -> Response {
        let response = request.send().await.unwrap();
        #[cfg(feature = "deployed")]
        self.created.note(&response);
        response
    }

    /// The id of a role.
    pub async fn role(&self, token: &str, name: &str) -> String {
        let path = format!("/auth/roles?filter[name]={}", name.replace(' ', "%20"));
        let response = self.manage(token, "GET", &path, None).await;
        assert_eq!(response.status(), 200);
        text(&body(response).await["data"]["id"])
    }

    /// Creates a client with this role, and these attributes in addition to the required ones.
    pub async fn create_client(&self, token: &str, role: &str, attributes: Value) -> Client {
        let document = new_client(&self.role(token, role).await, attributes);
        let response = self
            .manage(token, "POST", "/auth/app-clients", Some(&document))
            .await;
        assert_eq!(response.status(), 201);
        let created = &body(response).await["data"];
        Client {
            id: text(&created["id"]),
            credentials: Credentials {
                id: text(&created["attributes"]["clientId"]),
                secret: text(&created["attributes"]["clientSecret"]),
            },
        }
    }

    /// Creates a Builder Admin with these attributes in addition to the required ones.
    pub async fn new_client(&self, attributes: Value) -> Client {
        let token = self.admin_token().await;
        self.create_client(&token, "Builder Admin", attributes)
            .await
    }

    /// Changes attributes of a client.
    pub async fn patch(&self, token: &str, id: &str, attributes: Value) -> Response {
        let document = json!({
            "data": { "type": "auth/app-clients", "id": id, "attributes": attributes }
        });
        let path = format!("/auth/app-clients/{id}");
        self.manage(token, "PATCH", &path, Some(&document)).await
    }

    /// Rotates a client's secret, asserts success and returns the new credentials.
    pub async fn rotate(&self, token: &str, client: &Client) -> Credentials {
        let rotated = self.rotate_unless_changed(token, client).await;
        rotated.expect("no other rotation")
    }

    /// Rotates a client's secret and returns the new credentials; `None` if the rotation meets another
    /// change of the secrets.
    pub async fn rotate_unless_changed(&self, token: &str, client: &Client) -> Option<Credentials> {
        let path = format!("/auth/app-clients/{}/rotate-secret", client.id);
        let response = self.manage(token, "POST", &path, None).await;
        if response.status() == 409 {
            assert_eq!(api_error(response).await["code"], "secrets_changed");
            return None;
        }
        assert_eq!(response.status(), 200);
        Some(Credentials {
            id: client.credentials.id.clone(),
            secret: text(&body(response).await["data"]["attributes"]["clientSecret"]),
        })
    }
}

/// A document that creates a client.
#[must_use]
pub fn new_client(role: &str, attributes: Value) -> Value {
    let mut all = json!({
        "type": "machine_to_machine", "name": "Nightly import", "userType": "builder"
    });
    let (Value::Object(all), Value::Object(more)) = (&mut all, attributes) else {
        panic!("attributes must be an object");
    };
    all.extend(more);
    json!({
        "data": {
            "type": "auth/app-clients",
            "attributes": all,
            "relationships": {
                "auth/roles": { "data": { "type": "auth/roles", "id": role } }
            }
        }
    })
}

/// The JSON body of a response.
pub async fn body(response: Response) -> Value {
    response.json().await.expect("the body is JSON")
}

/// Checks the form of an OAuth error response (RFC 6749 §5.2) and returns its `error`.
pub async fn oauth_error(response: Response) -> String {
    let headers = response.headers();
    assert_eq!(headers["content-type"], "application/json");
    assert_eq!(headers["cache-control"], "no-store");
    assert_eq!(headers["pragma"], "no-cache");
    let body = body(response).await;
    let description = text(&body["error_description"]);
    let allowed = |byte| matches!(byte, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e);
    assert!(description.bytes().all(allowed), "{description}");
    assert!(body.get("access_token").is_none());
    text(&body["error"])
}

/// Checks the form of a JSON:API error response with one error, and returns that error.
pub async fn api_error(response: Response) -> Value {
    let status = response.status().as_u16().to_string();
    let headers = response.headers();
    assert_eq!(headers["content-type"], "application/vnd.api+json");
    assert_eq!(headers["cache-control"], "no-store");
    let mut body = body(response).await;
    assert!(body.get("data").is_none());
    let errors = body["errors"].as_array_mut().expect("errors is an array");
    assert_eq!(errors.len(), 1, "{errors:?}");
    let error = errors.remove(0);
    assert_eq!(error["status"], status);
    for member in ["code", "title", "detail"] {
        assert!(error[member].is_string(), "{error}");
    }
    error
}

/// The text of a JSON string.
#[must_use]
pub fn text(value: &Value) -> String {
    value.as_str().expect("a string").to_owned()
}

fn storage() -> Storage {
    static TABLES: AtomicU64 = AtomicU64::new(0);
    #[expect(clippy::disallowed_methods, reason = "a setting of the tests")]
    match std::env::var("LATCHKEY_TEST_DYNAMODB") {
        Ok(endpoint) => Storage::DynamoDb {
            endpoint,
            table_name: format!(
                "test-{}-{}",
                std::process::id(),
                TABLES.fetch_add(1, Ordering::SeqCst)
            ),
        },
        Err(_) => Storage::Ephemeral,
    }
}
