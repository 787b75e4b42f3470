//! The check after every test finds secrets in the log.

use std::panic::{AssertUnwindSafe, catch_unwind};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tests::{Credentials, Latchkey, Service, body, text};

/// Whether the check finds `secret` in a line that contains it.
fn is_found(latchkey: Latchkey, secret: &str) -> bool {
    let line = json!({ "outcome": "done", "cause": secret });
    latchkey.lines.write(&format!("{line}\n"));
    catch_unwind(AssertUnwindSafe(|| drop(latchkey))).is_err()
}

async fn started() -> (Latchkey, Service) {
    Latchkey::start().await
}

#[tokio::test]
async fn a_client_id_is_not_a_leak() {
    let (latchkey, service) = started().await;
    service.admin_token().await;
    assert!(!is_found(latchkey, &service.bootstrap.id));
}

#[tokio::test]
async fn an_access_token_is_found() {
    let (latchkey, service) = started().await;
    let token = service.admin_token().await;
    assert!(is_found(latchkey, &token));
}

#[tokio::test]
async fn the_signature_of_an_access_token_is_found() {
    let (latchkey, service) = started().await;
    let token = service.admin_token().await;
    assert!(is_found(latchkey, token.rsplit('.').next().unwrap()));
}

#[tokio::test]
async fn the_secret_of_a_new_client_is_found() {
    let (latchkey, service) = started().await;
    let client = service.new_client(json!({})).await;
    assert!(is_found(latchkey, &client.credentials.secret));
}

#[tokio::test]
async fn a_rotated_secret_is_found() {
    let (latchkey, service) = started().await;
    let client = service.new_client(json!({})).await;
    let path = format!("/auth/app-clients/{}/rotate-secret", client.id);
    let token = service.admin_token().await;
    let response = service.manage(&token, "POST", &path, None).await;
    let secret = text(&body(response).await["data"]["attributes"]["clientSecret"]);
    assert!(is_found(latchkey, &secret));
}

#[tokio::test]
async fn an_added_secret_is_found() {
    let (latchkey, service) = started().await;
    let client = service.new_client(json!({})).await;
    let path = format!("/auth/app-clients/{}/secrets", client.id);
    let token = service.admin_token().await;
    let response = service.manage(&token, "POST", &path, None).await;
    let secret = text(&body(response).await["data"]["attributes"]["clientSecret"]);
    assert!(is_found(latchkey, &secret));
}

#[tokio::test]
async fn a_wrong_secret_of_any_format_is_found() {
    let (latchkey, service) = started().await;
    let wrong = Credentials {
        id: service.bootstrap.id.clone(),
        secret: "a-password-of-another-service".to_owned(),
    };
    assert_eq!(service.token(&wrong).await.status(), 401);
    assert!(is_found(latchkey, &wrong.secret));
}

#[tokio::test]
async fn an_assertion_is_found() {
    let (latchkey, service) = started().await;
    let form = "grant_type=client_credentials&client_assertion=an-assertion-of-some-client";
    assert_eq!(service.form("/oauth/token", form).await.status(), 401);
    assert!(is_found(latchkey, "an-assertion-of-some-client"));
}

#[tokio::test]
async fn basic_credentials_are_found_encoded_and_decoded() {
    for decoded in [false, true] {
        let (latchkey, service) = started().await;
        let secret = "a-password-of-another-service";
        let request = service.request("POST", "/oauth/token");
        let request = request.basic_auth(&service.bootstrap.id, Some(secret));
        assert_eq!(request.send().await.unwrap().status(), 400);
        let header = STANDARD.encode(format!("{}:{secret}", service.bootstrap.id));
        assert!(is_found(latchkey, if decoded { secret } else { &header }));
    }
}

#[tokio::test]
async fn a_private_key_is_found() {
    let (latchkey, _service) = started().await;
    let keys = latchkey.secret("latchkey/signing-keys").unwrap();
    let keys: Value = serde_json::from_str(&keys).unwrap();
    assert!(is_found(
        latchkey,
        keys["keys"][0]["private_key"].as_str().unwrap()
    ));
}

#[tokio::test]
async fn the_first_clients_secret_is_found() {
    let (latchkey, service) = started().await;
    assert!(is_found(latchkey, &service.bootstrap.secret));
}
