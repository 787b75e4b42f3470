//! `DELETE /auth/app-clients/{id}`

use serde_json::{Value, json};

use super::{Fields, OTHER, ask, client_with_tag, current, failed};
use crate::auth::{Api, client_path, not_found};

#[tokio::test]
async fn the_expected_state_is_deleted() {
    let api = Api::start().await;
    let (client, tag) = client_with_tag(&api).await;
    let path = client_path(&client.id);
    let response = ask(&api, "DELETE", &path, &[("if-match", &tag)], None).await;
    assert_eq!(response.status(), 204);
    not_found(api.get(&path).await).await;
    assert!(!api.accepts(&client.credentials).await);
}

/// Asserts that a client stays under these fields; `field` is the one that does not hold.
async fn stays(field: &str, fields: impl Fn(&str) -> (&'static str, String)) {
    let api = Api::start().await;
    let (client, tag) = client_with_tag(&api).await;
    let path = client_path(&client.id);
    let (name, value) = fields(&tag);
    failed(
        ask(&api, "DELETE", &path, &[(name, &value)], None).await,
        field,
    )
    .await;
    assert_eq!(current(&api, &path).await, tag);
    assert!(api.accepts(&client.credentials).await);
}

#[tokio::test]
async fn another_state_is_not_deleted() {
    stays("If-Match", |_| ("if-match", OTHER.to_owned())).await;
    stays("If-Match", |tag| ("if-match", format!("W/{tag}"))).await;
}

#[tokio::test]
async fn an_unwanted_state_is_not_deleted() {
    stays("If-None-Match", |tag| ("if-none-match", tag.to_owned())).await;
    stays("If-None-Match", |_| ("if-none-match", "*".to_owned())).await;
}

#[tokio::test]
async fn a_client_that_was_changed_since_is_not_deleted() {
    let api = Api::start().await;
    let (client, seen) = client_with_tag(&api).await;
    api.patch(&client.id, json!({ "name": "Still in use" }))
        .await;
    let path = client_path(&client.id);
    failed(
        ask(&api, "DELETE", &path, &[("if-match", &seen)], None).await,
        "If-Match",
    )
    .await;
    assert!(api.accepts(&client.credentials).await);
}

#[tokio::test]
async fn a_deleted_client_is_not_found_whatever_was_expected() {
    let api = Api::start().await;
    let (client, tag) = client_with_tag(&api).await;
    let path = client_path(&client.id);
    ask(&api, "DELETE", &path, &[], None).await;
    let conditions: [Fields<'_>; 3] = [
        &[("if-match", &tag)],
        &[("if-match", "*")],
        &[("if-none-match", "*")],
    ];
    for fields in conditions {
        not_found(ask(&api, "DELETE", &path, fields, None).await).await;
    }
}

/// A client that cannot be read can be deleted; its tag, if it has one, still identifies its state.
#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "damages a client")]
async fn a_client_that_cannot_be_read_is_deleted_in_the_expected_state() {
    let api = Api::start().await;
    let (client, tag) = client_with_tag(&api).await;
    let suspended = json!({ "S": "suspended" });
    api.latchkey
        .table()
        .set(&client.id, "status", suspended)
        .await;
    let path = client_path(&client.id);
    failed(
        ask(&api, "DELETE", &path, &[("if-match", OTHER)], None).await,
        "If-Match",
    )
    .await;
    let deleted = ask(&api, "DELETE", &path, &[("if-match", &tag)], None).await;
    assert_eq!(deleted.status(), 204);
    not_found(api.get(&path).await).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "damages a client")]
async fn a_client_without_a_readable_revision_has_no_state_that_could_be_expected() {
    for damage in [json!({ "S": "x" }), json!({ "N": "1" }), Value::Null] {
        let api = Api::start().await;
        let (client, tag) = client_with_tag(&api).await;
        api.latchkey
            .table()
            .set(&client.id, "revision", damage)
            .await;
        let path = client_path(&client.id);
        for expected in [&tag, "\"x\"", "*"] {
            let response = ask(&api, "DELETE", &path, &[("if-match", expected)], None).await;
            failed(response, "If-Match").await;
        }
        let deleted = ask(&api, "DELETE", &path, &[("if-none-match", OTHER)], None).await;
        assert_eq!(deleted.status(), 204);
        not_found(api.get(&path).await).await;
    }
}
