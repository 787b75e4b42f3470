//! The form of a key.

use serde_json::json;

use super::{Given, KEY, create, kept, made, named, refused_for_its_key, rotate, send};
use crate::auth::{Api, CLIENTS, client_path};

#[tokio::test]
async fn a_malformed_key_gets_400() {
    let api = Api::start().await;
    let document = named(&api, "Nightly import").await;
    let client = api.client().await;
    let (long, longer) = ("x".repeat(256), "x".repeat(300));
    for key in ["", " ", "a b", "a,b", "a, b", "é", "a\tb", &long, &longer] {
        for response in [
            create(&api, key, &document).await,
            rotate(&api, key, &client.id).await,
        ] {
            refused_for_its_key(response, 400, "invalid_idempotency_key").await;
        }
    }
    assert_eq!(made(&api).await, 1);
    assert!(api.accepts(&client.credentials).await);
}

/// API Gateway joins the values.
#[tokio::test]
async fn a_repeated_header_gets_400() {
    let api = Api::start().await;
    let document = named(&api, "Nightly import").await.to_string();
    for other in ["b", "a"] {
        let fields = [("idempotency-key", "a"), ("idempotency-key", other)];
        let response = send(&api, &api.admin, CLIENTS, &fields, Some(&document)).await;
        refused_for_its_key(response, 400, "invalid_idempotency_key").await;
    }
    assert_eq!(made(&api).await, 0);
}

#[tokio::test]
async fn a_key_may_have_255_visible_characters() {
    let api = Api::start().await;
    let document = named(&api, "Nightly import").await;
    for key in ["x", &"x".repeat(255), "!\"#$%&'()*+-./:;<=>?@[\\]^_`{|}~"] {
        let first = Given::of(create(&api, key, &document).await).await;
        assert!(!first.is_repeat, "{key}");
        let repeat = Given::of(create(&api, key, &document).await).await;
        assert!(repeat.is_repeat, "{key}");
        assert_eq!(repeat.data, first.data);
    }
}

/// The draft requires them. A key without them is a different key, so nothing has to be parsed.
#[tokio::test]
async fn quotation_marks_are_part_of_a_key() {
    let api = Api::start().await;
    let document = named(&api, "Nightly import").await;
    let quoted = format!("\"{KEY}\"");
    let first = Given::of(create(&api, &quoted, &document).await).await;
    assert!(
        Given::of(create(&api, &quoted, &document).await)
            .await
            .is_repeat
    );
    let bare = Given::of(create(&api, KEY, &document).await).await;
    assert!(!bare.is_repeat);
    assert_ne!(bare.id(), first.id());
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "reads the table")]
async fn a_request_without_a_key_is_not_kept() {
    let api = Api::start().await;
    let client = api.client().await;
    api.service.rotate(&api.admin, &client).await;
    assert!(kept(&api).await.is_empty());
}

#[tokio::test]
async fn other_endpoints_ignore_a_key() {
    let api = Api::start().await;
    let client = api.client().await;
    let change = json!({ "data": { "type": "auth/app-clients", "attributes": { "name": "New" } } });
    for key in [KEY, "a b"] {
        for method in ["GET", "PATCH"] {
            let request = api.service.request(method, &client_path(&client.id));
            let request = request
                .bearer_auth(&api.admin)
                .header("idempotency-key", key)
                .header("content-type", "application/json")
                .body(change.to_string());
            assert_eq!(request.send().await.unwrap().status(), 200);
        }
    }
}
