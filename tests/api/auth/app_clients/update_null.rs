//! `null` in `PATCH /auth/app-clients/{id}`: it clears an attribute that has a default to return to.

use serde_json::{Value, json};
use tests::{Client, Latchkey, api_error, body};

use crate::auth::{Api, pointer, refused};

async fn described(api: &Api) -> Client {
    let attributes = json!({
        "description": "Why", "status": "disabled", "accessTokenLifetime": 61, "tokenQuota": 3
    });
    api.client_with("Builder Admin", attributes).await
}

/// Clears one attribute, and asserts that only it and `updatedAt` change.
async fn clears(name: &str, default: Value) {
    let api = Api::start().await;
    let client = described(&api).await;
    let mut expected = api.shown(&client.id).await;
    assert_ne!(expected["attributes"][name], default);
    let response = api.patch(&client.id, json!({ name: null })).await;
    assert_eq!(response.status(), 200);
    let found = body(response).await["data"].take();
    expected["attributes"][name] = default;
    expected["attributes"]["updatedAt"] = found["attributes"]["updatedAt"].clone();
    assert_eq!(found, expected);
    assert_eq!(api.shown(&client.id).await, expected);
}

#[tokio::test]
async fn null_empties_the_description() {
    clears("description", json!("")).await;
}

#[tokio::test]
async fn null_returns_the_lifetime_to_an_hour() {
    clears("accessTokenLifetime", json!(3_600)).await;
}

#[tokio::test]
async fn null_returns_the_quota_to_the_default() {
    clears("tokenQuota", json!(200)).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "chooses a parameter")]
async fn the_default_quota_is_that_of_the_deployment_and_applies_at_once() {
    let (_latchkey, service) =
        Latchkey::start_with(|options| options.parameters.set("TokenQuota", 2)).await;
    let admin = service.admin_token().await;
    let client = service
        .create_client(&admin, "Patient", json!({ "tokenQuota": 9 }))
        .await;
    let cleared = json!({ "tokenQuota": null });
    let response = service.patch(&admin, &client.id, cleared).await;
    let shown = body(response).await;
    assert_eq!(shown["data"]["attributes"]["tokenQuota"], 2);
    for status in [200, 200, 429] {
        assert_eq!(service.token(&client.credentials).await.status(), status);
    }
}

/// Asserts that null is refused with this reason, and changes nothing.
async fn is_refused(name: &str, reason: &str) {
    let api = Api::start().await;
    let client = described(&api).await;
    let before = api.shown(&client.id).await;
    // The valid attribute is not changed either.
    let document = json!({ name: null, "description": "Other" });
    let response = api.patch(&client.id, document).await;
    assert_eq!(response.status(), 422);
    let error = api_error(response).await;
    assert_eq!(error["code"], "invalid_value");
    assert_eq!(
        error["source"],
        pointer(&format!("/data/attributes/{name}"))
    );
    assert_eq!(
        error["detail"],
        format!("{name} must not be null: {reason}.")
    );
    assert_eq!(api.shown(&client.id).await, before);
}

#[tokio::test]
async fn the_name_must_not_be_null() {
    is_refused("name", "it is required").await;
}

/// A client is enabled only by name.
#[tokio::test]
async fn the_status_must_not_be_null() {
    is_refused("status", "name its new value").await;
}

#[tokio::test]
async fn the_client_type_and_the_user_type_must_not_be_null() {
    is_refused("type", "it is fixed").await;
    is_refused("userType", "it is fixed").await;
}

#[tokio::test]
async fn a_read_only_attribute_must_not_be_null() {
    let api = Api::start().await;
    let client = described(&api).await;
    for name in ["clientId", "createdAt", "clientSecret"] {
        let response = api.patch(&client.id, json!({ name: null })).await;
        let source = pointer(&format!("/data/attributes/{name}"));
        refused(response, 403, "read_only", source).await;
    }
}

#[tokio::test]
async fn clearing_an_attribute_that_has_its_default_changes_nothing() {
    let api = Api::start().await;
    let client = api.client().await;
    let before = api.get(&crate::auth::client_path(&client.id)).await;
    let tag = before.headers()["etag"].clone();
    let cleared = json!({ "description": null, "accessTokenLifetime": null, "tokenQuota": null });
    let response = api.patch(&client.id, cleared).await;
    assert_eq!(response.headers()["etag"], tag);
    assert_eq!(body(response).await, body(before).await);
}
