//! `PATCH /auth/app-clients/{id}` that changes nothing: it writes nothing, and is checked and answered
//! like any other.

use serde_json::{Value, json};
use tests::{Client, body};

use crate::auth::trial::Endpoint;
use crate::auth::{Api, NO_ROLE, client_path, header, pointer, refused};

/// The record and the gate, as stored.
async fn items(api: &Api, client: &Client) -> [Option<Value>; 2] {
    let table = api.latchkey.table();
    [
        table.find(&client.id, "RECORD").await,
        table.find(&client.id, "GATE").await,
    ]
}

fn document(attributes: Value) -> Value {
    json!({ "data": { "type": "auth/app-clients", "attributes": attributes } })
}

/// Sends a document that changes nothing, and asserts that nothing is written. Returns the AWS calls.
async fn writes_nothing(api: &Api, client: &Client, document: &Value) -> Vec<String> {
    let path = client_path(&client.id);
    let shown = api.get(&path).await;
    let tag = shown.headers()["etag"].clone();
    let (shown, stored) = (body(shown).await, items(api, client).await);
    api.latchkey.clock.advance(9);
    api.service.aws.calls();
    let response = api.ask("PATCH", &path, Some(document)).await;
    let calls = api.service.aws.calls();
    assert_eq!(response.status(), 200, "{document}");
    assert_eq!(response.headers()["etag"], tag, "{document}");
    assert_eq!(body(response).await, shown, "{document}");
    assert_eq!(items(api, client).await, stored, "{document}");
    calls
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "counts AWS calls")]
async fn a_change_that_changes_nothing_writes_nothing() {
    let api = Api::start().await;
    let attributes = json!({
        "description": "Why", "status": "disabled", "accessTokenLifetime": 61, "tokenQuota": 3
    });
    let client = api.client_with("Care Team User", attributes).await;
    // Each function reads the key set once.
    api.patch(&client.id, json!({})).await;
    let shown = api.shown(&client.id).await;
    let named = json!({ "data": {
        "type": "auth/app-clients",
        "relationships": shown["relationships"],
    } });
    // The caller; the client and its gate.
    let reads = ["GetItem", "Query"];
    for unchanged in [
        document(json!({})),
        document(json!({ "status": "disabled" })),
        document(json!({ "description": "Why", "accessTokenLifetime": 61, "tokenQuota": 3 })),
        named,
        json!({ "data": shown }),
    ] {
        assert_eq!(writes_nothing(&api, &client, &unchanged).await, reads);
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "reads the log")]
async fn its_audit_event_says_that_nothing_changed() {
    let api = Api::start().await;
    let client = api.client().await;
    let _ = api.latchkey.lines.take();
    let response = api.patch(&client.id, json!({ "status": "enabled" })).await;
    assert_eq!(response.status(), 200);
    let line = api.latchkey.lines.take_one();
    assert_eq!(line["outcome"], "done");
    assert_eq!(line["audit"]["action"], "IAM:UpdateM2MClient");
    assert_eq!(line["audit"]["resource_id"], client.id.as_str());
    assert_eq!(line["audit"]["changed"], json!({}));
}

#[tokio::test]
async fn its_precondition_is_evaluated() {
    let api = Api::start().await;
    let client = api.client().await;
    let path = client_path(&client.id);
    let shown = api.get(&path).await;
    let tag = shown.headers()["etag"].to_str().unwrap().to_owned();
    for (name, value, status) in [
        ("if-match", tag.as_str(), 200),
        ("if-match", "*", 200),
        ("if-match", "\"x\"", 412),
        ("if-none-match", "\"x\"", 200),
        ("if-none-match", tag.as_str(), 412),
        ("if-none-match", "*", 412),
    ] {
        let request = api.service.request("PATCH", &path).bearer_auth(&api.admin);
        let request = request.header(name, value).json(&document(json!({})));
        let response = api.service.send(request).await;
        assert_eq!(response.status(), status, "{name}: {value}");
        if status == 200 {
            assert_eq!(response.headers()["etag"], tag.as_str());
        }
    }
}

#[tokio::test]
async fn it_needs_permission() {
    let api = Api::start().await;
    let client = api.client().await;
    let reader = api.client_with("Care Team User", json!({})).await;
    let token = api.service.access_token(&reader.credentials).await;
    let response = api.service.patch(&token, &client.id, json!({})).await;
    refused(response, 403, "insufficient_scope", header("Authorization")).await;
}

#[tokio::test]
async fn it_must_not_name_a_role_that_does_not_exist() {
    let api = Api::start().await;
    let client = api.client().await;
    let role = json!({ "data": { "type": "auth/roles", "id": NO_ROLE } });
    let mut named = document(json!({}));
    named["data"]["relationships"] = json!({ "auth/roles": role });
    let path = client_path(&client.id);
    let response = api.ask("PATCH", &path, Some(&named)).await;
    let source = pointer("/data/relationships/auth~1roles/data/id");
    refused(response, 404, "related_not_found", source).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn it_succeeds_or_gets_a_503() {
    let api = Api::start().await;
    Endpoint::new("PATCH", "/auth/app-clients/{id}", &["GetItem", "Query"])
        .with_document(document(json!({ "status": "enabled" })))
        .under_every_fault(&api, async |trial| {
            if trial.is_success() {
                assert_eq!(Some(&trial.answer["data"]), trial.found().await.as_ref());
            }
            trial.has_changed_nothing().await;
        })
        .await;
}
