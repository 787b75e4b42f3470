//! `POST /auth/app-clients/{id}/rotate-secret`

use tests::{Credentials, body, text};

use super::{OTHER, ask, client_with_tag, current, failed, tag};
use crate::auth::{Api, client_path};

#[tokio::test]
async fn the_secret_of_the_expected_state_is_rotated() {
    let api = Api::start().await;
    let (client, seen) = client_with_tag(&api).await;
    let path = client_path(&client.id);
    let rotate = path.clone() + "/rotate-secret";
    let response = ask(&api, "POST", &rotate, &[("if-match", &seen)], None).await;
    assert_eq!(response.status(), 200);
    let after = tag(&response);
    assert_ne!(after, seen);
    assert_eq!(after, current(&api, &path).await);
    let secret = text(&body(response).await["data"]["attributes"]["clientSecret"]);
    let id = client.credentials.id.clone();
    assert!(api.accepts(&Credentials { id, secret }).await);
    assert!(!api.accepts(&client.credentials).await);
}

/// Asserts that a secret stays under these fields; `field` is the one that does not hold.
async fn stays(field: &str, fields: impl Fn(&str) -> (&'static str, String)) {
    let api = Api::start().await;
    let (client, tag) = client_with_tag(&api).await;
    let path = client_path(&client.id);
    let rotate = path.clone() + "/rotate-secret";
    let (name, value) = fields(&tag);
    failed(
        ask(&api, "POST", &rotate, &[(name, &value)], None).await,
        field,
    )
    .await;
    assert_eq!(current(&api, &path).await, tag);
    assert!(api.accepts(&client.credentials).await);
}

#[tokio::test]
async fn the_secret_of_another_state_stays() {
    stays("If-Match", |_| ("if-match", OTHER.to_owned())).await;
    stays("If-Match", |tag| ("if-match", format!("W/{tag}"))).await;
}

#[tokio::test]
async fn the_secret_of_an_unwanted_state_stays() {
    stays("If-None-Match", |tag| ("if-none-match", tag.to_owned())).await;
    stays("If-None-Match", |_| ("if-none-match", "*".to_owned())).await;
}

#[tokio::test]
async fn the_second_of_two_rotations_of_one_state_gets_412_and_the_first_secret_works() {
    let api = Api::start().await;
    let (client, seen) = client_with_tag(&api).await;
    let rotate = client_path(&client.id) + "/rotate-secret";
    let fields = [("if-match", seen.as_str())];
    let first = ask(&api, "POST", &rotate, &fields, None).await;
    failed(ask(&api, "POST", &rotate, &fields, None).await, "If-Match").await;
    let secret = text(&body(first).await["data"]["attributes"]["clientSecret"]);
    let id = client.credentials.id.clone();
    assert!(api.accepts(&Credentials { id, secret }).await);
}
