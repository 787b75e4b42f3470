//! Compares `docs/floods.md` with the calls of the local service: what a stranger's requests cost.
#![expect(
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "tests panic on failure; the printed rows can be copied into the documentation"
)]

use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use tests::{Credentials, Latchkey, Service};

use crate::template::default_number;

const FLOODS: &str = include_str!("../../docs/floods.md");

/// The log bytes besides the function's line: API Gateway's line, Lambda's three, the IDs that are
/// shorter locally, and the 26 bytes that CloudWatch Logs adds to each line.
const OTHER_LOG_BYTES: usize = 650;
/// The log bytes of a request that reaches no function.
const GATEWAY_LOG_BYTES: usize = 250;
/// Seconds in a month of 365 / 12 days.
const MONTH: f64 = 2_628_000.0;

/// A request that needs no valid credentials, or those of one client.
struct StrangersRequest {
    /// The first column of its row.
    name: &'static str,
    method: &'static str,
    path: &'static str,
    bearer: Option<String>,
    form: Option<String>,
}

impl StrangersRequest {
    fn get(name: &'static str, path: &'static str, bearer: Option<String>) -> Self {
        Self {
            name,
            method: "GET",
            path,
            bearer,
            form: None,
        }
    }

    fn token(name: &'static str, method: &'static str, client: &Credentials) -> Self {
        let Credentials { id, secret } = client;
        Self {
            name,
            method,
            path: "/oauth/token",
            bearer: None,
            form: Some(format!(
                "grant_type=client_credentials&client_id={id}&client_secret={secret}"
            )),
        }
    }

    async fn send(&self, service: &Service) -> u16 {
        let mut request = service.request(self.method, self.path);
        if let Some(token) = &self.bearer {
            request = request.bearer_auth(token);
        }
        if let Some(form) = &self.form {
            request = request
                .header("content-type", "application/x-www-form-urlencoded")
                .body(form.clone());
        }
        request.send().await.unwrap().status().as_u16()
    }
}

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

/// The cells of the documented row whose first cell is this text.
fn documented(first: &str) -> Vec<&'static str> {
    let rows = FLOODS.lines().filter(|line| line.starts_with('|'));
    let mut cells = rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect());
    let found = cells.find(|cells: &Vec<_>| cells.first() == Some(&first));
    found.unwrap_or_else(|| panic!("docs/floods.md has no row for {first}"))
}

fn number(text: &str) -> f64 {
    text.replace(['$', ','], "").parse().unwrap()
}

/// The documented price of a million units.
fn price(unit: &str) -> f64 {
    let unit = match unit {
        "GetItem" | "Query" => "read unit",
        "UpdateItem" => "write unit",
        other => other,
    };
    number(documented(unit).last().unwrap())
}

/// Sends each request twice to an instance that has had no request before.
async fn rows() -> Vec<CostRow> {
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
    let requests = requests(&latchkey, &service).await;
    let take = || {
        let mut calls = calls.lock().unwrap_or_else(PoisonError::into_inner);
        let mut calls = std::mem::take(&mut *calls);
        // Parallel calls have no order.
        calls.sort();
        calls
    };
    let mut rows = Vec::new();
    for request in requests {
        let instance = latchkey.instance().await;
        take();
        request.send(&instance).await;
        let first = take();
        let _ = latchkey.lines.take();
        let status = request.send(&instance).await;
        let lines = latchkey.lines.take();
        let line = lines
            .iter()
            .map(|line| line.to_string().len())
            .sum::<usize>();
        let other = if lines.is_empty() {
            GATEWAY_LOG_BYTES
        } else {
            OTHER_LOG_BYTES
        };
        rows.push(CostRow {
            request: request.name,
            status,
            invocations: lines.len(),
            first,
            later: take(),
            log_bytes: line + other,
        });
    }
    rows
}

async fn requests(latchkey: &Latchkey, service: &Service) -> Vec<StrangersRequest> {
    let client = service.new_client(json!({})).await.credentials;
    let single = service.new_client(json!({ "tokenQuota": 1 })).await;
    let id = |id: &str| Credentials {
        id: id.to_owned(),
        ..service.bootstrap.clone()
    };
    let malformed = Credentials {
        secret: "guess".to_owned(),
        ..client.clone()
    };
    let token = service.admin_token().await;
    let (_, rest) = token.split_once('.').unwrap();
    let header = json!({ "typ": "at+jwt", "alg": "ES256", "kid": "unknown" }).to_string();
    let unknown_kid = format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header));
    // Longer than the token's lifetime and the tolerance for clocks.
    latchkey.clock.advance(3_700);
    let roles = "/auth/roles";
    vec![
        StrangersRequest::token(
            "`POST /oauth/token`, unknown ID",
            "POST",
            &id(&"0".repeat(32)),
        ),
        StrangersRequest::token(
            "`POST /oauth/token`, known ID, wrong secret",
            "POST",
            &id(&client.id),
        ),
        StrangersRequest::token("`POST /oauth/token`, malformed secret", "POST", &malformed),
        StrangersRequest::token("`PUT /oauth/token`", "PUT", &client),
        StrangersRequest::token(
            "`POST /oauth/token`, client over its quota",
            "POST",
            &single.credentials,
        ),
        StrangersRequest::get(
            "`GET /.well-known/jwks.json`",
            "/.well-known/jwks.json",
            None,
        ),
        StrangersRequest::get(
            "`GET /.well-known/oauth-authorization-server`",
            "/.well-known/oauth-authorization-server",
            None,
        ),
        StrangersRequest::get("`GET /auth/roles`, no token", roles, None),
        StrangersRequest::get(
            "`GET /auth/roles`, not a JWT",
            roles,
            Some("guess".to_owned()),
        ),
        StrangersRequest::get("`GET /auth/roles`, unknown `kid`", roles, Some(unknown_kid)),
        StrangersRequest::get("`GET /auth/roles`, expired token", roles, Some(token)),
        StrangersRequest::get("`GET /unknown`", "/unknown", None),
    ]
}

#[tokio::test]
async fn the_documented_costs_are_those_of_the_calls() {
    let rows = rows().await;
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
async fn only_a_client_with_valid_credentials_makes_the_service_write() {
    for row in rows().await {
        let reads = ["GetItem", "Query", "GetSecretValue"];
        let mut calls = row.first.iter().chain(&row.later);
        let writes = calls.any(|call| !reads.contains(&call.as_str()));
        let is_valid = row.request.ends_with("client over its quota");
        assert_eq!(writes, is_valid, "{}", row.request);
    }
}

#[tokio::test]
async fn the_documented_floods_cost_what_the_default_limits_admit() {
    let rows = rows().await;
    let dearest = |routes: &str| {
        let rows = rows.iter().filter(|row| row.request.contains(routes));
        let dollars = rows.map(|row| number(documented(row.request).last().unwrap()));
        dollars.fold(0.0, f64::max)
    };
    for (limit, parameter, dollars) in [
        (
            "token endpoint",
            "TokenRequestsPerSecond",
            dearest("/oauth/token"),
        ),
        ("key set", "RequestsPerSecond", dearest("jwks.json")),
        ("all other routes", "RequestsPerSecond", dearest("/auth/")),
    ] {
        let rate = default_number(parameter);
        let month = dollars * f64::from(rate) * MONTH / 1_000_000.0;
        let row = format!("| {limit} | {rate} | ${dollars:.2} | ${month:.0} |");
        println!("{row}");
        assert_eq!(format!("| {} |", documented(limit).join(" | ")), row);
    }
}
