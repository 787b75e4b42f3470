//! The day of last use of each secret, in the client's gate.

use serde_json::json;
use tests::{BEGIN, Client, Credentials, Latchkey, Service};

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

/// The days in the gate: of the client, and of the secret in each place.
async fn days(latchkey: &Latchkey, client: &Client) -> [Option<u64>; 3] {
    let gate = latchkey.table().find(&client.id, "GATE").await.unwrap();
    let day = |name: &str| gate[name]["N"].as_str().map(|day| day.parse().unwrap());
    ["used_on", "used_1", "used_2"].map(day)
}

#[tokio::test]
async fn each_token_records_the_day_for_the_client_and_for_its_secret() {
    let (latchkey, service, client, credentials) = client(&[None, None]).await;
    assert_eq!(days(&latchkey, &client).await, [None; 3]);
    issued(service.token(&credentials[1]).await).await;
    let today = Some(TODAY);
    let expected = [today, None, today];
    assert_eq!(days(&latchkey, &client).await, expected);
    latchkey.clock.advance(TO_MIDNIGHT - 1);
    issued(service.token(&credentials[0]).await).await;
    let expected = [today; 3];
    assert_eq!(days(&latchkey, &client).await, expected);
    latchkey.clock.advance(1);
    issued(service.token(&credentials[0]).await).await;
    let tomorrow = Some(TODAY + 1);
    let expected = [tomorrow, tomorrow, today];
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
    assert_eq!(days(&latchkey, &client).await, [today, None, None]);
    issued(service.token(&rotated).await).await;
    assert_eq!(days(&latchkey, &client).await, [today, today, None]);
}
