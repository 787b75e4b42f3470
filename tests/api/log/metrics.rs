//! The metrics in a line, by the rules of CloudWatch's embedded metric format.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tests::aws::Break;
use tests::{BEGIN, Damage, Latchkey};

/// The value and unit of each metric that CloudWatch extracts from a line, by name and dimension.
fn metrics_of(line: &Value) -> BTreeMap<String, (f64, String)> {
    let aws = &line["_aws"];
    if aws.is_null() {
        return BTreeMap::new();
    }
    assert!(aws["Timestamp"].as_u64().unwrap() >= BEGIN * 1_000);
    let mut metrics = BTreeMap::new();
    for directive in aws["CloudWatchMetrics"].as_array().unwrap() {
        assert_eq!(directive["Namespace"], "Latchkey/test");
        let sets = directive["Dimensions"].as_array().unwrap();
        assert_eq!(
            sets.len(),
            1,
            "each dimension set creates a separate metric"
        );
        let dimensions = sets[0].as_array().unwrap().iter().map(|name| {
            let name = name.as_str().unwrap();
            format!("{{{name}={}}}", line[name].as_str().unwrap())
        });
        let dimensions: String = dimensions.collect();
        for metric in directive["Metrics"].as_array().unwrap() {
            let name = metric["Name"].as_str().unwrap();
            let value = line[name].as_f64().unwrap();
            let unit = metric["Unit"].as_str().unwrap().to_owned();
            let twice = metrics.insert(format!("{name}{dimensions}"), (value, unit));
            assert!(twice.is_none());
        }
    }
    metrics
}

fn names(line: &Value) -> Vec<String> {
    metrics_of(line).into_keys().collect()
}

#[tokio::test]
async fn a_token_is_counted_with_its_latency() {
    let (latchkey, service) = Latchkey::start().await;
    service.admin_token().await;
    service.admin_token().await;
    let lines = latchkey.lines.take();
    let first = metrics_of(&lines[0]);
    assert_eq!(first["TokensIssued"], (1.0, "Count".to_owned()));
    assert_eq!(first["ColdStarts"], (1.0, "Count".to_owned()));
    let (latency, unit) = &first["Latency"];
    assert_eq!(unit, "Milliseconds");
    assert_eq!(lines[0]["duration_ms"], *latency);
    latchkey.clock.advance(1);
    service.admin_token().await;
    let line = latchkey.lines.take_one();
    assert_eq!(names(&line), ["Latency", "TokensIssued"]);
}

#[tokio::test]
async fn the_age_of_the_signing_key_is_emitted_when_the_keys_are_read() {
    let (latchkey, service) = Latchkey::start().await;
    service.admin_token().await;
    latchkey.clock.advance(299);
    service.admin_token().await;
    latchkey.clock.advance(1);
    service.admin_token().await;
    let ages = latchkey.lines.take().into_iter().map(|line| {
        let age = metrics_of(&line).remove("SigningKeyAge")?;
        assert_eq!(age.1, "Seconds");
        Some(age.0)
    });
    // The first key may sign at any time, and is as old as its publication.
    let expected = [Some(0.0), None, Some(300.0)];
    assert_eq!(ages.collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn refusals_are_counted_by_error() {
    let (latchkey, service) = Latchkey::start().await;
    let client = service.new_client(json!({ "tokenQuota": 1 })).await;
    service.access_token(&client.credentials).await;
    latchkey.clock.advance(1);
    let form = |more: &str| {
        format!(
            "client_id={}&client_secret={}&{more}",
            service.bootstrap.id, service.bootstrap.secret
        )
    };
    let grant = "grant_type=client_credentials";
    for (body, error) in [
        (grant.to_owned(), "invalid_client"),
        ("a=b".to_owned(), "invalid_request"),
        (form("grant_type=password"), "unsupported_grant_type"),
        (form(&format!("{grant}&scope=a")), "invalid_scope"),
        (form(&format!("{grant}&audience=a")), "invalid_target"),
    ] {
        let _ = latchkey.lines.take();
        service.form("/oauth/token", &body).await;
        let line = latchkey.lines.take_one();
        assert_eq!(names(&line), [format!("TokensRefused{{error={error}}}")]);
    }
    assert_eq!(service.token(&client.credentials).await.status(), 429);
    let line = latchkey.lines.take_one();
    assert_eq!(names(&line), ["TokensRefused{error=too_many_requests}"]);
}

#[tokio::test]
async fn a_fault_is_counted() {
    let (latchkey, service) = Latchkey::start().await;
    service.admin_token().await;
    latchkey.clock.advance(1);
    let _ = latchkey.lines.take();
    service.aws.break_always("UpdateItem", Break::InternalError);
    assert_eq!(service.token(&service.bootstrap).await.status(), 503);
    assert_eq!(names(&latchkey.lines.take_one()), ["Faults"]);
}

#[tokio::test]
async fn a_request_for_a_damaged_client_is_counted() {
    let (latchkey, service) = Latchkey::start().await;
    let client = service.new_client(json!({})).await;
    service.access_token(&client.credentials).await;
    latchkey.clock.advance(1);
    latchkey.table().damage(&client.id, Damage::NoGate).await;
    let _ = latchkey.lines.take();
    assert_eq!(service.token(&client.credentials).await.status(), 503);
    let line = latchkey.lines.take_one();
    assert_eq!(names(&line), ["DamagedClients", "Faults"]);
}

#[tokio::test]
async fn refusals_of_the_management_api_are_not_counted() {
    let (latchkey, service) = Latchkey::start().await;
    for _ in 0..2 {
        service.manage("no", "GET", "/auth/roles", None).await;
    }
    let lines = latchkey.lines.take();
    assert_eq!(names(&lines[0]), ["ColdStarts"]);
    assert!(names(&lines[1]).is_empty() && lines[1].get("_aws").is_none());
}

#[tokio::test]
async fn without_monitoring_there_are_no_metrics() {
    let (latchkey, service) =
        Latchkey::start_with(|options| options.parameters.set("Monitoring", "off")).await;
    service.admin_token().await;
    let line = latchkey.lines.take_one();
    assert_eq!(line["outcome"], "issued");
    assert!(line.get("_aws").is_none() && line.get("TokensIssued").is_none());
}
