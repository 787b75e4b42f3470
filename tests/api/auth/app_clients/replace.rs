//! `PUT /auth/app-clients/{id}`: what the document omits returns to its default, except for what
//! restricts or authenticates the client.

use reqwest::Response;
use serde_json::{Value, json};
use tests::{BEGIN, Client, Latchkey, api_error, body, new_client, text};

use crate::auth::forge::part;
use crate::auth::trial::{Endpoint, credentials};
use crate::auth::{Api, NO_CLIENT, NO_ROLE, client_path, not_found, parameter, pointer, refused};

/// A document with these attributes, and the role Builder Admin.
async fn document(api: &Api, attributes: Value) -> Value {
    let role = api.service.role(&api.admin, "Builder Admin").await;
    json!({ "data": {
        "type": "auth/app-clients",
        "attributes": attributes,
        "relationships": { "auth/roles": { "data": { "type": "auth/roles", "id": role } } }
    } })
}

async fn put(api: &Api, id: &str, document: &Value) -> Response {
    api.ask("PUT", &client_path(id), Some(document)).await
}

/// Replaces a client by one with these attributes.
async fn replace(api: &Api, id: &str, attributes: Value) -> Response {
    put(api, id, &document(api, attributes).await).await
}

/// A client without any default.
async fn configured(api: &Api) -> Client {
    let attributes = json!({
        "description": "Why", "status": "disabled", "accessTokenLifetime": 61, "tokenQuota": 3
    });
    api.client_with("Care Team User", attributes).await
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn a_replacement_resets_what_it_omits_and_keeps_the_status_and_the_secret() {
    let api = Api::start().await;
    let client = configured(&api).await;
    let mut expected = api.shown(&client.id).await;
    api.latchkey.clock.advance(9);
    let replacement = document(&api, json!({ "name": "Other" })).await;
    let response = put(&api, &client.id, &replacement).await;
    assert_eq!(response.status(), 200);
    for (name, value) in [
        ("name", json!("Other")),
        ("description", json!("")),
        ("accessTokenLifetime", json!(3_600)),
        ("tokenQuota", json!(200)),
        ("updatedAt", json!(BEGIN + 9)),
    ] {
        expected["attributes"][name] = value;
    }
    assert_eq!(expected["attributes"]["status"], "disabled");
    expected["relationships"] = replacement["data"]["relationships"].clone();
    assert_eq!(body(response).await, json!({ "data": expected }));
    assert_eq!(api.shown(&client.id).await, expected);
    // It did not enable the client. Enabled, it has its former secret.
    assert!(!api.accepts(&client.credentials).await);
    let enabled = replace(
        &api,
        &client.id,
        json!({ "name": "Other", "status": "enabled" }),
    );
    assert_eq!(enabled.await.status(), 200);
    assert!(api.accepts(&client.credentials).await);
}

#[tokio::test]
async fn a_replacement_sets_what_it_contains() {
    let api = Api::start().await;
    let client = configured(&api).await;
    let attributes = json!({
        "type": "machine_to_machine", "userType": "builder", "name": "Other",
        "description": "Because", "status": "enabled", "accessTokenLifetime": 62, "tokenQuota": 4
    });
    let response = replace(&api, &client.id, attributes.clone()).await;
    assert_eq!(response.status(), 200);
    let found = body(response).await["data"]["attributes"].take();
    for (name, value) in attributes.as_object().unwrap() {
        assert_eq!(&found[name], value, "{name}");
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs a second instance")]
async fn every_instance_issues_the_next_token_under_the_new_state() {
    let api = Api::start().await;
    let other = api.latchkey.instance().await;
    let client = api.client().await;
    other.access_token(&client.credentials).await;
    let attributes = json!({ "name": "Other", "accessTokenLifetime": 90 });
    assert_eq!(replace(&api, &client.id, attributes).await.status(), 200);
    let token = body(other.token(&client.credentials).await).await;
    assert_eq!(token["expires_in"], 90);
    let role = api.service.role(&api.admin, "Patient").await;
    let mut patient = document(&api, json!({ "name": "Other", "status": "enabled" })).await;
    patient["data"]["relationships"]["auth/roles"]["data"]["id"] = json!(role);
    assert_eq!(put(&api, &client.id, &patient).await.status(), 200);
    let token = other.access_token(&client.credentials).await;
    assert_eq!(part(&token, 1)["roles"], json!(["Patient"]));
    let disabled = json!({ "name": "Other", "status": "disabled" });
    assert_eq!(replace(&api, &client.id, disabled).await.status(), 200);
    assert_eq!(other.token(&client.credentials).await.status(), 401);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "chooses a parameter")]
async fn the_default_quota_is_that_of_the_deployment() {
    let (_latchkey, service) =
        Latchkey::start_with(|options| options.parameters.set("TokenQuota", 7)).await;
    let admin = service.admin_token().await;
    let client = service
        .create_client(&admin, "Patient", json!({ "tokenQuota": 9 }))
        .await;
    let role = service.role(&admin, "Patient").await;
    let replacement = new_client(&role, json!({}));
    let path = client_path(&client.id);
    let response = service
        .manage(&admin, "PUT", &path, Some(&replacement))
        .await;
    let shown = body(response).await;
    assert_eq!(shown["data"]["attributes"]["tokenQuota"], 7);
}

#[tokio::test]
async fn null_counts_as_omitted() {
    let api = Api::start().await;
    let client = configured(&api).await;
    let attributes = json!({
        "name": "Other", "description": null, "status": null, "accessTokenLifetime": null,
        "tokenQuota": null
    });
    let response = replace(&api, &client.id, attributes).await;
    assert_eq!(response.status(), 200);
    let found = body(response).await["data"]["attributes"].take();
    let expected = json!({
        "description": "", "status": "disabled", "accessTokenLifetime": 3_600, "tokenQuota": 200
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&found[name], value, "{name}");
    }
}

#[tokio::test]
async fn a_replacement_needs_a_name() {
    let api = Api::start().await;
    let client = api.client().await;
    let before = api.shown(&client.id).await;
    let without = document(&api, json!({ "description": "Other" })).await;
    let response = put(&api, &client.id, &without).await;
    refused(response, 400, "missing", pointer("/data/attributes")).await;
    let mut bare = without;
    bare["data"].as_object_mut().unwrap().remove("attributes");
    let response = put(&api, &client.id, &bare).await;
    refused(response, 400, "missing", pointer("/data")).await;
    let response = replace(&api, &client.id, json!({ "name": null })).await;
    assert_eq!(response.status(), 422);
    let error = api_error(response).await;
    assert_eq!(error["source"], pointer("/data/attributes/name"));
    assert_eq!(error["detail"], "name must not be null: it is required.");
    assert_eq!(api.shown(&client.id).await, before);
}

#[tokio::test]
async fn a_replacement_needs_the_role() {
    let api = Api::start().await;
    let client = api.client().await;
    let before = api.shown(&client.id).await;
    let mut replacement = document(&api, json!({ "name": "Other" })).await;
    replacement["data"]["relationships"] = json!({});
    let response = put(&api, &client.id, &replacement).await;
    refused(response, 400, "missing", pointer("/data/relationships")).await;
    let data = replacement["data"].as_object_mut().unwrap();
    data.remove("relationships");
    let response = put(&api, &client.id, &replacement).await;
    refused(response, 400, "missing", pointer("/data")).await;
    assert_eq!(api.shown(&client.id).await, before);
}

#[tokio::test]
async fn a_role_that_does_not_exist_is_not_found() {
    let api = Api::start().await;
    let client = api.client().await;
    let before = api.shown(&client.id).await;
    let mut replacement = document(&api, json!({ "name": "Other" })).await;
    replacement["data"]["relationships"]["auth/roles"]["data"]["id"] = json!(NO_ROLE);
    let response = put(&api, &client.id, &replacement).await;
    let source = pointer("/data/relationships/auth~1roles/data/id");
    refused(response, 404, "related_not_found", source).await;
    assert_eq!(api.shown(&client.id).await, before);
}

#[tokio::test]
async fn a_client_that_does_not_exist_is_not_created() {
    let api = Api::start().await;
    let before = api.all_clients().await;
    let replacement = document(&api, json!({ "name": "Other" })).await;
    for id in [NO_CLIENT, "x"] {
        not_found(put(&api, id, &replacement).await).await;
    }
    let mut named = replacement;
    named["data"]["id"] = json!(NO_CLIENT);
    not_found(put(&api, NO_CLIENT, &named).await).await;
    assert_eq!(api.all_clients().await, before);
}

#[tokio::test]
async fn the_id_in_the_document_may_be_omitted_or_must_match_the_url() {
    let api = Api::start().await;
    let client = api.client().await;
    let mut replacement = document(&api, json!({ "name": "Other" })).await;
    for id in [
        json!(client.id),
        json!(client.credentials.id),
        json!(null),
        json!(""),
    ] {
        replacement["data"]["id"] = id;
        assert_eq!(put(&api, &client.id, &replacement).await.status(), 200);
    }
    replacement["data"]["id"] = json!(NO_CLIENT);
    let response = put(&api, &client.id, &replacement).await;
    refused(response, 409, "wrong_resource", pointer("/data/id")).await;
}

/// Sends back a document, asserts that it is accepted, and returns the client as it is shown then.
async fn sent_back(api: &Api, id: &str, document: &Value) -> Value {
    let response = put(api, id, document).await;
    let status = response.status();
    let found = body(response).await;
    assert_eq!(status, 200, "{found}");
    found["data"].clone()
}

/// Field report: a client, rotated meanwhile, is sent back as it was shown.
#[tokio::test]
async fn what_any_response_showed_can_be_sent_back() {
    let api = Api::start().await;
    let mut created = body(api.create(&api.new_client(json!({})).await).await).await;
    let id = text(&created["data"]["id"]);
    let mut shown = body(api.get(&client_path(&id)).await).await;
    let path = client_path(&id) + "/rotate-secret";
    let mut rotated = body(api.ask("POST", &path, None).await).await;
    let new = credentials(&rotated["data"]);
    for (name, document) in [
        ("One", &mut created),
        ("Two", &mut shown),
        ("Three", &mut rotated),
    ] {
        document["data"]["attributes"]["name"] = json!(name);
        let found = sent_back(&api, &id, document).await;
        assert_eq!(found["attributes"]["name"], name);
        assert!(found["attributes"]["clientSecret"].is_null());
    }
    assert!(api.accepts(&new).await);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "counts AWS calls")]
async fn a_replacement_that_changes_nothing_writes_nothing() {
    let api = Api::start().await;
    let client = configured(&api).await;
    let path = client_path(&client.id);
    let document = json!({ "data": api.shown(&client.id).await });
    put(&api, &client.id, &document).await;
    let tag = api.get(&path).await.headers()["etag"].clone();
    api.latchkey.clock.advance(9);
    api.service.aws.calls();
    let _ = api.latchkey.lines.take();
    let response = put(&api, &client.id, &document).await;
    // The caller; the client and its gate.
    assert_eq!(api.service.aws.calls(), ["GetItem", "Query"]);
    let line = api.latchkey.lines.take_one();
    assert_eq!(line["audit"]["changed"], json!({}));
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["etag"], tag);
    assert_eq!(body(response).await, document);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "counts AWS calls")]
