//! Clients with no secret, one or two, and secrets with an end. Stored as the service stores them;
//! how they come to be is the subject of the management API's tests.

use serde_json::json;
use shared::model::ClientSecret;
use tests::{BEGIN, Client, Credentials, Latchkey, Service};

use super::client_authentication::bytes;
use super::{issued, refused};

async fn client(ends: &[Option<u64>]) -> (Latchkey, Service, Client, Vec<Credentials>) {
    let (latchkey, service) = Latchkey::start().await;
    let client = service.new_client(json!({})).await;
    let credentials = latchkey.table().set_secrets(&client, ends).await;
    (latchkey, service, client, credentials)
}

#[tokio::test]
async fn each_of_two_secrets_gets_a_token_with_one_call() {
    let (_latchkey, service, _, credentials) = client(&[Some(BEGIN + 100), None]).await;
    for credentials in &credentials {
        issued(service.token(credentials).await).await;
    }
    for credentials in &credentials {
        service.aws.calls();
        issued(service.token(credentials).await).await;
        assert_eq!(service.aws.calls(), ["UpdateItem"]);
    }
}

#[tokio::test]
async fn a_warm_instance_refuses_a_secret_from_its_end_and_accepts_the_other() {
    let (latchkey, service, _, credentials) = client(&[Some(BEGIN + 100), None]).await;
    latchkey.clock.advance(99);
    for credentials in &credentials {
        issued(service.token(credentials).await).await;
    }
    latchkey.clock.advance(1);
    refused(service.token(&credentials[0]).await, 401, "invalid_client").await;
    issued(service.token(&credentials[1]).await).await;
}

/// Promise 5: nothing in the response tells that the secret was right once.
#[tokio::test]
async fn an_expired_secret_gets_the_bytes_of_a_wrong_one_and_only_the_log_differs() {
    let (latchkey, service, client, credentials) = client(&[Some(BEGIN), None]).await;
    let expected = bytes(service.token(&client.credentials).await).await;
    assert_eq!(expected.0, 401);
    assert_eq!(
        latchkey.lines.take().pop().unwrap()["cause"],
        "wrong_secret"
    );
    let expired = service.token(&credentials[0]).await;
    assert_eq!(bytes(expired).await, expected);
    let line = latchkey.lines.take_one();
    assert_eq!(line["cause"], "expired_secret");
    assert!(line.get("org_id").is_none(), "as for a wrong one");
    let record = latchkey.table().record(&client.id).await;
    let id = &record["secrets"]["L"][0]["M"]["id"]["S"];
    assert_eq!(&line["secret_id"], id);

    let none = latchkey.table().set_secrets(&client, &[]).await;
    assert!(none.is_empty());
    for credentials in credentials.iter().chain([&client.credentials]) {
        assert_eq!(bytes(service.token(credentials).await).await, expected);
    }
}

#[tokio::test]
async fn an_expired_secret_of_a_disabled_client_is_an_expired_one() {
    let (latchkey, service, client, credentials) = client(&[Some(BEGIN + 100), None]).await;
    latchkey.clock.advance(100);
    let token = service.admin_token().await;
    let disabled = json!({ "status": "disabled" });
    let changed = service.patch(&token, &client.id, disabled).await;
    assert_eq!(changed.status(), 200);
    let _ = latchkey.lines.take();
    for (credentials, cause) in credentials
        .iter()
        .zip(["expired_secret", "disabled_client"])
    {
        refused(service.token(credentials).await, 401, "invalid_client").await;
        assert_eq!(latchkey.lines.take_one()["cause"], cause);
    }
}

#[tokio::test]
async fn a_change_of_the_client_keeps_its_secrets_and_their_ends() {
    let (latchkey, service, client, credentials) = client(&[Some(BEGIN + 100), None]).await;
    let before = latchkey.table().record(&client.id).await;
    let token = service.admin_token().await;
    let changed = json!({ "name": "Renamed" });
    let changed = service.patch(&token, &client.id, changed).await;
    assert_eq!(changed.status(), 200);
    let after = latchkey.table().record(&client.id).await;
    assert_eq!(after["secrets"], before["secrets"]);
    // The former release would accept the secret without an end, and none else; it accepts none.
    assert!(after.get("secret").is_none());
    for credentials in &credentials {
        issued(service.token(credentials).await).await;
    }
}

#[tokio::test]
async fn a_rotation_ends_both_secrets_on_every_warm_instance() {
    let (latchkey, service, client, credentials) = client(&[Some(BEGIN + 100), None]).await;
    let other = latchkey.instance().await;
    for service in [&service, &other] {
        for credentials in &credentials {
            issued(service.token(credentials).await).await;
        }
    }
    let token = service.admin_token().await;
    let rotated = service.rotate(&token, &client).await;
    for service in [&service, &other] {
        for credentials in &credentials {
            refused(service.token(credentials).await, 401, "invalid_client").await;
        }
        issued(service.token(&rotated).await).await;
    }
}

/// As a record of release 0.1.0 that a rotation has replaced.
#[tokio::test]
async fn the_former_release_finds_the_hash_of_a_rotated_secret() {
    let (latchkey, service, client, _) = client(&[None, None]).await;
    let token = service.admin_token().await;
    let rotated = service.rotate(&token, &client).await;
    let record = latchkey.table().record(&client.id).await;
    let hash = ClientSecret::parse(&rotated.secret).unwrap().hash();
    assert_eq!(record["secret"]["S"], hash.to_stored());
    assert_eq!(record["secrets"]["L"].as_array().unwrap().len(), 1);
    assert!(record.get("expires_at").is_none(), "the table's TTL");
}

#[tokio::test]
async fn a_rotated_secret_keeps_the_validity_of_the_newest_one_in_days() {
    let day = 86_400;
    let ends = [None, Some(BEGIN + 90 * day - 1)];
    let (latchkey, service, client, _) = client(&ends).await;
    let token = service.admin_token().await;
    latchkey.clock.advance(60);
    service.rotate(&token, &client).await;
    let record = latchkey.table().record(&client.id).await;
    let secret = &record["secrets"]["L"][0]["M"];
    assert_eq!(secret["created_at"]["N"], (BEGIN + 60).to_string());
    let end = (BEGIN + 60 + 90 * day).to_string();
    assert_eq!(secret["expires_at"]["N"], end);
    assert!(record.get("expires_at").is_none(), "the table's TTL");
    assert!(record.get("secret").is_none());
}
