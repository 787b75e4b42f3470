//! Compares `docs/floods.md` with the calls of the local service: what a stranger's requests cost.
#![expect(
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "tests panic on failure; the printed rows can be copied into the documentation"
)]

use std::sync::{Arc, Mutex, PoisonError};

use page::{assert_says, documented, number, price};
use requests::{StrangersRequest, requests};
use serde_json::json;
use tests::{Latchkey, Service};

use crate::template::{at, default_number, template};

mod page;
mod requests;

/// The log bytes besides the function's line: API Gateway's line, Lambda's three, the IDs that are
/// shorter locally, and the 26 bytes that CloudWatch Logs adds to each line.
const OTHER_LOG_BYTES: usize = 650;
/// The log bytes of a request that API Gateway refuses, with no function's.
const GATEWAY_LOG_BYTES: f64 = 300.0;
/// Seconds in a month of 365 / 12 days.
const MONTH: f64 = 2_628_000.0;
/// API Gateway's limit for a body, 10 MB, in the 512 KB that it charges as one request.
const PARTS_OF_GATEWAYS_BODY: f64 = 20.0;
/// Lambda's limit for an event, 6 MB, in the same unit.
const PARTS_OF_LAMBDAS_BODY: f64 = 12.0;

/// A row of the table of costs.
struct CostRow {
    request: &'static str,
    status: u16,
    invocations: usize,
    first: Vec<String>,
    later: Vec<String>,
    log_bytes: usize,
}

impl CostRow {
    /// The row as documented, with this number of log bytes.
    fn text(&self, log_bytes: usize) -> String {
        let Self {
            request,
            status,
            invocations,
            ..
        } = self;
        let (first, later) = (listed(&self.first), listed(&self.later));
        let dollars = self.dollars(log_bytes);
        format!(
            "| {request} | {status} | {invocations} | {first} | {later} | {log_bytes} | ${dollars:.2} |"
        )
    }

    /// Dollars for a million later requests.
    fn dollars(&self, log_bytes: usize) -> f64 {
        let mut dollars = price("HTTP API request");
        if self.invocations > 0 {
            dollars += price("Lambda invocation") + price("Lambda duration, 10 ms");
        }
        dollars += self.later.iter().map(|call| price(call)).sum::<f64>();
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let kilobytes = log_bytes as f64 / 1_000.0;
        dollars + kilobytes * price("log, 1,000 bytes")
    }
}

fn listed(calls: &[String]) -> String {
    let calls: Vec<_> = calls.iter().map(|call| format!("`{call}`")).collect();
    if calls.is_empty() {
        "none".to_owned()
    } else {
        calls.join(", ")
    }
}

/// A stack whose AWS calls are recorded.
struct Stage {
    latchkey: Latchkey,
    service: Service,
    calls: Arc<Mutex<Vec<String>>>,
}

impl Stage {
    async fn start() -> Self {
        let calls = Arc::new(Mutex::new(Vec::new()));
        let seen = calls.clone();
        let (latchkey, service) = Latchkey::start_with(|options| {
            options.observer = Some(Arc::new(move |_, call| {
                let operation = call.action.split(':').next_back().unwrap_or_default();
                let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
                seen.push(operation.to_owned());
            }));
        })
        .await;
        Self {
            latchkey,
            service,
            calls,
        }
    }

    /// The calls since the last time.
    fn take(&self) -> Vec<String> {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let mut calls = std::mem::take(&mut *calls);
        // Parallel calls have no order.
        calls.sort();
        calls
    }

    /// Sends a request twice to an instance that has had no request before.
    async fn measure(&self, request: &StrangersRequest) -> CostRow {
        let lines = &self.latchkey.lines;
        let instance = self.latchkey.instance().await;
        self.take();
        let first_status = request.send(&instance).await;
        let first = self.take();
        let _ = lines.take();
        let status = request.send(&instance).await;
        assert_eq!(first_status, status, "{}", request.name);
        let lines = lines.take();
        let line = lines.iter().map(|line| line.to_string().len());
        CostRow {
            request: request.name,
            status,
            invocations: lines.len(),
            first,
            later: self.take(),
            log_bytes: line.sum::<usize>() + OTHER_LOG_BYTES,
        }
    }

    async fn rows(&self) -> Vec<CostRow> {
        let mut rows = Vec::new();
        for request in requests(&self.latchkey, &self.service).await {
            rows.push(self.measure(&request).await);
        }
        rows
    }
}

#[tokio::test]
async fn the_documented_costs_are_those_of_the_calls() {
    let rows = Stage::start().await.rows().await;
    for row in &rows {
        println!("{}", row.text((row.log_bytes + 20).next_multiple_of(100)));
    }
    for row in &rows {
        let documented = documented(row.request);
        let log_bytes = documented.get(5).unwrap().parse().unwrap();
        // An upper bound, because the number of digits in a line varies.
        assert!(
            (row.log_bytes..row.log_bytes + 250).contains(&log_bytes),
            "{}: {} log bytes",
            row.request,
            row.log_bytes
        );
        assert_eq!(
            format!("| {} |", documented.join(" | ")),
            row.text(log_bytes)
        );
    }
}

