//! The day of last use of each secret, in the client's gate; and what the log and the metrics say about
//! secrets that end soon.

use std::sync::Arc;

use serde_json::{Value, json};
use tests::{BEGIN, Client, Credentials, Latchkey, Service};
use tokio::task::JoinSet;

use super::issued;

const DAY: u64 = 86_400;
const TODAY: u64 = BEGIN / DAY;
/// The seconds from the start of a test to midnight.
const TO_MIDNIGHT: u64 = DAY - BEGIN % DAY;

async fn client(ends: &[Option<u64>]) -> (Latchkey, Service, Client, Vec<Credentials>) {
    let (latchkey, service) = Latchkey::start().await;
    let client = service.new_client(json!({})).await;
    let credentials = latchkey.table().set_secrets(&client, ends).await;
    let _ = latchkey.lines.take();
    (latchkey, service, client, credentials)
}

/// The days in the gate: of the client, of the secret in each place, and the former one.
async fn days(latchkey: &Latchkey, client: &Client) -> [Option<u64>; 4] {
    let gate = latchkey.table().find(&client.id, "GATE").await.unwrap();
    let day = |name: &str| gate[name]["N"].as_str().map(|day| day.parse().unwrap());
    ["used_on", "used_1", "used_2", "used_before"].map(day)
}

/// The ids of the client's secrets, oldest first.
async fn ids(latchkey: &Latchkey, client: &Client) -> Vec<String> {
    let record = latchkey.table().record(&client.id).await;
    let secrets = record["secrets"]["L"].as_array().unwrap().iter();
    secrets.map(|it| tests::text(&it["M"]["id"]["S"])).collect()
}

/// Of the lines since the last call: the number with the metric, and the secrets that they name.
fn ending(latchkey: &Latchkey) -> (usize, Vec<String>) {
    let lines = latchkey.lines.take();
    let lines = lines.iter().filter(|line| line["outcome"] == "issued");
    let counted = lines
        .clone()
        .filter(|line| line["SecretsEndingSoon"] == json!(1.0));
    let named = lines.clone().filter_map(|line| line.get("secret_id"));
    let named = named.map(tests::text).collect();
    (counted.count(), named)
}

#[tokio::test]
async fn each_token_records_the_day_for_the_client_and_for_its_secret() {
    let (latchkey, service, client, credentials) = client(&[None, None]).await;
    assert_eq!(days(&latchkey, &client).await, [None; 4]);
    issued(service.token(&credentials[1]).await).await;
    let today = Some(TODAY);
    let expected = [today, None, today, None];
    assert_eq!(days(&latchkey, &client).await, expected);
    latchkey.clock.advance(TO_MIDNIGHT - 1);
    issued(service.token(&credentials[0]).await).await;
    let expected = [today, today, today, None];
    assert_eq!(days(&latchkey, &client).await, expected);
    latchkey.clock.advance(1);
    issued(service.token(&credentials[0]).await).await;
    let tomorrow = Some(TODAY + 1);
    let expected = [tomorrow, tomorrow, today, None];
    assert_eq!(days(&latchkey, &client).await, expected);
}

/// Both instances count in the bucket that the first one has reached.
#[tokio::test]
async fn the_day_does_not_go_back_where_clocks_are_apart_at_midnight() {
    let (latchkey, service, client, credentials) = client(&[Some(BEGIN + 3 * DAY), None]).await;
    let clock = tests::TestClock::at(BEGIN + TO_MIDNIGHT);
    let ahead = latchkey.instance_with_clock(&clock).await;
    latchkey.clock.advance(TO_MIDNIGHT - 30);
    issued(service.token(&credentials[0]).await).await;
    assert_eq!(days(&latchkey, &client).await[1], Some(TODAY));
    for instance in [&ahead, &service, &ahead, &service] {
        issued(instance.token(&credentials[0]).await).await;
        let days = days(&latchkey, &client).await;
        assert_eq!([days[0], days[1]], [Some(TODAY + 1); 2]);
    }
    let (counted, named) = ending(&latchkey);
    assert_eq!((counted, named.len()), (5, 2), "one line for each day");
}

