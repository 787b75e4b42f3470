//! The document of a rotation, and the end of the new secret.

use serde_json::{Value, json};
use tests::{BEGIN, Client, body};

use super::{rotate, try_to_rotate};
use crate::auth::app_clients::secrets::{DAY, listed};
use crate::auth::{Api, NO_CLIENT, client_path, header, pointer, refused};

async fn end(api: &Api, client: &Client) -> Value {
    let mut newest = listed(api, client).await.pop().unwrap();
    newest["attributes"]["expiresAt"].take()
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn a_rotated_secret_keeps_its_predecessors_validity_in_days_unless_an_end_is_sent() {
    let api = Api::start().await;
    let client = api.client().await;
    rotate(&api, &client, json!({ "expiresAt": BEGIN + 90 * DAY })).await;
    api.latchkey.clock.advance(3_000);
    for attributes in [json!({}), json!({ "overlapSeconds": 60 })] {
        rotate(&api, &client, attributes).await;
        let kept = BEGIN + 3_000 + 90 * DAY;
        assert_eq!(end(&api, &client).await, kept);
    }
    rotate(&api, &client, json!({ "expiresAt": BEGIN + 40 * DAY })).await;
    assert_eq!(end(&api, &client).await, BEGIN + 40 * DAY);
    rotate(&api, &client, json!({ "expiresAt": null })).await;
    assert_eq!(end(&api, &client).await, Value::Null);
    api.service.rotate(&api.admin, &client).await;
    assert_eq!(end(&api, &client).await, Value::Null);
}

#[tokio::test]
async fn a_rotation_with_a_document_returns_the_client_with_its_secret() {
    let api = Api::start().await;
    let client = api.client().await;
    let response = try_to_rotate(&api, &client, json!({ "overlapSeconds": 60 })).await;
    assert_eq!(response.status(), 200);
    let mut rotated = body(response).await["data"].take();
    let attributes = rotated["attributes"].as_object_mut().unwrap();
    assert!(attributes.remove("clientSecret").is_some());
    assert_eq!(rotated, api.shown(&client.id).await);
}

#[tokio::test]
async fn a_document_without_attributes_rotates_like_an_empty_body() {
    let api = Api::start().await;
    let client = api.client().await;
    let path = client_path(&client.id) + "/rotate-secret";
    for document in [
        json!({ "data": { "type": "auth/app-clients" } }),
        json!({ "data": { "type": "auth/app-clients", "id": client.credentials.id } }),
        json!({ "data": { "type": "auth/app-clients", "attributes": {} } }),
    ] {
        let response = api.ask("POST", &path, Some(&document)).await;
        assert_eq!(response.status(), 200, "{document}");
        assert_eq!(listed(&api, &client).await.len(), 1);
    }
}

#[tokio::test]
async fn every_problem_with_a_rotation_is_named_and_nothing_is_rotated() {
    let api = Api::start().await;
    let client = api.client().await;
    let response = try_to_rotate(&api, &client, json!({ "graceSeconds": 60 })).await;
    let source = pointer("/data/attributes/graceSeconds");
    refused(response, 400, "unknown", source).await;
    let attributes = json!({ "overlapSeconds": 366 * DAY, "expiresAt": "soon", "name": "x" });
    let response = try_to_rotate(&api, &client, attributes).await;
    assert_eq!(response.status(), 400);
    let errors = body(response).await["errors"].take();
    let errors = errors.as_array().unwrap().iter();
    let pointers: Vec<_> = errors
        .map(|error| error["source"]["pointer"].clone())
        .collect();
    let names = ["overlapSeconds", "expiresAt", "name"];
    assert_eq!(
        pointers,
        names.map(|name| json!(format!("/data/attributes/{name}")))
    );
    assert!(api.accepts(&client.credentials).await);
}

#[tokio::test]
async fn a_document_of_another_resource_is_refused() {
    let api = Api::start().await;
    let client = api.client().await;
    let path = client_path(&client.id) + "/rotate-secret";
    let with = |name: &str, value: Value| {
        let mut document = json!({ "data": { "type": "auth/app-clients" } });
        document["data"][name] = value;
        document
    };
    let secrets = json!("auth/app-client-secrets");
    for (document, status, code, place) in [
        (with("type", secrets), 409, "wrong_resource", "/data/type"),
        (
            with("id", json!(NO_CLIENT)),
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
        (json!({}), 400, "malformed_document", ""),
        (json!([]), 400, "malformed_document", ""),
    ] {
        let response = api.ask("POST", &path, Some(&document)).await;
        refused(response, status, code, pointer(place)).await;
    }
    assert!(api.accepts(&client.credentials).await);
}

#[tokio::test]
async fn a_document_of_another_media_type_is_refused() {
    let api = Api::start().await;
    let client = api.client().await;
    let path = client_path(&client.id) + "/rotate-secret";
    let request = api.service.request("POST", &path).bearer_auth(&api.admin);
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let response = api.service.send(request.body("overlapSeconds=60")).await;
    let source = header("Content-Type");
    refused(response, 415, "unsupported_media_type", source).await;
    assert!(api.accepts(&client.credentials).await);
}