async fn a_replacement_makes_the_calls_of_an_update() {
    let api = Api::start().await;
    let client = api.client().await;
    let replacement = document(&api, json!({ "name": "One" })).await;
    put(&api, &client.id, &replacement).await;
    let replacement = document(&api, json!({ "name": "Two" })).await;
    api.service.aws.calls();
    put(&api, &client.id, &replacement).await;
    assert_eq!(
        api.service.aws.calls(),
        ["GetItem", "Query", "TransactWriteItems"]
    );
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "reads the log")]
async fn the_audit_event_has_exactly_what_changed() {
    let api = Api::start().await;
    let attributes = json!({ "accessTokenLifetime": 61, "description": "Confidential" });
    let client = api.client_with("Builder Admin", attributes).await;
    let builder = api.service.role(&api.admin, "Builder Admin").await;
    let patient = api.service.role(&api.admin, "Patient").await;
    let name = api.shown(&client.id).await["attributes"]["name"].take();
    let mut replacement = document(&api, json!({ "name": name })).await;
    for (role, expected) in [
        // The omitted description and lifetime; the quota and the status stay.
        (
            None,
            json!({ "description": true, "accessTokenLifetime": { "from": 61, "to": 3_600 } }),
        ),
        (
            Some(&patient),
            json!({ "roles": { "from": [builder], "to": [patient] } }),
        ),
    ] {
        if let Some(role) = role {
            replacement["data"]["relationships"]["auth/roles"]["data"]["id"] = json!(role);
        }
        let _ = api.latchkey.lines.take();
        assert_eq!(put(&api, &client.id, &replacement).await.status(), 200);
        let line = api.latchkey.lines.take_one();
        assert_eq!(line["route"], "PUT /auth/app-clients/{id}");
        assert_eq!(line["outcome"], "done");
        assert_eq!(line["audit"]["action"], "IAM:UpdateM2MClient");
        assert_eq!(line["audit"]["resource_id"], client.id.as_str());
        assert_eq!(line["audit"]["changed"], expected);
    }
}

