//! One request to a warm instance while one of its AWS calls is broken.

use reqwest::{Response, StatusCode};
use serde_json::Value;
use tests::aws::Break;
use tests::{Client, Credentials, Service, api_error, body, text};

use crate::auth::{Api, client_path};

pub(crate) const BREAKS: [Break; 5] = [
    Break::Throttled,
    Break::InternalError,
    Break::Unreached,
    Break::ResponseLost,
    Break::Conflict,
];

/// What is asked of an endpoint; `{id}` in its path is a client's.
pub(crate) struct Endpoint {
    method: &'static str,
    path: String,
    document: Option<Value>,
    /// Its AWS calls when its instance is warm.
    calls: &'static [&'static str],
}

/// One request, during which AWS was broken.
pub(crate) struct Trial<'a> {
    pub(crate) api: &'a Api,
    /// The client that it was about; another one for each trial.
    pub(crate) client: Client,
    /// Every client there was.
    pub(crate) before: Vec<Value>,
    status: StatusCode,
    /// What was answered if it was a success.
    pub(crate) answer: Value,
    /// Whether AWS may have done what it did not answer.
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

    /// The same endpoint, sent a document.
    pub(crate) fn sent(self, document: Value) -> Self {
        Self {
            document: Some(document),
            ..self
        }
    }

    async fn ask(&self, service: &Service, token: &str, client: &Client) -> Response {
        let path = self.path.replace("{id}", &client.id);
        let document = self.document.as_ref();
        service.manage(token, self.method, &path, document).await
    }

    /// Breaks everything that there is to break, and has `check` look at what came of it.
    pub(crate) async fn under_every_fault(self, api: &Api, check: impl AsyncFn(Trial<'_>)) {
        for how in BREAKS {
            for for_ever in [false, true] {
                let instance = api.latchkey.instance().await;
                self.warm(api, &instance).await;
                for call in 0..self.calls.len() {
                    let client = api.client().await;
                    let before = api.all_clients().await;
                    instance.aws.break_nth(call, how, for_ever);
                    let response = self.ask(&instance, &api.admin, &client).await;
                    instance.aws.recover();
                    let status = response.status();
                    let context = format!("{how:?}, call {call}, for ever: {for_ever}: {status}");
                    note(&context);
                    assert!(
                        status == 503 || !for_ever && status.is_success(),
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

    /// Has the endpoint read its keys, and sees to it that all of its calls are known.
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

/// The body of a success; the form of a failure is checked.
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

/// Cargo shows it when the test fails.
#[expect(clippy::print_stdout, reason = "says which fault was too much")]
fn note(context: &str) {
    println!("{context}");
}

impl Trial<'_> {
    pub(crate) fn is_success(&self) -> bool {
        self.status.is_success()
    }

    /// Whether the change was made, which must be what the answer said of it if anything.
    pub(crate) fn check_that_it_was_made(&self, made: bool) {
        if self.is_success() {
            assert!(made);
        } else if !self.is_lost {
            assert!(!made);
        }
    }

    /// The client that it was about, if there is one.
    pub(crate) async fn found(&self) -> Option<Value> {
        let response = self.api.get(&client_path(&self.client.id)).await;
        if response.status() == 404 {
            return None;
        }
        assert_eq!(response.status(), 200);
        Some(body(response).await["data"].take())
    }

    /// A client that is shown is whole: its secret can be rotated, and gets a token.
    pub(crate) async fn is_whole(&self, id: &str) {
        let shown = self.api.shown(id).await;
        let path = client_path(id) + "/rotate-secret";
        let rotated = body(self.api.ask("POST", &path, None).await).await;
        let credentials = credentials(&rotated["data"]);
        assert_eq!(credentials.id, text(&shown["attributes"]["clientId"]));
        assert!(self.api.lets_in(&credentials).await);
    }

    pub(crate) async fn changed_nothing(&self) {
        assert_eq!(self.api.all_clients().await, self.before);
        assert!(self.api.lets_in(&self.client.credentials).await);
    }
}

pub(crate) fn credentials(created: &Value) -> Credentials {
    Credentials {
        id: text(&created["attributes"]["clientId"]),
        secret: text(&created["attributes"]["clientSecret"]),
    }
}
