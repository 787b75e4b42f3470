//! The network between the service and AWS. A seed determines its faults.
//!
//! It replaces only the SDK's HTTP client, so the SDK's timeouts and retries are the same as in
//! AWS. A call that reached AWS is executed, even if the caller no longer waits for the answer.

mod partial;
mod refusals;
mod stale;
mod torn;
mod weather;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient as _, HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use local::HttpClientWrapper;
use tokio::time::sleep;

pub(crate) use weather::{Fate, Plan, Weather};

use crate::simulation::dice::Dice;
use crate::simulation::log::{EventKind, Log};
use crate::simulation::writes::Writing;
use stale::EarlierResponses;
use weather::Delivery;

/// The name of a read of the pepper, from which the secrets of repeatable requests are derived.
pub(crate) const PEPPER: &str = "GetSecretValue of the pepper";

tokio::task_local! {
    /// The request that a task handles.
    pub(crate) static REQUEST: u64;
}

/// The network. All instances share it and the DynamoDB behind it.
#[derive(Clone)]
pub(crate) struct Network {
    log: Log,
    state: Arc<Mutex<State>>,
}

struct State {
    dice: Dice,
    weather: Weather,
    plan: Option<Plan>,
    /// The items with a transaction in progress, and its `ClientRequestToken`.
    under_way: BTreeMap<String, String>,
    earlier: EarlierResponses,
}

impl Network {
    pub(crate) fn new(log: Log, dice: Dice) -> Self {
        let state = State {
            dice,
            weather: Weather::CALM,
            plan: None,
            under_way: BTreeMap::new(),
            earlier: EarlierResponses::default(),
        };
        Self {
            log,
            state: Arc::new(Mutex::new(state)),
        }
    }

    pub(crate) fn set_weather(&self, weather: Weather) {
        self.state.lock().unwrap().weather = weather;
    }

    /// Sets the calls to fail; `None` ends the plan.
    pub(crate) fn set_plan(&self, plan: Option<Plan>) {
        self.state.lock().unwrap().plan = plan;
    }

    /// The wrapper for `local::Options::http_client`.
    pub(crate) fn wrapper(&self) -> HttpClientWrapper {
        let network = self.clone();
        Arc::new(move |inner| {
            let network = network.clone();
            http_client_fn(move |settings, components| {
                SharedHttpConnector::new(Connector {
                    network: network.clone(),
                    inner: inner.http_connector(settings, components),
                })
            })
        })
    }

    fn decide(&self, operation: &str) -> Delivery {
        let State {
            dice,
            weather,
            plan,
            ..
        } = &mut *self.state.lock().unwrap();
        let mut delivery = weather.delivery(dice, operation);
        if let Some(fate) = plan.as_mut().and_then(|plan| plan.next(operation)) {
            delivery.fail_with(dice, fate);
        }
        delivery
    }

    async fn carry(
        self,
        inner: SharedHttpConnector,
        request: HttpRequest,
        call: Call,
        delivery: Delivery,
    ) -> Result<HttpResponse, ConnectorError> {
        let refusal = refusals::of(delivery.fate, &call.operation, delivery.variant);
        let back = Duration::from_millis(delivery.response_delay);
        match delivery.fate {
            Fate::Throttled | Fate::Cancelled | Fate::Failed | Fate::Conflict => {
                sleep(Duration::from_millis(delivery.request_delay)).await;
                sleep(back).await;
                refusal
            }
            Fate::Unreached => {
                sleep(Duration::from_millis(delivery.request_delay)).await;
                Err(timeout())
            }
            Fate::RequestDropped => std::future::pending().await,
            Fate::Fine | Fate::ResponseLost | Fate::ResponseDropped | Fate::Late => {
                let served = tokio::spawn(self.serve(inner, request, call, delivery.clone()));
                if matches!(delivery.fate, Fate::ResponseDropped | Fate::Late) {
                    return std::future::pending().await;
                }
                let answer = served.await.unwrap();
                sleep(back).await;
                if delivery.fate == Fate::ResponseLost {
                    return Err(timeout());
                }
                answer
            }
        }
    }

