//! `DELETE /auth/app-clients/{id}`

use serde_json::json;

use crate::auth::{Api, client_path, not_found, parameter, refused};

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "a gateway may add a content type")]
async fn a_deletion_gets_a_204_without_a_body() {
    let api = Api::start().await;
    let client = api.client().await;
    let response = api.ask("DELETE", &client_path(&client.id), None).await;
    assert_eq!(response.status(), 204);
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert!(!response.headers().contains_key("content-type"));
    assert_eq!(response.bytes().await.unwrap().len(), 0);
}

#[tokio::test]
async fn a_deleted_client_is_not_found_by_any_endpoint() {
    let api = Api::start().await;
    let client = api.client().await;
    let path = client_path(&client.id);
    let deleted = api.ask("DELETE", &path, None).await;
    assert_eq!(deleted.status(), 204);
    not_found(api.get(&path).await).await;
    not_found(api.patch(&client.id, json!({ "name": "Other" })).await).await;
    not_found(api.ask("DELETE", &path, None).await).await;
    let rotate = format!("{path}/rotate-secret");
    not_found(api.ask("POST", &rotate, None).await).await;
    let clients = api.all_clients().await;
    assert!(clients.iter().all(|other| other["id"] != client.id));
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs a second instance")]
async fn a_deleted_client_gets_no_token_from_any_instance() {
    let api = Api::start().await;
    let other = api.latchkey.instance().await;
    let client = api.client().await;
    for service in [&api.service, &other] {
        service.access_token(&client.credentials).await;
    }
    api.ask("DELETE", &client_path(&client.id), None).await;
    for service in [&api.service, &other] {
        assert_eq!(service.token(&client.credentials).await.status(), 401);
    }
}

#[tokio::test]
async fn a_deletion_does_not_affect_other_clients() {
    let api = Api::start().await;
    let (client, other) = (api.client().await, api.client().await);
    let before = api.shown(&other.id).await;
    api.ask("DELETE", &client_path(&client.id), None).await;
    assert_eq!(api.shown(&other.id).await, before);
    assert!(api.accepts(&other.credentials).await);
}

#[tokio::test]
async fn a_query_parameter_is_refused() {
    let api = Api::start().await;
    let client = api.client().await;
    let path = format!("{}?include=x", client_path(&client.id));
    let response = api.ask("DELETE", &path, None).await;
    refused(response, 400, "invalid_parameter", parameter("include")).await;
    assert!(api.accepts(&client.credentials).await);
}
