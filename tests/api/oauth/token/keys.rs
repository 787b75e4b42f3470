//! The reads of the signing keys while Secrets Manager fails: their number is limited for any
//! requests, and they are no reason to refuse a request differently.

use local::Stack;
use reqwest::Response;
use serde_json::json;
use tests::aws::Break;
use tests::{Credentials, Latchkey, Service};

use super::{issued, refused};

/// The SDK's attempts at one read.
const ATTEMPTS: usize = 3;
/// How old keys may be and still sign, in seconds.
const FRESH: u64 = 300;
/// The bounds of the pauses after the first failed reads, in seconds.
const PAUSES: [(u64, u64); 7] = [
    (2, 2),
    (3, 4),
    (5, 8),
    (9, 16),
    (17, 32),
    (17, 32),
    (17, 32),
];

/// A cold instance whose Secrets Manager fails, and a client.
async fn outage() -> (Latchkey, Service, Credentials) {
    let (latchkey, service) = Latchkey::start().await;
    let client = service.new_client(json!({})).await.credentials;
    let instance = latchkey.instance().await;
    fail(&instance);
    (latchkey, instance, client)
}

/// A warm instance whose keys are stale and whose Secrets Manager fails, and a client.
async fn outage_when_stale() -> (Latchkey, Service, Credentials) {
    let (latchkey, instance, client) = outage().await;
    instance.aws.recover();
    issued(instance.token(&client).await).await;
    latchkey.clock.advance(FRESH);
    fail(&instance);
    (latchkey, instance, client)
}

fn fail(instance: &Service) {
    instance.aws.calls();
    instance
        .aws
        .break_always("GetSecretValue", Break::InternalError);
}

/// The calls since the last time: those to read the keys, and the others.
fn calls(instance: &Service) -> (usize, Vec<String>) {
    let (reads, others): (Vec<_>, _) = instance
        .aws
        .calls()
        .into_iter()
        .partition(|call| call == "GetSecretValue");
    (reads.len(), others)
}

async fn unavailable(response: Response) {
    refused(response, 503, "temporarily_unavailable").await;
}

/// Requests of strangers: a false secret, and an unknown client.
async fn strangers_are_refused(instance: &Service, client: &Credentials) {
    let (id, secret) = (client.id.clone(), instance.bootstrap.secret.clone());
    let unknown = "0".repeat(32);
    for id in [id, unknown] {
        let secret = secret.clone();
        let response = instance.token(&Credentials { id, secret }).await;
        refused(response, 401, "invalid_client").await;
    }
}

#[tokio::test]
async fn false_credentials_get_401_on_a_cold_instance_and_cause_one_read() {
    let (latchkey, instance, client) = outage().await;
    strangers_are_refused(&instance, &client).await;
    assert_eq!(calls(&instance), (ATTEMPTS, vec!["Query".to_owned(); 2]));
    for _ in 0..5 {
        latchkey.clock.advance(60);
        strangers_are_refused(&instance, &client).await;
    }
    assert_eq!(calls(&instance), (0, vec!["Query".to_owned(); 10]));
}

#[tokio::test]
async fn false_credentials_get_401_on_a_warm_instance_and_cause_no_read() {
    let (latchkey, instance, client) = outage_when_stale().await;
    unavailable(instance.token(&client).await).await;
    assert_eq!(calls(&instance).0, ATTEMPTS);
    for _ in 0..5 {
        strangers_are_refused(&instance, &client).await;
        latchkey.clock.advance(60);
    }
    assert_eq!(calls(&instance), (0, vec!["Query".to_owned(); 10]));
}

/// The instance has cached the client with its former secret.
#[tokio::test]
async fn a_rotated_secret_gets_401_on_a_warm_instance() {
    for has_failed in [false, true] {
        let (latchkey, service) = Latchkey::start().await;
        let client = service.new_client(json!({})).await;
        let instance = latchkey.instance().await;
        issued(instance.token(&client.credentials).await).await;
        latchkey.clock.advance(FRESH);
        fail(&instance);
        if has_failed {
            unavailable(instance.token(&client.credentials).await).await;
        }
        service.rotate(&service.admin_token().await, &client).await;
        let response = instance.token(&client.credentials).await;
        refused(response, 401, "invalid_client").await;
    }
}