    /// AWS receives the call and executes it. Every other read that need not be strongly consistent
    /// gets the response to the read before it.
    async fn serve(
        self,
        inner: SharedHttpConnector,
        request: HttpRequest,
        call: Call,
        delivery: Delivery,
    ) -> Result<HttpResponse, ConnectorError> {
        sleep(Duration::from_millis(delivery.request_delay)).await;
        let body = request.body().bytes().unwrap_or_default();
        if !stale::is_possible(&call.operation, body) {
            return self.execute(inner, request, &call, &delivery).await;
        }
        let (read, place) = (body.to_vec(), self.log.len());
        let mut answer = self.execute(inner, request, &call, &delivery).await?;
        let body = answer.body().bytes().unwrap_or_default();
        let earlier = {
            let state = &mut *self.state.lock().unwrap();
            state.earlier.replace(read, place, body)
        };
        let is_stale = delivery.work_time.is_multiple_of(2);
        if let Some((place, body)) = earlier.filter(|_| is_stale) {
            self.log.push(call.request, EventKind::Stale(place));
            *answer.body_mut() = SdkBody::from(body);
        }
        Ok(answer)
    }

    /// AWS executes the call. A batch may be read in part. A transaction takes some time. Meanwhile,
    /// other writes to its items conflict, as in DynamoDB.
    async fn execute(
        &self,
        inner: SharedHttpConnector,
        mut request: HttpRequest,
        call: &Call,
        delivery: &Delivery,
    ) -> Result<HttpResponse, ConnectorError> {
        if call.operation == "BatchGetItem"
            && delivery.may_be_partial
            && let Some(rest) = partial::split(&mut request, delivery.variant)
        {
            return Ok(partial::with_rest(inner.call(request).await?, rest));
        }
        let body = request.body().bytes().unwrap_or_default();
        if call.operation == "Query"
            && let Some(again) = request.try_clone()
        {
            let first = inner.call(request).await?;
            sleep(Duration::from_millis(delivery.work_time)).await;
            return Ok(torn::mix(
                &first,
                inner.call(again).await?,
                delivery.variant,
            ));
        }
        assert!(
            !Writing::is_forbidden(&call.operation, body),
            "a forbidden write in request {}",
            call.request
        );
        let Some(writing) = Writing::of(&call.operation, body) else {
            return inner.call(request).await;
        };
        let under_way = |state: &State| {
            let mut items = writing.items();
            items.find_map(|item| state.under_way.get(item).cloned())
        };
        let other = under_way(&self.state.lock().unwrap());
        if let Some(other) = other {
            self.log.push(call.request, EventKind::Collided);
            return if writing.transaction == Some(other) {
                refusals::in_progress()
            } else {
                refusals::of(Fate::Conflict, &call.operation, 0)
            };
        }
        if let Some(token) = &writing.transaction {
            let begun = writing.items().map(|item| (item.clone(), token.clone()));
            self.state.lock().unwrap().under_way.extend(begun);
            sleep(Duration::from_millis(delivery.work_time)).await;
        }
        let answer = inner.call(request).await;
        if writing.transaction.is_some() {
            let under_way = &mut self.state.lock().unwrap().under_way;
            for item in writing.items() {
                under_way.remove(item);
            }
        }
        let answer = answer?;
        if answer.status().is_success() {
            let body = answer.body().bytes().unwrap_or_default();
            let (client, write) = writing.committed(body);
            self.log.push(call.request, EventKind::Wrote(client, write));
        }
        Ok(answer)
    }
}

#[derive(Clone)]
struct Connector {
    network: Network,
    inner: SharedHttpConnector,
}

/// A call to AWS.
struct Call {
    request: u64,
    operation: String,
}

impl std::fmt::Debug for Connector {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Connector")
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let header = |name| request.headers().get(name).unwrap_or_default();
        let operation = header("x-amz-target")
            .rsplit('.')
            .next()
            .unwrap_or_default();
        let attempt = header("amz-sdk-request").strip_prefix("attempt=");
        let attempt = attempt.and_then(|attempt| attempt.split(';').next()?.parse().ok());
        let call = Call {
            request: REQUEST.try_with(|request| *request).unwrap_or(0),
            operation: operation.to_owned(),
        };
        let named = name_of(operation, request.body().bytes().unwrap_or_default());
        let delivery = self.network.decide(&named);
        let called = EventKind::Called {
            operation: named,
            attempt: attempt.unwrap_or(1),
            fate: delivery.fate,
        };
        self.network.log.push(call.request, called);
        let (network, inner) = (self.network.clone(), self.inner.clone());
        HttpConnectorFuture::new(network.carry(inner, request, call, delivery))
    }
}

/// The operation, with what it reads if that is the pepper of repeatable requests.
fn name_of(operation: &str, body: &[u8]) -> String {
    let is_pepper = || {
        String::from_utf8_lossy(body)
            .to_lowercase()
            .contains("pepper")
    };
    if operation == "GetSecretValue" && is_pepper() {
        PEPPER.to_owned()
    } else {
        operation.to_owned()
    }
}

fn timeout() -> ConnectorError {
    ConnectorError::timeout("simulated timeout".into())
}
