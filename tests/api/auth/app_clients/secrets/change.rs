//! `PATCH /auth/app-clients/{id}/secrets/{secretId}`

use serde_json::{Value, json};
use tests::{BEGIN, body};

use super::{DAY, NO_SECRET, add, document, first, listed, secret_path, try_to_change};
use crate::auth::{Api, NO_CLIENT, client_path, not_found, parameter, pointer, refused};

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn the_end_of_one_secret_changes_and_the_other_secret_stays() {
    let api = Api::start().await;
    let client = api.client().await;
    let secret = first(&api, &client).await;
    let second = add(&api, &client, json!({ "expiresAt": BEGIN + 90 * DAY })).await;
    let mut expected = listed(&api, &client).await;
    api.latchkey.clock.advance(5);
    let end = json!({ "expiresAt": BEGIN + 40 * DAY });
    let response = try_to_change(&api, &client, &secret.id, end).await;
    assert_eq!(response.status(), 200);
    expected[0]["attributes"]["expiresAt"] = json!(BEGIN + 40 * DAY);
    assert_eq!(body(response).await, json!({ "data": expected[0] }));
    assert_eq!(listed(&api, &client).await, expected);
    let shown = api.shown(&client.id).await;
    assert_eq!(shown["attributes"]["updatedAt"], BEGIN + 5);
    for secret in [&secret, &second] {
        assert!(api.accepts(&secret.credentials).await);
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn a_secret_as_it_was_shown_can_be_sent_back() {
    let api = Api::start().await;
    let client = api.client().await;
    let end = json!({ "expiresAt": BEGIN + 90 * DAY });
    let added = super::try_to_add(&api, &client, end).await;
    let added = body(added).await;
    // A day later, the end is still the one that was chosen, but nearer than a new one may be.
    api.latchkey.clock.advance(80 * DAY);
    let token = api.service.admin_token().await;
    let path = added["data"]["links"]["self"].as_str().unwrap();
    let shown = body(api.service.manage(&token, "GET", path, None).await).await;
    for sent in [&added, &shown] {
        let response = api.service.manage(&token, "PATCH", path, Some(sent)).await;
        assert_eq!(response.status(), 200);
        assert_eq!(body(response).await, shown);
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "counts AWS calls")]
async fn a_change_that_changes_nothing_writes_nothing() {
    let api = Api::start().await;
    let client = api.client().await;
    let secret = first(&api, &client).await;
    let end = json!({ "expiresAt": BEGIN + 90 * DAY });
    let response = try_to_change(&api, &client, &secret.id, end.clone()).await;
    let tag = response.headers()["etag"].clone();
    let shown = body(response).await;
    for attributes in [end, json!({})] {
        api.service.aws.calls();
        let response = try_to_change(&api, &client, &secret.id, attributes).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["etag"], tag);
        assert_eq!(body(response).await, shown);
        assert_eq!(api.service.aws.calls(), ["GetItem", "Query"]);
    }
}

#[tokio::test]
async fn a_read_only_attribute_must_have_its_value() {
    let api = Api::start().await;
    let client = api.client().await;
    let secret = first(&api, &client).await;
    for (attributes, name) in [
        (json!({ "lastFour": "abcd" }), "lastFour"),
        (json!({ "lastFour": null }), "lastFour"),
        (json!({ "createdAt": 1 }), "createdAt"),
        (json!({ "clientSecret": "my-own" }), "clientSecret"),
    ] {
        let response = try_to_change(&api, &client, &secret.id, attributes).await;
        let source = pointer(&format!("/data/attributes/{name}"));
        refused(response, 403, "read_only", source).await;
    }
    let unknown = json!({ "expiresIn": 90 });
    let response = try_to_change(&api, &client, &secret.id, unknown).await;
    let source = pointer("/data/attributes/expiresIn");
    refused(response, 400, "unknown", source).await;
    assert!(api.accepts(&client.credentials).await);
}

#[tokio::test]
async fn a_document_of_another_resource_is_refused() {
    let api = Api::start().await;
    let client = api.client().await;
    let path = secret_path(&client, &first(&api, &client).await.id);
    let with = |name: &str, value: Value| {
        let mut document = document(json!({}));
        document["data"][name] = value;
        document
    };
    for (document, status, code, place) in [
        (
            with("type", json!("auth/app-clients")),
            409,
            "wrong_resource",
            "/data/type",
        ),
        (
            with("id", json!(NO_SECRET)),
            409,
            "wrong_resource",
            "/data/id",
        ),
        (
            with("relationships", json!({ "x": {} })),
            400,
            "unknown",
            "/data/relationships/x",
        ),
    ] {
        let response = api.ask("PATCH", &path, Some(&document)).await;
        refused(response, status, code, pointer(place)).await;
    }
    // Unlike an addition and a rotation, a change says what it changes.
    let response = api.ask("PATCH", &path, None).await;
    assert_eq!(response.status(), 415);
}

#[tokio::test]
async fn an_unknown_secret_or_client_is_not_found_whatever_the_document() {
    let api = Api::start().await;
    let (client, other) = (api.client().await, api.client().await);
    let secret = first(&api, &client).await.id;
    for path in [
        secret_path(&client, NO_SECRET),
        secret_path(&client, "x"),
        secret_path(&other, &secret),
        format!("{}/secrets/{secret}", client_path(NO_CLIENT)),
    ] {
        for document in [document(json!({ "expiresAt": null })), json!([])] {
            not_found(api.ask("PATCH", &path, Some(&document)).await).await;
        }
    }
}

#[tokio::test]
async fn a_query_parameter_is_refused() {
    let api = Api::start().await;
    let client = api.client().await;
    let path = secret_path(&client, &first(&api, &client).await.id) + "?x=1";
    let response = api.ask("PATCH", &path, Some(&document(json!({})))).await;
    refused(response, 400, "invalid_parameter", parameter("x")).await;
}
