//! `PATCH /auth/app-clients/{id}`: absent members stay unchanged.

use serde_json::{Value, json};
use tests::{BEGIN, body, text};

use crate::auth::forge::part;
use crate::auth::{Api, CLIENTS, NO_CLIENT, client_path, parameter, pointer, refused};

/// Changes one attribute, and asserts that only it and `updatedAt` differ.
async fn changes(name: &str, value: Value) -> (Api, tests::Client) {
    let api = Api::start().await;
    let client = api.client().await;
    let mut expected = api.shown(&client.id).await;
    assert_ne!(expected["attributes"][name], value);
    api.latchkey.clock.advance(9);
    let response = api.patch(&client.id, json!({ name: value })).await;
    assert_eq!(response.status(), 200);
    expected["attributes"][name] = value;
    expected["attributes"]["updatedAt"] = json!(BEGIN + 9);
    assert_eq!(expected["attributes"]["createdAt"], BEGIN);
    assert_eq!(body(response).await, json!({ "data": expected }));
    assert_eq!(api.shown(&client.id).await, expected);
    (api, client)
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn only_the_name_changes() {
    let (api, client) = changes("name", json!("Other")).await;
    assert!(api.accepts(&client.credentials).await);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn only_the_description_changes() {
    changes("description", json!("Why it is there")).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn only_the_status_changes() {
    let (api, client) = changes("status", json!("disabled")).await;
    assert!(!api.accepts(&client.credentials).await);
    let enabled = api.patch(&client.id, json!({ "status": "enabled" })).await;
    assert_eq!(enabled.status(), 200);
    assert!(api.accepts(&client.credentials).await);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn only_the_lifetime_changes_and_the_next_token_has_it() {
    let (api, client) = changes("accessTokenLifetime", json!(90)).await;
    let token = body(api.service.token(&client.credentials).await).await;
    assert_eq!(token["expires_in"], 90);
    let claims = part(&text(&token["access_token"]), 1);
    assert_eq!(claims["exp"], BEGIN + 9 + 90);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn only_the_quota_changes_and_it_applies_at_once() {
    let (api, client) = changes("tokenQuota", json!(1)).await;
    assert_eq!(api.service.token(&client.credentials).await.status(), 200);
    assert_eq!(api.service.token(&client.credentials).await.status(), 429);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn a_document_without_changes_has_no_effect() {
    let api = Api::start().await;
    let attributes = json!({
        "description": "Why", "status": "disabled", "accessTokenLifetime": 61, "tokenQuota": 3
    });
    let client = api.client_with("Care Team User", attributes).await;
    let before = api.shown(&client.id).await;
    let path = client_path(&client.id);
    for document in [
        json!({ "data": { "type": "auth/app-clients", "id": client.id } }),
        json!({ "data": { "type": "auth/app-clients", "id": client.id, "attributes": {} } }),
        json!({ "data": { "type": "auth/app-clients", "id": client.id, "relationships": {} } }),
    ] {
        let response = api.ask("PATCH", &path, Some(&document)).await;
        assert_eq!(response.status(), 200);
        assert_eq!(body(response).await["data"], before);
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn a_client_can_be_sent_back_unchanged() {
    let api = Api::start().await;
    let client = api.client().await;
    let before = api.shown(&client.id).await;
    let path = client_path(&client.id);
    let document = json!({ "data": before });
    let response = api.ask("PATCH", &path, Some(&document)).await;
    assert_eq!(response.status(), 200);
    assert_eq!(body(response).await, document);
}

/// Sends a read-only attribute unchanged, which is accepted, and then with other values.
async fn is_read_only(name: &str, others: &[Value]) {
    let api = Api::start().await;
    let client = api.client().await;
    let before = api.shown(&client.id).await;
    let same = api.patch(&client.id, json!({ name: before["attributes"][name] }));
    assert_eq!(same.await.status(), 200);
    for other in others {
        let response = api.patch(&client.id, json!({ name: other })).await;
        let source = pointer(&format!("/data/attributes/{name}"));
        refused(response, 403, "read_only", source).await;
    }
    assert_eq!(api.shown(&client.id).await, before);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn the_client_id_cannot_be_changed() {
    is_read_only("clientId", &[json!("0".repeat(32)), json!(null)]).await;
}

#[tokio::test]
async fn the_client_id_may_be_sent_back_in_any_spelling() {
    let api = Api::start().await;
    let client = api.client().await;
    let id = &client.credentials.id;
    for spelling in [id.to_uppercase(), client.id.clone()] {
        let response = api.patch(&client.id, json!({ "clientId": spelling })).await;
        assert_eq!(response.status(), 200);
        let shown = body(response).await;
        assert_eq!(shown["data"]["attributes"]["clientId"], json!(id));
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn the_time_of_creation_cannot_be_changed() {
    let others = [json!(BEGIN + 1), json!(BEGIN.to_string()), json!(null)];
    is_read_only("createdAt", &others).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn the_client_type_cannot_be_changed() {
    is_read_only("type", &[json!("single_page")]).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn the_user_type_cannot_be_changed() {
    is_read_only("userType", &[json!("patient")]).await;
}

#[tokio::test]
async fn a_document_about_another_client_is_a_conflict() {
    let api = Api::start().await;
    let (client, other) = (api.client().await, api.client().await);
    let before = api.all_clients().await;
    for id in [json!(other.id), json!(NO_CLIENT), json!("x"), json!(7)] {
        let document = json!({ "data": {
            "type": "auth/app-clients", "id": id, "attributes": { "name": "Other" }
        } });
        let path = client_path(&client.id);
        let response = api.ask("PATCH", &path, Some(&document)).await;
        refused(response, 409, "wrong_resource", pointer("/data/id")).await;
    }
    assert_eq!(api.all_clients().await, before);
}

#[tokio::test]
async fn an_id_that_is_null_or_empty_counts_as_omitted() {
    let api = Api::start().await;
    let client = api.client().await;
    for id in [json!(null), json!("")] {
        let document = json!({ "data": {
            "type": "auth/app-clients", "id": id, "attributes": { "name": "Other" }
        } });
        let path = client_path(&client.id);
        let response = api.ask("PATCH", &path, Some(&document)).await;
        assert_eq!(response.status(), 200);
        assert_eq!(body(response).await["data"]["id"], client.id);
    }
}

#[tokio::test]
async fn a_refused_document_does_not_change_its_valid_attributes() {
    let api = Api::start().await;
    let client = api.client().await;
    let before = api.shown(&client.id).await;
    let wrong = json!({ "name": "Other", "status": "disabled", "tokenQuota": 0 });
    let response = api.patch(&client.id, wrong).await;
    let source = pointer("/data/attributes/tokenQuota");
    refused(response, 422, "invalid_value", source).await;
    assert_eq!(api.shown(&client.id).await, before);
    assert!(api.accepts(&client.credentials).await);
}

#[tokio::test]
async fn a_query_parameter_is_refused() {
    let api = Api::start().await;
    let client = api.client().await;
    let path = format!("{}?include=auth/roles", client_path(&client.id));
    let document = json!({ "data": { "type": "auth/app-clients", "id": client.id } });
    let response = api.ask("PATCH", &path, Some(&document)).await;
    refused(response, 400, "invalid_parameter", parameter("include")).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn a_new_role_applies_at_once() {
    let api = Api::start().await;
    let client = api.client().await;
    let token = api.service.access_token(&client.credentials).await;
    assert_eq!(part(&token, 1)["roles"], json!(["Builder Admin"]));
    let role = api.service.role(&token, "Care Team User").await;
    let document = json!({ "data": {
        "type": "auth/app-clients", "id": client.id,
        "relationships": { "auth/roles": { "data": { "type": "auth/roles", "id": role } } }
    } });
    let mut expected = api.shown(&client.id).await;
    api.latchkey.clock.advance(1);
    let path = client_path(&client.id);
    let response = api.ask("PATCH", &path, Some(&document)).await;
    assert_eq!(response.status(), 200);
    expected["relationships"]["auth/roles"]["data"]["id"] = json!(role);
    expected["attributes"]["updatedAt"] = json!(BEGIN + 1);
    assert_eq!(body(response).await["data"], expected);
    assert_eq!(api.shown(&client.id).await, expected);

    let later = api.service.access_token(&client.credentials).await;
    assert_eq!(part(&later, 1)["roles"], json!(["Care Team User"]));
    let new = api.new_client(json!({})).await;
    // The token issued before the change has only the current permissions of its client.
    for token in [&token, &later] {
        let created = api.service.manage(token, "POST", CLIENTS, Some(&new));
        assert_eq!(created.await.status(), 403);
        let read = api.service.manage(token, "GET", CLIENTS, None);
        assert_eq!(read.await.status(), 200);
    }
}

#[tokio::test]
async fn concurrent_changes_all_take_effect() {
    let api = Api::start().await;
    let client = api.client().await;
    let (name, description, quota) = tokio::join!(
        api.patch(&client.id, json!({ "name": "Other" })),
        api.patch(&client.id, json!({ "description": "Why" })),
        api.patch(&client.id, json!({ "tokenQuota": 5 })),
    );
    for response in [name, description, quota] {
        assert_eq!(response.status(), 200);
    }
    let attributes = api.shown(&client.id).await["attributes"].take();
    assert_eq!(attributes["name"], "Other");
    assert_eq!(attributes["description"], "Why");
    assert_eq!(attributes["tokenQuota"], 5);
    assert!(api.accepts(&client.credentials).await);
}
