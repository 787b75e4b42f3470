//! `PATCH /auth/app-clients/{id}` with what a response showed: read-only members have no effect.

use serde_json::{Value, json};
use tests::{BEGIN, api_error, body, text};

use crate::auth::trial::credentials;
use crate::auth::{Api, NO_ROLE, client_path, pointer, refused};

/// Sends back a document, asserts that it is accepted, and returns what is shown then.
async fn sent_back(api: &Api, id: &str, document: &Value) -> Value {
    let response = api.ask("PATCH", &client_path(id), Some(document)).await;
    let status = response.status();
    let found = body(response).await;
    assert_eq!(status, 200, "{found}");
    found
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn a_client_shown_before_a_rotation_can_be_sent_back() {
    let api = Api::start().await;
    let client = api.client().await;
    let mut shown = body(api.get(&client_path(&client.id)).await).await;
    api.latchkey.clock.advance(5);
    let rotated = api.service.rotate(&api.admin, &client).await;
    api.latchkey.clock.advance(5);
    shown["data"]["attributes"]["name"] = json!("Other");
    let found = sent_back(&api, &client.id, &shown).await;
    assert_eq!(found["data"]["attributes"]["name"], "Other");
    assert_eq!(found["data"]["attributes"]["updatedAt"], BEGIN + 10);
    assert!(api.accepts(&rotated).await);
}

#[tokio::test]
async fn the_answer_to_a_creation_can_be_sent_back() {
    let api = Api::start().await;
    let document = api.new_client(json!({})).await;
    let mut created = body(api.create(&document).await).await;
    created["data"]["attributes"]["description"] = json!("Why");
    let id = text(&created["data"]["id"]);
    let found = sent_back(&api, &id, &created).await;
    assert_eq!(found["data"]["attributes"]["description"], "Why");
    assert!(found["data"]["attributes"]["clientSecret"].is_null());
    assert!(api.accepts(&credentials(&created["data"])).await);
}

#[tokio::test]
async fn the_answer_to_a_rotation_can_be_sent_back() {
    let api = Api::start().await;
    let client = api.client().await;
    let path = client_path(&client.id) + "/rotate-secret";
    let rotated = body(api.ask("POST", &path, None).await).await;
    sent_back(&api, &client.id, &rotated).await;
    assert!(api.accepts(&credentials(&rotated["data"])).await);
}

#[tokio::test]
async fn a_former_secret_that_is_sent_back_does_not_come_back() {
    let api = Api::start().await;
    let document = api.new_client(json!({})).await;
    let created = body(api.create(&document).await).await;
    let id = text(&created["data"]["id"]);
    let rotated = api
        .ask("POST", &(client_path(&id) + "/rotate-secret"), None)
        .await;
    let rotated = body(rotated).await;
    sent_back(&api, &id, &created).await;
    assert!(!api.accepts(&credentials(&created["data"])).await);
    assert!(api.accepts(&credentials(&rotated["data"])).await);
}

#[tokio::test]
async fn a_client_from_a_list_can_be_sent_back() {
    let api = Api::start().await;
    let client = api.client().await;
    let listed = api.all_clients().await;
    let listed = listed.iter().find(|listed| listed["id"] == client.id);
    sent_back(&api, &client.id, &json!({ "data": listed.unwrap() })).await;
}

#[tokio::test]
async fn members_around_the_resource_are_ignored() {
    let api = Api::start().await;
    let client = api.client().await;
    let mut document = json!({
        "data": api.shown(&client.id).await,
        "links": { "self": "/elsewhere" },
        "meta": { "note": 1 },
        "jsonapi": { "version": "1.1" },
        "included": [],
    });
    document["data"]["meta"] = json!({ "note": 1 });
    document["data"]["links"] = json!({ "self": "/elsewhere", "related": null });
    let role = &mut document["data"]["relationships"]["auth/roles"];
    role["links"] = json!({ "related": "/elsewhere" });
    role["meta"] = json!({ "note": 1 });
    role["data"]["meta"] = json!({ "note": 1 });
    let found = sent_back(&api, &client.id, &document).await;
    assert_eq!(found["data"]["links"]["self"], client_path(&client.id));
}

/// A client may have a role that no longer exists. It is shown, so it can be sent back.
#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "changes an item in the table")]
async fn a_role_that_does_not_exist_can_be_sent_back() {
    let api = Api::start().await;
    let client = api.client().await;
    let role = json!({ "M": { "id": { "S": NO_ROLE }, "name": { "S": "Retired" } } });
    let roles = json!({ "L": [role] });
    api.latchkey
        .table()
        .set(&client.id, "roles", roles.clone())
        .await;
    let shown = api.shown(&client.id).await;
    let mut document = json!({ "data": shown });
    document["data"]["attributes"]["name"] = json!("Other");
    let found = sent_back(&api, &client.id, &document).await;
    assert_eq!(found["data"]["relationships"], shown["relationships"]);
    let record = api.latchkey.table().record(&client.id).await;
    assert_eq!(record["roles"], roles);
    // To any other client, it cannot be given.
    let other = api.client().await;
    document["data"]["id"] = json!(other.id);
    document["data"]["attributes"] = json!({});
    let response = api
        .ask("PATCH", &client_path(&other.id), Some(&document))
        .await;
    let source = pointer("/data/relationships/auth~1roles/data/id");
    refused(response, 404, "related_not_found", source).await;
}

#[tokio::test]
async fn a_secret_cannot_be_chosen() {
    let api = Api::start().await;
    let client = api.client().await;
    let mut typo = client.credentials.secret.clone();
    let last = typo.pop().unwrap();
    typo.push(if last == 'a' { 'b' } else { 'a' });
    for secret in [
        json!("hunter2"),
        json!(typo),
        json!(""),
        json!(7),
        json!(null),
    ] {
        let response = api
            .patch(&client.id, json!({ "clientSecret": secret }))
            .await;
        let error = api_error(response).await;
        assert_eq!(
            (&error["status"], &error["code"]),
            (&json!("403"), &json!("read_only"))
        );
        assert_eq!(error["source"], pointer("/data/attributes/clientSecret"));
        let detail = "clientSecret cannot be chosen. Rotate the secret to get a new one.";
        assert_eq!(error["detail"], detail);
    }
    assert!(api.accepts(&client.credentials).await);
}

#[tokio::test]
async fn a_time_of_the_last_change_is_ignored() {
    let api = Api::start().await;
    let client = api.client().await;
    let before = api.shown(&client.id).await;
    for time in [json!(1), json!(BEGIN + 99), json!("x"), json!(null)] {
        let response = api.patch(&client.id, json!({ "updatedAt": time })).await;
        assert_eq!(response.status(), 200, "{time}");
        let found = body(response).await["data"]["attributes"].take();
        assert_eq!(found["name"], before["attributes"]["name"]);
        assert_ne!(found["updatedAt"], time);
    }
}
