//! Counts the AWS calls of an instance and injects faults into them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector,
    http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use local::HttpClientWrapper;
use serde_json::{Value, json};
use tokio::sync::Notify;

/// A fault in an AWS call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Break {
    /// The service throttles the call.
    Throttled,
    /// The service responds with an internal error.
    InternalError,
    /// The call times out before it reaches the service.
    Unreached,
    /// The service executes the call, but its response is lost.
    ResponseLost,
    /// Another write to the item is in progress.
    Conflict,
    /// A condition failed because another write to the item came first.
    ConditionFailed,
    /// A BatchGetItem reads no item, and returns all keys as unprocessed.
    Unprocessed,
    /// A Query stops after one item, as DynamoDB does after a megabyte.
    Shortened,
}

/// The AWS calls of one instance.
#[derive(Clone)]
pub struct Aws(Option<Arc<Mutex<State>>>);

#[derive(Default)]
struct State {
    calls: Vec<String>,
    plan: Plan,
    /// The operation of which a call waits, after this number of others, and how.
    held: Option<(String, usize, Held)>,
    /// The read units consumed since the last time; `None` unless they are measured.
    read_units: Option<f64>,
}

/// A call that waits before it reaches AWS, so that a test can act at that moment.
#[derive(Clone, Default)]
pub struct Held {
    reached: Arc<Notify>,
    released: Arc<Notify>,
}

impl Held {
    /// Waits until the call is made.
    pub async fn reached(&self) {
        self.reached.notified().await;
    }

    /// Lets the call reach AWS.
    pub fn release(&self) {
        self.released.notify_one();
    }
}

#[derive(Default)]
enum Plan {
    #[default]
    Answer,
    /// Faults for the next calls of one operation, in order; later calls get none.
    Operation(String, VecDeque<Break>),
    /// One fault for every call of an operation.
    Always(String, Break),
    /// A fault for the nth call from now, counted from zero; `true` extends it to all later calls.
    Nth(usize, Break, bool),
}

impl Default for Aws {
    fn default() -> Self {
        Self(Some(Arc::default()))
    }
}

impl Aws {
    #[cfg(feature = "deployed")]
    pub(crate) fn unavailable() -> Self {
        Self(None)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        let state = self.0.as_ref().expect(crate::NEEDS_A_LOCAL_STACK);
        state.lock().unwrap()
    }

    /// Takes the names of the operations called since the last time, in order.
    pub fn calls(&self) -> Vec<String> {
        std::mem::take(&mut self.state().calls)
    }

    /// Measures the read units from now on.
    pub fn measure(&self) {
        self.state().read_units = Some(0.0);
    }

    /// Takes the read units that DynamoDB reported since the last time.
    pub fn read_units(&self) -> f64 {
        let mut state = self.state();
        state
            .read_units
            .replace(0.0)
            .expect("measure() comes first")
    }

    /// Injects faults into the next calls of an operation, in order.
    pub fn break_next(&self, operation: &str, breaks: &[Break]) {
        let breaks = breaks.iter().copied().collect();
        self.state().plan = Plan::Operation(operation.to_owned(), breaks);
    }

    /// Injects a fault into every call of an operation from now on.
    pub fn break_always(&self, operation: &str, how: Break) {
        self.state().plan = Plan::Always(operation.to_owned(), how);
    }

    /// Injects a fault into the nth call from now, counted from zero, and with `and_later` into all
    /// later calls.
    pub fn break_nth(&self, number: usize, how: Break, and_later: bool) {
        self.state().plan = Plan::Nth(number, how, and_later);
    }

    /// Makes the nth call of an operation from now, counted from zero, wait until it is released.
    #[must_use]
    pub fn hold_nth(&self, operation: &str, number: usize) -> Held {
        let held = Held::default();
        self.state().held = Some((operation.to_owned(), number, held.clone()));
        held
    }

    /// Takes what the next call of an operation waits for.
    fn take_held(&self, operation: &str) -> Option<Held> {
        let mut state = self.state();
        let held = state.held.take_if(|(held, number, _)| {
            let is_it = held == operation && *number == 0;
            *number -= usize::from(held == operation && !is_it);
            is_it
        });
        held.map(|(.., held)| held)
    }

    /// Removes all faults.
    pub fn recover(&self) {
        self.state().plan = Plan::Answer;
    }

    /// The wrapper for `local::Options::http_client`.
    #[must_use]
    pub fn wrapper(&self) -> HttpClientWrapper {
        let aws = self.clone();
        Arc::new(move |inner| aws.wrap(inner))
    }

    fn wrap(&self, inner: SharedHttpClient) -> SharedHttpClient {
        let aws = self.clone();
        http_client_fn(move |settings, components| {
            SharedHttpConnector::new(Connector {
                aws: aws.clone(),
                inner: inner.http_connector(settings, components),
            })
        })
    }

    fn note(&self, operation: &str) -> Option<Break> {
        let mut state = self.state();
        state.calls.push(operation.to_owned());
        match &mut state.plan {
            Plan::Answer => None,
            Plan::Operation(broken, breaks) if broken == operation => breaks.pop_front(),
            Plan::Always(broken, how) if broken == operation => Some(*how),
            Plan::Operation(..) | Plan::Always(..) => None,
            Plan::Nth(0, how, and_later) => {
                let how = *how;
                if !*and_later {
                    state.plan = Plan::Answer;
                }
                Some(how)
            }
            Plan::Nth(number, ..) => {
                *number -= 1;
                None
            }
        }
    }
}