#[tokio::test]
async fn a_new_secret_does_not_show_the_use_of_its_predecessor() {
    let (latchkey, service, client, credentials) = client(&[None, None]).await;
    for credentials in &credentials {
        issued(service.token(credentials).await).await;
    }
    let token = service.admin_token().await;
    let rotated = service.rotate(&token, &client).await;
    let today = Some(TODAY);
    assert_eq!(days(&latchkey, &client).await, [today, None, None, None]);
    issued(service.token(&rotated).await).await;
    assert_eq!(days(&latchkey, &client).await, [today, today, None, None]);
}

#[tokio::test]
async fn every_token_for_a_secret_that_ends_within_14_days_is_counted() {
    for (end, expected) in [
        (Some(BEGIN + 14 * DAY), 1),
        (Some(BEGIN + 1), 1),
        (Some(BEGIN + 14 * DAY + 1), 0),
        (None, 0),
    ] {
        let (latchkey, service, client, credentials) = client(&[end]).await;
        for _ in 0..2 {
            issued(service.token(&credentials[0]).await).await;
            let line = latchkey.lines.take_one();
            let is_counted = line["SecretsEndingSoon"] == json!(1.0);
            assert_eq!(is_counted, expected == 1, "{end:?}");
        }
        let before = days(&latchkey, &client).await[3];
        assert_eq!(before.is_some(), expected == 1, "others pay nothing");
    }
}

#[tokio::test]
async fn a_refused_request_is_not_counted() {
    let (latchkey, service, _, credentials) = client(&[Some(BEGIN + DAY)]).await;
    let mut scoped = credentials[0].clone();
    scoped.secret += "&scope=unknown";
    assert_eq!(service.token(&scoped).await.status(), 400);
    let line = latchkey.lines.take_one();
    assert!(line.get("SecretsEndingSoon").is_none(), "{line}");
    assert!(line.get("secret_id").is_none(), "{line}");
}

#[tokio::test]
async fn the_log_names_each_secret_that_ends_soon_once_a_day() {
    let ends = [Some(BEGIN + 10 * DAY), Some(BEGIN + 9 * DAY)];
    let (latchkey, service, client, credentials) = client(&ends).await;
    let other = latchkey.instance().await;
    let ids = ids(&latchkey, &client).await;
    for _ in 0..2 {
        for (instance, secret) in [(&service, 0), (&other, 0), (&other, 1), (&service, 1)] {
            issued(instance.token(&credentials[secret]).await).await;
        }
        let lines = latchkey.lines.take();
        let named: Vec<_> = lines
            .iter()
            .map(|line| (line.get("secret_id"), line.get("secret_expires_at")))
            .collect();
        let [first, second] = [0, 1].map(|place| {
            let end = Value::from(ends[place].unwrap());
            (Some(Value::from(ids[place].as_str())), Some(end))
        });
        let [first, second] = [&first, &second].map(|(id, end)| (id.as_ref(), end.as_ref()));
        assert_eq!(named, [first, (None, None), second, (None, None)]);
        latchkey.clock.advance(DAY);
    }
}

#[tokio::test]
async fn of_many_tokens_at_once_on_two_instances_one_line_names_the_secret() {
    let (latchkey, service, client, credentials) = client(&[Some(BEGIN + DAY), None]).await;
    let other = latchkey.instance().await;
    let (service, other) = (Arc::new(service), Arc::new(other));
    let mut requests = JoinSet::new();
    for number in 0..20 {
        let instance = Arc::clone(if number % 2 == 0 { &service } else { &other });
        let credentials = credentials[0].clone();
        requests.spawn(async move { instance.token(&credentials).await.status() });
    }
    for status in requests.join_all().await {
        assert_eq!(status, 200);
    }
    let (counted, named) = ending(&latchkey);
    assert_eq!(counted, 20);
    assert_eq!(named, ids(&latchkey, &client).await[..1]);
}

/// An attribute that cannot be read costs no token.
#[tokio::test]
async fn a_day_that_cannot_be_read_is_replaced() {
    let (latchkey, service, client, credentials) = client(&[Some(BEGIN + DAY)]).await;
    let mut gate = latchkey.table().find(&client.id, "GATE").await.unwrap();
    gate["used_1"] = json!({ "S": "today" });
    latchkey.table().put(&gate).await;
    for expected in [1, 0] {
        issued(service.token(&credentials[0]).await).await;
        assert_eq!(ending(&latchkey).1.len(), expected);
    }
}
