//! `GET /auth/app-clients/me`: the caller's own client.

use reqwest::Response;
use serde_json::{Value, json};
use tests::body;

use crate::auth::{Api, CLIENTS, client_path, header, not_found, parameter, refused};

const OWN: &str = "/auth/app-clients/me";

async fn ask(api: &Api, token: &str, method: &str) -> Response {
    api.service.manage(token, method, OWN, None).await
}

#[tokio::test]
async fn every_caller_may_read_its_own_client_whatever_its_role() {
    let api = Api::start().await;
    for role in [
        "Builder Admin",
        "Care Team User",
        "Patient",
        "Permissionless",
    ] {
        let client = api.client_with(role, json!({})).await;
        let token = api.service.access_token(&client.credentials).await;
        let own = ask(&api, &token, "GET").await;
        assert_eq!(own.status(), 200, "{role}");
        let by_id = api.get(&client_path(&client.id)).await;
        assert_eq!(own.headers()["etag"], by_id.headers()["etag"]);
        let own = body(own).await;
        assert_eq!(own, body(by_id).await);
        // The client's URL.
        assert_eq!(own["data"]["links"]["self"], client_path(&client.id));
    }
}

#[tokio::test]
async fn a_caller_without_permissions_may_read_nothing_else() {
    let api = Api::start().await;
    let client = api.client_with("Permissionless", json!({})).await;
    let token = api.service.access_token(&client.credentials).await;
    for path in [CLIENTS.to_owned(), client_path(&client.id)] {
        let response = api.service.manage(&token, "GET", &path, None).await;
        let authorization = header("Authorization");
        refused(response, 403, "insufficient_scope", authorization).await;
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "counts AWS calls")]
async fn the_own_client_costs_what_a_client_by_id_costs() {
    let api = Api::start().await;
    let path = client_path(&api.client().await.id);
    api.get(&path).await;
    api.service.aws.calls();
    api.get(&path).await;
    let by_id = api.service.aws.calls();
    ask(&api, &api.admin, "GET").await;
    assert_eq!(api.service.aws.calls(), by_id);
}

#[tokio::test]
async fn head_and_a_known_state_get_no_body() {
    let api = Api::start().await;
    let found = ask(&api, &api.admin, "GET").await;
    let tag = found.headers()["etag"].clone();
    let head = ask(&api, &api.admin, "HEAD").await;
    assert_eq!(
        (head.status().as_u16(), &head.headers()["etag"]),
        (200, &tag)
    );
    assert_eq!(head.text().await.unwrap(), "");
    let known = api.service.request("GET", OWN).bearer_auth(&api.admin);
    let known = known.header("if-none-match", tag).send().await.unwrap();
    assert_eq!(known.status(), 304);
}

#[tokio::test]
async fn without_a_valid_token_there_is_no_own_client() {
    let api = Api::start().await;
    let response = api.service.request("GET", OWN).send().await.unwrap();
    refused(response, 401, "missing_token", header("Authorization")).await;
    let client = api.client_with("Patient", json!({})).await;
    let token = api.service.access_token(&client.credentials).await;
    let disabled = json!({ "status": "disabled" });
    assert_eq!(api.patch(&client.id, disabled).await.status(), 200);
    let response = ask(&api, &token, "GET").await;
    refused(response, 401, "invalid_token", header("Authorization")).await;
}

#[tokio::test]
async fn a_query_parameter_of_the_own_client_is_refused() {
    let api = Api::start().await;
    let response = api.get(&format!("{OWN}?filter[name]=x")).await;
    refused(
        response,
        400,
        "invalid_parameter",
        parameter("filter[name]"),
    )
    .await;
}

/// `me` is no id: the other endpoints take ids alone.
#[tokio::test]
async fn the_own_client_is_changed_and_deleted_by_its_id() {
    let api = Api::start().await;
    let change = json!({ "data": { "type": "auth/app-clients", "attributes": { "name": "x" } } });
    not_found(api.ask("PATCH", OWN, Some(&change)).await).await;
    not_found(api.ask("DELETE", OWN, None).await).await;
    let rotate = format!("{OWN}/rotate-secret");
    not_found(api.ask("POST", &rotate, None).await).await;
    let response = api.ask("POST", OWN, None).await;
    assert_eq!(response.headers()["allow"], "GET, HEAD, OPTIONS");
    refused(response, 405, "method_not_allowed", Value::Null).await;
}