#[derive(Clone)]
struct Connector {
    aws: Aws,
    inner: SharedHttpConnector,
}

impl std::fmt::Debug for Connector {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Connector")
    }
}

impl HttpConnector for Connector {
    fn call(&self, mut request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
        assert_strongly_consistent(&operation, &request);
        let held = self.aws.take_held(&operation);
        let how = self.aws.note(&operation);
        let inner = self.inner.clone();
        let measured = self
            .aws
            .state()
            .read_units
            .is_some()
            .then(|| self.aws.clone());
        let is_read = matches!(operation.as_str(), "GetItem" | "Query" | "BatchGetItem");
        HttpConnectorFuture::new(async move {
            if let Some(held) = held {
                held.reached.notify_one();
                held.released.notified().await;
            }
            match how {
                None => match measured.filter(|_| is_read) {
                    None => inner.call(request).await,
                    Some(aws) => {
                        change(&mut request, "ReturnConsumedCapacity", "TOTAL".into());
                        let response = inner.call(request).await?;
                        if let Some(units) = &mut aws.state().read_units {
                            *units += units_of(&response);
                        }
                        Ok(response)
                    }
                },
                Some(Break::Shortened) => {
                    change(&mut request, "Limit", 1.into());
                    inner.call(request).await
                }
                Some(Break::Unreached) => Err(timeout()),
                Some(Break::ResponseLost) => {
                    inner.call(request).await?;
                    Err(timeout())
                }
                Some(Break::InternalError) => error_response(500, "InternalServerError", ""),
                Some(Break::Throttled) => {
                    error_response(400, "ProvisionedThroughputExceededException", "")
                }
                Some(Break::ConditionFailed) if operation == "TransactWriteItems" => {
                    error_response(
                        400,
                        "TransactionCanceledException",
                        r#","CancellationReasons":[{"Code":"ConditionalCheckFailed"},{"Code":"None"}]"#,
                    )
                }
                Some(Break::ConditionFailed) => {
                    error_response(400, "ConditionalCheckFailedException", "")
                }
                Some(Break::Conflict) if operation == "TransactWriteItems" => error_response(
                    400,
                    "TransactionCanceledException",
                    r#","CancellationReasons":[{"Code":"None"},{"Code":"TransactionConflict"}]"#,
                ),
                Some(Break::Conflict) => error_response(400, "TransactionConflictException", ""),
                Some(Break::Unprocessed) => {
                    let keys = &body_of(&request)["RequestItems"];
                    let body = json!({ "Responses": {}, "UnprocessedKeys": keys });
                    response(200, body.to_string())
                }
            }
        })
    }
}

/// Asserts that a read of the table is strongly consistent. The databases of the tests always are,
/// so no result would show the difference. An index cannot be read consistently.
pub fn assert_strongly_consistent(operation: &str, request: &HttpRequest) {
    if !matches!(operation, "GetItem" | "Query" | "BatchGetItem") {
        return;
    }
    let body = body_of(request);
    if body.get("IndexName").is_none() {
        assert!(is_strongly_consistent(&body), "a stale {operation}");
    }
}

/// Whether a read is strongly consistent, with every table of a batch.
#[must_use]
pub fn is_strongly_consistent(read: &Value) -> bool {
    match read["RequestItems"].as_object() {
        Some(tables) => tables.values().all(|table| table["ConsistentRead"] == true),
        None => read["ConsistentRead"] == true,
    }
}

/// Changes a member of a request. The signature is not verified.
fn change(request: &mut HttpRequest, member: &str, value: Value) {
    let mut body = body_of(request);
    body[member] = value;
    let body = body.to_string();
    // A server waits for as many bytes.
    let headers = request.headers_mut();
    headers.insert("content-length", body.len().to_string());
    *request.body_mut() = SdkBody::from(body);
}

/// The read units in a response.
fn units_of(response: &HttpResponse) -> f64 {
    let body = response.body().bytes().expect("a body in memory");
    let body: Value = serde_json::from_slice(body).unwrap();
    let consumed = &body["ConsumedCapacity"];
    let units = |consumed: &Value| consumed["CapacityUnits"].as_f64();
    let tables = consumed.as_array().into_iter().flatten();
    units(consumed).unwrap_or_else(|| tables.filter_map(units).sum())
}

fn body_of(request: &HttpRequest) -> Value {
    let body = request.body().bytes().expect("a body in memory");
    serde_json::from_slice(body).unwrap()
}

fn timeout() -> ConnectorError {
    ConnectorError::timeout("timeout injected by the test".into())
}

fn error_response(status: u16, code: &str, more: &str) -> Result<HttpResponse, ConnectorError> {
    let body = format!(
        r#"{{"__type":"com.amazonaws.dynamodb.v20120810#{code}","message":"a test"{more}}}"#
    );
    response(status, body)
}

fn response(status: u16, body: String) -> Result<HttpResponse, ConnectorError> {
    let status = StatusCode::try_from(status).unwrap();
    let mut response = HttpResponse::new(status, SdkBody::from(body));
    let headers = response.headers_mut();
    headers.insert("content-type", "application/x-amz-json-1.0");
    Ok(response)
}
