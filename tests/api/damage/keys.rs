//! Keys that cannot be read.

use serde_json::{Value, json};
use shared::store::Store;
use tests::{Latchkey, Service, api_error, body, oauth_error};

use super::is_a_server_error;

const GARBAGE: &str = "{\"keys\":\"what is damaged\"}";

/// A deployment whose published key set cannot be read.
async fn with_an_unreadable_key_set() -> (Latchkey, Service, String) {
    let (latchkey, service) = Latchkey::start().await;
    let token = service.admin_token().await;
    let store = Store::new(&latchkey.environment("bootstrap")).unwrap();
    let former = store.find_key_set().await.unwrap();
    let written = store.replace_key_set(former.as_deref(), GARBAGE).await;
    assert!(written.unwrap());
    (latchkey, service, token)
}

#[tokio::test]
async fn an_unreadable_key_set_is_a_500_at_the_jwks_endpoint() {
    let (latchkey, service, _) = with_an_unreadable_key_set().await;
    let request = service.request("GET", "/.well-known/jwks.json");
    let response = request.send().await.unwrap();
    is_a_server_error(&latchkey, &response);
    let error = body(response).await;
    assert_eq!(error["error"], "server_error");
    assert!(!error.to_string().contains("damaged"), "{error}");
}

#[tokio::test]
async fn an_unreadable_key_set_is_a_500_in_the_management_api() {
    let (latchkey, service, token) = with_an_unreadable_key_set().await;
    let response = service.manage(&token, "GET", "/auth/roles", None).await;
    is_a_server_error(&latchkey, &response);
    let error = api_error(response).await;
    assert_eq!(error["code"], "server_error");
    assert!(!error.to_string().contains("damaged"), "{error}");
}

#[tokio::test]
async fn unreadable_signing_keys_are_a_500_at_the_token_endpoint() {
    let (latchkey, service) = Latchkey::start().await;
    let put: Value = json!({
        "SecretId": "latchkey/signing-keys", "SecretString": GARBAGE,
        "ClientRequestToken": "00000000-0000-0000-0000-000000000009",
    });
    latchkey
        .ask_secrets_manager("PutSecretValue", &put)
        .unwrap();
    let response = service.token(&service.bootstrap).await;
    is_a_server_error(&latchkey, &response);
    assert_eq!(oauth_error(response).await, "server_error");
}