#[tokio::test]
async fn a_read_only_attribute_cannot_be_changed() {
    let api = Api::start().await;
    let client = api.client().await;
    let before = api.shown(&client.id).await;
    for (name, value, status, code) in [
        ("clientId", json!("0".repeat(32)), 403, "read_only"),
        ("createdAt", json!(1), 403, "read_only"),
        ("type", json!("single_page_application"), 403, "read_only"),
        ("type", json!(null), 422, "invalid_value"),
        ("userType", json!("patient"), 403, "read_only"),
        ("userType", json!(null), 422, "invalid_value"),
        ("clientSecret", json!("hunter2"), 403, "read_only"),
    ] {
        let response = replace(&api, &client.id, json!({ "name": "Other", name: value })).await;
        let source = pointer(&format!("/data/attributes/{name}"));
        refused(response, status, code, source).await;
    }
    let ignored = json!({ "name": before["attributes"]["name"], "updatedAt": 1 });
    assert_eq!(replace(&api, &client.id, ignored).await.status(), 200);
    assert_eq!(api.shown(&client.id).await, before);
}

#[tokio::test]
async fn a_query_parameter_is_refused() {
    let api = Api::start().await;
    let client = api.client().await;
    let path = format!("{}?include=auth/roles", client_path(&client.id));
    let replacement = document(&api, json!({ "name": "Other" })).await;
    let response = api.ask("PUT", &path, Some(&replacement)).await;
    refused(response, 400, "invalid_parameter", parameter("include")).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn a_client_is_replaced_completely_or_not_at_all() {
    let api = Api::start().await;
    let calls = &["GetItem", "Query", "TransactWriteItems"];
    let replacement = document(&api, json!({ "name": "Other", "accessTokenLifetime": 77 }));
    Endpoint::new("PUT", "/auth/app-clients/{id}", calls)
        .with_document(replacement.await)
        .under_every_fault(&api, async |trial| {
            let shown = trial.found().await.unwrap();
            let made = shown["attributes"]["name"] == "Other";
            assert_eq!(shown["attributes"]["accessTokenLifetime"] == 77, made);
            trial.check_that_it_is_reported(made);
            if trial.is_success() {
                assert_eq!(trial.answer["data"], shown);
            }
            assert!(trial.api.accepts(&trial.client.credentials).await);
        })
        .await;
}