#[tokio::test]
async fn only_an_issued_token_makes_the_service_write() {
    let stage = Stage::start().await;
    let client = stage.service.new_client(json!({})).await.credentials;
    let token = StrangersRequest::token("a token", "POST", &client);
    let mut rows = stage.rows().await;
    rows.push(stage.measure(&token).await);
    for row in rows {
        let reads = ["GetItem", "Query", "GetSecretValue"];
        let mut calls = row.first.iter().chain(&row.later);
        let writes = calls.any(|call| !reads.contains(&call.as_str()));
        assert_eq!(writes, row.request == token.name, "{}", row.request);
    }
}

/// The cost of a flood at a limit: dollars a million requests, and a month.
struct Flood {
    million: f64,
    month: f64,
}

impl Flood {
    fn new(million: f64, rate: u32) -> Self {
        // Rounded as in the table, so that readers can check its sums.
        let million = (million * 100.0).round() / 100.0;
        let month = (million * f64::from(rate) * MONTH / 1_000_000.0).round();
        Self { million, month }
    }
}

/// The dearest of these documented requests, with small and with the largest bodies.
fn dearest(routes: impl Fn(&str) -> bool, rows: &[CostRow], rate: u32) -> [Flood; 2] {
    let part = price("HTTP API request");
    let documented = |name| number(documented(name).last().unwrap());
    let rows = rows.iter().filter(|row| routes(row.request));
    let small = rows.map(|row| documented(row.request)).fold(0.0, f64::max);
    // API Gateway itself refuses bodies that are too large for Lambda.
    let log = GATEWAY_LOG_BYTES / 1_000.0 * price("log, 1,000 bytes");
    let refused = PARTS_OF_GATEWAYS_BODY * part + log;
    let accepted = small + (PARTS_OF_LAMBDAS_BODY - 1.0) * part;
    [small, accepted.max(refused)].map(|million| Flood::new(million, rate))
}

#[tokio::test]
async fn the_documented_floods_cost_what_the_default_limits_admit() {
    let rows = Stage::start().await.rows().await;
    let token = |name: &str| name.contains("POST /oauth/token");
    let key_set = |name: &str| name.contains("jwks.json");
    let no_route = |name: &str| {
        ["`PUT", "`OPTIONS", "/unknown"]
            .iter()
            .any(|one| name.contains(one))
    };
    let other = |name: &str| !token(name) && !key_set(name) && !no_route(name);
    let tokens = default_number("TokenRequestsPerSecond");
    let others = default_number("RequestsPerSecond");
    let limited = [
        ("token endpoint", tokens, dearest(token, &rows, tokens)),
        ("key set", others, dearest(key_set, &rows, others)),
        (
            "requests without a route",
            others,
            dearest(no_route, &rows, others),
        ),
        ("all other routes", others, dearest(other, &rows, others)),
    ];
    let [small, large] = [0, 1].map(|size: usize| {
        let months = limited.iter().filter_map(|(_, _, flood)| flood.get(size));
        months.map(|flood| flood.month).sum::<f64>()
    });
    let rate = tokens + 3 * others;
    let mut expected = vec![format!(
        "| together | {rate} | | ${small:.0} | | ${large:.0} |"
    )];
    for (limit, rate, [small, large]) in limited {
        let Flood { million, month } = small;
        expected.push(format!(
            "| {limit} | {rate} | ${million:.2} | ${month:.0} | ${:.2} | ${:.0} |",
            large.million, large.month
        ));
    }
    for row in expected {
        println!("{row}");
        let first = row.trim_matches('|').split('|').next().unwrap().trim();
        let found = format!("| {} |", documented(first).join(" | "));
        // An empty cell joins to two spaces.
        assert_eq!(found.replace(',', "").replace("|  |", "| |"), row);
    }
    let [small, large] = [small, large].map(|month| (month * 12.0 * 3_600.0 / MONTH).round());
    assert_says(&format!(
        "In 12 hours, a flood costs up to ${small} at the default limits, and ${large} with bodies of 10 MB."
    ));
}

/// AWS does not document whether these routes share one limit.
#[test]
fn the_documented_number_of_routes_without_their_own_limit_is_that_of_the_template() {
    let functions = local::Template::built_in().unwrap().functions;
    let routes: usize = functions.iter().map(|function| function.routes.len()).sum();
    let template = template();
    let limited = at(&template, "Resources/Api/Properties/RouteSettings");
    let shared = routes - limited.as_mapping().unwrap().len();
    assert_says(&format!("each of the {shared} routes has it"));
}
