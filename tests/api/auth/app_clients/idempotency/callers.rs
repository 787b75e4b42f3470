//! A key belongs to its caller, and a repeat is authorized like any request.

use serde_json::json;
use tests::text;

use super::{Given, KEY, create, named, rotate, rotation, send};
use crate::auth::orgs::foreign_client;
use crate::auth::{Api, CLIENTS, client_path, header, not_found, refused};

#[tokio::test]
async fn another_caller_with_the_same_key_makes_another_request() {
    let api = Api::start().await;
    let document = named(&api, "Nightly import").await;
    let first = Given::of(create(&api, KEY, &document).await).await;
    let other = api.client().await;
    let token = api.service.access_token(&other.credentials).await;
    let fields = [("idempotency-key", KEY)];
    let body = document.to_string();
    let response = send(&api, &token, CLIENTS, &fields, Some(&body)).await;
    let second = Given::of(response).await;
    assert!(!second.is_repeat);
    assert_ne!(second.id(), first.id());
    assert_ne!(second.secret(), first.secret());
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "writes to the table")]
async fn a_caller_of_another_org_learns_nothing_from_a_key() {
    let api = Api::start().await;
    let client = api.client().await;
    let first = Given::of(rotate(&api, KEY, &client.id).await).await;
    let stranger = foreign_client(&api).await;
    let token = api.service.access_token(&stranger.credentials).await;
    let fields = [("idempotency-key", KEY)];
    not_found(send(&api, &token, &rotation(&client.id), &fields, None).await).await;
    let document = named(&api, "Nightly import").await.to_string();
    let response = send(&api, &token, CLIENTS, &fields, Some(&document)).await;
    assert!(!Given::of(response).await.is_repeat);
    assert!(api.accepts(&first.credentials()).await);
}

#[tokio::test]
async fn a_repeat_by_a_caller_without_permission_gets_403() {
    let api = Api::start().await;
    let caller = api.client().await;
    let token = api.service.access_token(&caller.credentials).await;
    let document = named(&api, "Nightly import").await.to_string();
    let fields = [("idempotency-key", KEY)];
    let ask = async || send(&api, &token, CLIENTS, &fields, Some(&document)).await;
    assert_eq!(ask().await.status(), 201);
    let role = api.service.role(&api.admin, "Care Team User").await;
    let demotion = json!({ "data": {
        "type": "auth/app-clients",
        "relationships": { "auth/roles": { "data": { "type": "auth/roles", "id": role } } }
    } });
    let path = client_path(&caller.id);
    let demoted = api.ask("PATCH", &path, Some(&demotion)).await;
    assert_eq!(demoted.status(), 200);
    let source = header("Authorization");
    refused(ask().await, 403, "insufficient_scope", source).await;
}

#[tokio::test]
async fn a_repeat_by_a_disabled_or_deleted_caller_gets_401() {
    for is_deleted in [false, true] {
        let api = Api::start().await;
        let caller = api.client().await;
        let token = api.service.access_token(&caller.credentials).await;
        let document = named(&api, "Nightly import").await.to_string();
        let fields = [("idempotency-key", KEY)];
        let ask = async || send(&api, &token, CLIENTS, &fields, Some(&document)).await;
        assert_eq!(ask().await.status(), 201);
        let ended = if is_deleted {
            api.ask("DELETE", &client_path(&caller.id), None).await
        } else {
            api.patch(&caller.id, json!({ "status": "disabled" })).await
        };
        assert!(ended.status().is_success());
        let source = header("Authorization");
        refused(ask().await, 401, "invalid_token", source).await;
    }
}

#[tokio::test]
async fn a_client_that_rotates_its_own_secret_can_repeat_with_its_token() {
    let api = Api::start().await;
    let caller = api.client().await;
    let token = api.service.access_token(&caller.credentials).await;
    let fields = [("idempotency-key", KEY)];
    let ask = async || {
        let response = send(&api, &token, &rotation(&caller.id), &fields, None).await;
        Given::of(response).await
    };
    let (first, repeat) = (ask().await, ask().await);
    assert_eq!(text(&repeat.data["id"]), caller.id);
    assert_eq!(repeat.secret(), first.secret());
    assert!(api.accepts(&repeat.credentials()).await);
}
