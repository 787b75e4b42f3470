//! `POST /auth/app-clients`: before it, the new client has no state.

use serde_json::json;
use tests::{body, text};

use super::{OTHER, ask, current, failed, tag};
use crate::auth::{Api, CLIENTS, client_path};

#[tokio::test]
async fn a_new_client_has_the_tag_of_its_first_state() {
    let api = Api::start().await;
    let document = api.new_client(json!({})).await;
    let response = api.create(&document).await;
    assert_eq!(response.status(), 201);
    let created = tag(&response);
    let id = text(&body(response).await["data"]["id"]);
    let path = client_path(&id);
    assert_eq!(created, current(&api, &path).await);
    let change = json!({ "data": { "type": "auth/app-clients", "id": id } });
    let changed = ask(
        &api,
        "PATCH",
        &path,
        &[("if-match", &created)],
        Some(&change),
    )
    .await;
    assert_eq!(changed.status(), 200);
}

#[tokio::test]
async fn no_client_is_created_if_a_state_is_expected() {
    let api = Api::start().await;
    let list = current(&api, CLIENTS).await;
    let document = api.new_client(json!({})).await;
    for expected in ["*", OTHER, &list] {
        let response = ask(
            &api,
            "POST",
            CLIENTS,
            &[("if-match", expected)],
            Some(&document),
        )
        .await;
        failed(response, "If-Match").await;
    }
    assert_eq!(api.all_clients().await.len(), 1);
}

#[tokio::test]
async fn a_new_client_is_in_no_unwanted_state() {
    let api = Api::start().await;
    let document = api.new_client(json!({})).await;
    for unwanted in ["*", OTHER] {
        let fields = [("if-none-match", unwanted)];
        let response = ask(&api, "POST", CLIENTS, &fields, Some(&document)).await;
        assert_eq!(response.status(), 201, "{unwanted}");
    }
    assert_eq!(api.all_clients().await.len(), 3);
}
