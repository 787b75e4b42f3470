//! One request to a warm instance under a fault in one of its AWS calls.

use reqwest::{Response, StatusCode};
use serde_json::Value;
use tests::aws::Break;
use tests::{Client, Credentials, Service, api_error, body, text};

use crate::auth::{Api, client_path, first_secret};

pub(crate) const BREAKS: [Break; 5] = [
    Break::Throttled,
    Break::InternalError,
    Break::Unreached,
    Break::ResponseLost,
    Break::Conflict,
];

/// A request to an endpoint. `{id}` in its path stands for the id of a client, and `{secretId}` for that
/// of its first secret.
pub(crate) struct Endpoint {
    method: &'static str,
    path: String,
    document: Option<Value>,
    /// The AWS calls of the request on a warm instance.
    calls: &'static [&'static str],
}

/// One request under a fault, and its response.
pub(crate) struct Trial<'a> {
    pub(crate) api: &'a Api,
    /// The client that the request is about. Each trial has its own.
    pub(crate) client: Client,
    /// All clients before the request.
    pub(crate) before: Vec<Value>,
    status: StatusCode,
    /// The body of a successful response, otherwise null.
    pub(crate) answer: Value,
    /// Whether AWS may have executed a call whose response was lost.
    is_lost: bool,
}

impl Endpoint {
    pub(crate) fn new(method: &'static str, path: &str, calls: &'static [&'static str]) -> Self {
        Self {
            method,
            path: path.to_owned(),
            document: None,
            calls,
        }
    }

    /// The same request with a document.
    pub(crate) fn with_document(self, document: Value) -> Self {
        Self {
            document: Some(document),
            ..self
        }
    }

    async fn ask(&self, service: &Service, token: &str, client: &Client) -> Response {
        let path = self.path.replace("{id}", &client.id);
        let path = path.replace("{secretId}", &first_secret(client));
        let document = self.document.as_ref();
        service.manage(token, self.method, &path, document).await
    }

    /// Sends the request under every fault, and runs `check` on each trial.
    pub(crate) async fn under_every_fault(self, api: &Api, check: impl AsyncFn(Trial<'_>)) {
        for how in BREAKS {
            for permanent in [false, true] {
                let instance = api.latchkey.instance().await;
                self.warm(api, &instance).await;
                for call in 0..self.calls.len() {
                    let client = api.client().await;
                    let before = api.all_clients().await;
                    instance.aws.break_nth(call, how, permanent);
                    let response = self.ask(&instance, &api.admin, &client).await;
                    instance.aws.recover();
                    let status = response.status();
                    let context = format!("{how:?}, call {call}, permanent: {permanent}: {status}");
                    note(&context);
                    assert!(
                        status == 503 || !permanent && status.is_success(),
                        "{context}"
                    );
                    let answer = answer(response).await;
                    check(Trial {
                        api,
                        client,
                        before,
                        status,
                        answer,
                        is_lost: how == Break::ResponseLost,
                    })
                    .await;
                }
            }
        }
    }

    /// Warms the instance, and asserts that the request then makes the listed AWS calls.
    async fn warm(&self, api: &Api, instance: &Service) {
        for _ in 0..2 {
            let client = api.client().await;
            instance.aws.calls();
            let response = self.ask(instance, &api.admin, &client).await;
            assert!(response.status().is_success());
        }
        assert_eq!(instance.aws.calls(), self.calls);
    }
}

/// Checks the form of the response, and returns the body of a success, otherwise null.
pub(crate) async fn answer(response: Response) -> Value {
    if response.status() == 503 {
        let retry_after = response.headers()["retry-after"].to_str().unwrap();
        assert!(retry_after.parse::<u64>().unwrap() >= 1);
        let error = api_error(response).await;
        assert_eq!(error["code"], "temporarily_unavailable");
        assert!(error.get("source").is_none());
        return Value::Null;
    }
    assert!(!response.headers().contains_key("retry-after"));
    if response.status() == 204 {
        return Value::Null;
    }
    body(response).await
}

/// Prints which fault is tried. Cargo shows it if the test fails.
#[expect(
    clippy::print_stdout,
    reason = "names the fault under which a test fails"
)]
fn note(context: &str) {
    println!("{context}");
}

impl Trial<'_> {
    pub(crate) fn is_success(&self) -> bool {
        self.status.is_success()
    }

    /// Asserts that the response agrees with `made`. After an error due to a lost response of AWS,
    /// the change may or may not have been made.
    pub(crate) fn check_that_it_is_reported(&self, made: bool) {
        if self.is_success() {
            assert!(made);
        } else if !self.is_lost {
            assert!(!made);
        }
    }

    /// The client that the request is about, if it exists.
    pub(crate) async fn found(&self) -> Option<Value> {
        let response = self.api.get(&client_path(&self.client.id)).await;
        if response.status() == 404 {
            return None;
        }
        assert_eq!(response.status(), 200);
        Some(body(response).await["data"].take())
    }

    /// Asserts that a client is complete: its secret can be rotated, and the new one gets a token.
    pub(crate) async fn is_complete(&self, id: &str) {
        let shown = self.api.shown(id).await;
        let path = client_path(id) + "/rotate-secret";
        let rotated = body(self.api.ask("POST", &path, None).await).await;
        let credentials = credentials(&rotated["data"]);
        assert_eq!(credentials.id, text(&shown["attributes"]["clientId"]));
        assert!(self.api.accepts(&credentials).await);
    }

    pub(crate) async fn has_changed_nothing(&self) {
        assert_eq!(self.api.all_clients().await, self.before);
        assert!(self.api.accepts(&self.client.credentials).await);
    }
}

pub(crate) fn credentials(created: &Value) -> Credentials {
    Credentials {
        id: text(&created["attributes"]["clientId"]),
        secret: text(&created["attributes"]["clientSecret"]),
    }
}
