//! Media types: JSON:API 1.1, content negotiation.

use reqwest::Response;
use serde_json::{Value, json};

use crate::auth::{Api, CLIENTS, client_path, header, refused};

const JSON_API: &str = "application/vnd.api+json";

async fn send(
    api: &Api,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    document: &Value,
) -> Response {
    let mut request = api.service.request(method, path).bearer_auth(&api.admin);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(document.to_string());
    api.service.send(request).await
}

/// Sends a document of this content type to create and to update a client.
async fn sent_as(content_type: Option<&str>) -> (Api, [Response; 2]) {
    let api = Api::start().await;
    let client = api.client().await;
    let headers: Vec<_> = content_type
        .map(|value| ("content-type", value))
        .into_iter()
        .collect();
    let new = api.new_client(json!({})).await;
    let change = json!({ "data": { "type": "auth/app-clients", "id": client.id } });
    let created = send(&api, "POST", CLIENTS, &headers, &new).await;
    let path = client_path(&client.id);
    let changed = send(&api, "PATCH", &path, &headers, &change).await;
    (api, [created, changed])
}

async fn is_accepted(content_type: &str) {
    let (_api, [created, changed]) = sent_as(Some(content_type)).await;
    assert_eq!(created.status(), 201, "{content_type}");
    assert_eq!(changed.status(), 200, "{content_type}");
}

async fn is_unsupported(content_type: Option<&str>) {
    let (api, responses) = sent_as(content_type).await;
    for response in responses {
        let source = header("Content-Type");
        refused(response, 415, "unsupported_media_type", source).await;
    }
    // The bootstrap client and the client to update.
    assert_eq!(api.all_clients().await.len(), 2);
}

#[tokio::test]
async fn json_api_is_accepted() {
    is_accepted(JSON_API).await;
    is_accepted("Application/Vnd.Api+JSON").await;
}

#[tokio::test]
async fn json_is_accepted() {
    is_accepted("application/json").await;
    is_accepted("application/json; charset=utf-8").await;
}

#[tokio::test]
async fn a_profile_is_accepted_and_ignored() {
    is_accepted("application/vnd.api+json; profile=\"https://example.com/a;b,c\"").await;
}

#[tokio::test]
async fn a_body_without_a_content_type_is_refused() {
    is_unsupported(None).await;
}

#[tokio::test]
async fn a_body_of_another_content_type_is_refused() {
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/xml",
        "application/vnd.api+jsonx",
        "json",
        "",
    ] {
        is_unsupported(Some(content_type)).await;
    }
}

#[tokio::test]
async fn json_api_with_a_parameter_is_refused() {
    is_unsupported(Some("application/vnd.api+json; charset=utf-8")).await;
    is_unsupported(Some("application/vnd.api+json;version=1.1")).await;
}

#[tokio::test]
async fn json_api_with_an_extension_is_refused() {
    let extension = "application/vnd.api+json; ext=\"https://jsonapi.org/ext/atomic\"";
    is_unsupported(Some(extension)).await;
}

async fn accept(api: &Api, values: &[&str]) -> Response {
    let headers: Vec<_> = values.iter().map(|value| ("accept", *value)).collect();
    send(api, "GET", CLIENTS, &headers, &Value::Null).await
}

#[tokio::test]
async fn an_accept_header_that_allows_json_api_gets_it() {
    let api = Api::start().await;
    for values in [
        &[][..],
        &["*/*"],
        &[JSON_API],
        &["application/vnd.api+json;q=0.5"],
        &["application/vnd.api+json; profile=\"https://example.com/a,b\""],
        &["application/vnd.api+json; version=2, application/vnd.api+json"],
        &["application/vnd.api+json; version=2", JSON_API],
        &["application/json"],
    ] {
        let response = accept(&api, values).await;
        assert_eq!(response.status(), 200, "{values:?}");
        assert_eq!(response.headers()["content-type"], JSON_API);
    }
}

#[tokio::test]
async fn json_api_accepted_only_with_parameters_gets_406() {
    let api = Api::start().await;
    for values in [
        &["application/vnd.api+json; version=2"][..],
        &["application/vnd.api+json;charset=utf-8, application/vnd.api+json;version=2"],
        &["application/vnd.api+json; version=2", "text/html"],
    ] {
        let response = accept(&api, values).await;
        refused(response, 406, "not_acceptable", header("Accept")).await;
    }
}

#[tokio::test]
async fn json_api_accepted_only_with_an_extension_gets_406() {
    let api = Api::start().await;
    let response = accept(
        &api,
        &["application/vnd.api+json; ext=\"https://example.com/a\""],
    )
    .await;
    refused(response, 406, "not_acceptable", header("Accept")).await;
}

#[tokio::test]
async fn a_request_that_gets_406_has_no_effect() {
    let api = Api::start().await;
    let client = api.client().await;
    let before = api.shown(&client.id).await;
    let path = client_path(&client.id);
    let new = api.new_client(json!({})).await;
    let change = json!({ "data": {
        "type": "auth/app-clients", "id": client.id, "attributes": { "name": "Other" }
    } });
    let headers = [
        ("accept", "application/vnd.api+json; version=2"),
        ("content-type", JSON_API),
    ];
    for (method, path, document) in [
        ("POST", CLIENTS.to_owned(), &new),
        ("GET", path.clone(), &Value::Null),
        ("PATCH", path.clone(), &change),
        ("POST", format!("{path}/rotate-secret"), &Value::Null),
        ("GET", format!("{path}/secrets"), &Value::Null),
        ("POST", format!("{path}/secrets"), &Value::Null),
        ("DELETE", path, &Value::Null),
    ] {
        let response = send(&api, method, &path, &headers, document).await;
        refused(response, 406, "not_acceptable", header("Accept")).await;
    }
    assert_eq!(api.all_clients().await.len(), 2);
    assert_eq!(api.shown(&client.id).await, before);
    assert!(api.accepts(&client.credentials).await);
}