#[tokio::test]
async fn after_a_failed_read_the_next_one_waits_longer_each_time() {
    let (latchkey, instance, client) = outage().await;
    strangers_are_refused(&instance, &client).await;
    assert_eq!(calls(&instance).0, ATTEMPTS);
    for (least, most) in PAUSES {
        let mut pause = 0;
        let reads = loop {
            unavailable(instance.token(&client).await).await;
            strangers_are_refused(&instance, &client).await;
            match calls(&instance).0 {
                0 => pause += 1,
                reads => break reads,
            }
            latchkey.clock.advance(1);
        };
        assert_eq!(reads, ATTEMPTS);
        assert!(
            (least..=most).contains(&pause),
            "{pause}: {least} to {most}"
        );
    }
}

#[tokio::test]
async fn no_token_is_counted_while_the_next_read_waits() {
    let (latchkey, instance, client) = outage_when_stale().await;
    unavailable(instance.token(&client).await).await;
    // In parallel with the read: the instance did not know yet that it would fail.
    assert_eq!(calls(&instance), (ATTEMPTS, vec!["UpdateItem".to_owned()]));
    for reads in [0, ATTEMPTS, 0] {
        unavailable(instance.token(&client).await).await;
        // The client is read again: its secret might have been rotated.
        assert_eq!(calls(&instance), (reads, vec!["Query".to_owned()]));
        latchkey.clock.advance(1 + u64::from(reads == 0));
    }
}

#[tokio::test]
async fn the_first_request_after_the_pause_gets_a_token_when_secrets_manager_has_recovered() {
    let (latchkey, instance, client) = outage().await;
    unavailable(instance.token(&client).await).await;
    instance.aws.recover();
    calls(&instance);
    unavailable(instance.token(&client).await).await;
    latchkey.clock.advance(PAUSES[0].1);
    issued(instance.token(&client).await).await;
    assert_eq!(calls(&instance).0, 1);
    // The next failure is the first again.
    latchkey.clock.advance(FRESH);
    fail(&instance);
    unavailable(instance.token(&client).await).await;
    instance.aws.recover();
    latchkey.clock.advance(PAUSES[0].1);
    issued(instance.token(&client).await).await;
}

#[tokio::test]
async fn fresh_keys_sign_while_secrets_manager_fails() {
    let (latchkey, instance, client) = outage().await;
    instance.aws.recover();
    issued(instance.token(&client).await).await;
    fail(&instance);
    latchkey.clock.advance(FRESH - 1);
    strangers_are_refused(&instance, &client).await;
    issued(instance.token(&client).await).await;
    assert_eq!(calls(&instance).0, 0);
}

#[tokio::test]
async fn a_missing_key_is_looked_up_no_more_often_than_a_failing_one() {
    let (latchkey, _service) = Latchkey::start().await;
    let instance = latchkey.instance().await;
    let emptied = json!({
        "SecretId": Stack::SIGNING_KEYS, "SecretString": r#"{"keys":[]}"#,
        "ClientRequestToken": "00000000-0000-0000-0000-000000000009",
    });
    let client = instance.bootstrap.clone();
    latchkey
        .ask_secrets_manager("PutSecretValue", &emptied)
        .unwrap();
    for reads in [1, 0, 0] {
        unavailable(instance.token(&client).await).await;
        assert_eq!(calls(&instance).0, reads);
    }
    latchkey.clock.advance(PAUSES[0].1);
    unavailable(instance.token(&client).await).await;
    assert_eq!(calls(&instance).0, 1);
}

#[tokio::test]
async fn concurrent_requests_to_a_cold_instance_share_one_read() {
    let (_latchkey, instance, client) = outage().await;
    let request = || instance.token(&client);
    let (one, other, third) = tokio::join!(request(), request(), request());
    for response in [one, other, third] {
        unavailable(response).await;
    }
    assert_eq!(calls(&instance).0, ATTEMPTS);
}

/// The key set comes from the table, so requests for it cause no read of the private keys.
#[tokio::test]
async fn the_public_metadata_never_needs_secrets_manager() {
    let (_latchkey, instance, _client) = outage().await;
    for path in [
        "jwks.json",
        "oauth-authorization-server",
        "openid-configuration",
    ] {
        let path = format!("/.well-known/{path}");
        for _ in 0..3 {
            let response = instance.request("GET", &path).send().await.unwrap();
            assert_eq!(response.status(), 200);
        }
    }
    assert_eq!(calls(&instance), (0, vec!["GetItem".to_owned(); 3]));
}
