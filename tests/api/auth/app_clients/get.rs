//! `GET /auth/app-clients/{id}`

use reqwest::Response;
use serde_json::json;
use tests::{BEGIN, body};

use crate::auth::{Api, NO_CLIENT, client_path, in_a_list, parameter, refused};

#[tokio::test]
async fn a_client_is_shown_without_its_secret() {
    let api = Api::start().await;
    let client = api.client().await;
    let response = api.get(&client_path(&client.id)).await;
    assert_eq!(response.status(), 200);
    assert_eq!(
        response.headers()["content-type"],
        "application/vnd.api+json"
    );
    assert_eq!(response.headers()["cache-control"], "no-store");
    let text = response.text().await.unwrap();
    assert!(!text.contains("ecret"), "{text}");
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn the_bootstrap_client_is_an_ordinary_client() {
    let api = Api::start().await;
    let clients = api.all_clients().await;
    assert_eq!(clients.len(), 1);
    let attributes = &clients[0]["attributes"];
    assert_eq!(attributes["clientId"], api.service.bootstrap.id);
    assert_eq!(attributes["createdAt"], BEGIN);
    let shown = api.shown(clients[0]["id"].as_str().unwrap()).await;
    assert_eq!(in_a_list(shown), clients[0]);
}

#[tokio::test]
async fn a_get_request_may_have_a_body() {
    let api = Api::start().await;
    let client = api.client().await;
    let path = client_path(&client.id);
    let response = api.ask("GET", &path, Some(&json!({ "data": 7 }))).await;
    assert_eq!(response.status(), 200);
}

/// The response of each endpoint of one client to this id.
async fn responses(api: &Api, id: &str) -> [(u16, String); 4] {
    let path = client_path(id);
    let document = json!({ "data": { "type": "auth/app-clients", "attributes": { "name": "x" } } });
    let read = async |response: Response| {
        let status = response.status().as_u16();
        (status, response.text().await.unwrap())
    };
    [
        read(api.get(&path).await).await,
        read(api.ask("PATCH", &path, Some(&document)).await).await,
        read(api.ask("DELETE", &path, None).await).await,
        read(
            api.ask("POST", &format!("{path}/rotate-secret"), None)
                .await,
        )
        .await,
    ]
}

async fn is_answered_like_an_unknown_id(api: &Api, id: &str) {
    let unknown = responses(api, NO_CLIENT).await;
    for (status, text) in &unknown {
        assert_eq!((*status, text), (404, &unknown[0].1));
    }
    assert_eq!(responses(api, id).await, unknown, "{id}");
}

#[tokio::test]
async fn an_unknown_id_is_not_found() {
    let api = Api::start().await;
    crate::auth::not_found(api.get(&client_path(NO_CLIENT)).await).await;
    is_answered_like_an_unknown_id(&api, NO_CLIENT).await;
}

#[tokio::test]
#[cfg_attr(
    feature = "deployed",
    ignore = "a gateway may read odd paths differently"
)]
async fn an_id_that_is_not_a_uuid_is_answered_like_an_unknown_one() {
    let api = Api::start().await;
    for id in ["x", "%00", "..%2F..%2Froles", "%FF", "CLIENT%23x", "null"] {
        is_answered_like_an_unknown_id(&api, id).await;
    }
}

#[tokio::test]
async fn an_id_in_braces_is_answered_like_an_unknown_one() {
    let api = Api::start().await;
    let client = api.client().await;
    is_answered_like_an_unknown_id(&api, &format!("%7B{}%7D", client.id)).await;
    assert!(api.accepts(&client.credentials).await);
}

/// RFC 9562 §4: a UUID is case-insensitive on input. The client ID is the same UUID without hyphens.
#[tokio::test]
async fn every_spelling_of_the_id_is_the_same_client() {
    let api = Api::start().await;
    for spelling in [
        |id: &str| id.to_uppercase(),
        |id: &str| id.replace('-', ""),
        |id: &str| id.replace('-', "").to_uppercase(),
    ] {
        let client = api.client().await;
        let id = spelling(&client.id);
        let path = client_path(&id);
        let found = body(api.get(&path).await).await;
        assert_eq!(found["data"], api.shown(&client.id).await);
        assert_eq!(found["data"]["id"], client.id, "the id has one form");
        let renamed = api.patch(&id, json!({ "name": "Renamed" })).await;
        assert_eq!(renamed.status(), 200);
        assert_eq!(body(renamed).await["data"]["id"], client.id);
        let document = json!({ "data": { "type": "auth/app-clients", "id": id } });
        let usual = client_path(&client.id);
        let response = api.ask("PATCH", &usual, Some(&document)).await;
        assert_eq!(response.status(), 200, "{id} in the document");
        let rotate = format!("{path}/rotate-secret");
        assert_eq!(api.ask("POST", &rotate, None).await.status(), 200);
        assert!(!api.accepts(&client.credentials).await);
        assert_eq!(api.ask("DELETE", &path, None).await.status(), 204);
        crate::auth::not_found(api.get(&client_path(&client.id)).await).await;
    }
}

#[tokio::test]
async fn an_id_with_a_prefix_or_suffix_is_answered_like_an_unknown_one() {
    let api = Api::start().await;
    let client = api.client().await;
    let id = &client.id;
    for id in [
        format!("{id}%20"),
        format!("{id}x"),
        format!("urn:uuid:{id}"),
    ] {
        is_answered_like_an_unknown_id(&api, &id).await;
    }
    assert!(api.accepts(&client.credentials).await);
}

#[tokio::test]
async fn a_query_parameter_is_refused() {
    let api = Api::start().await;
    let client = api.client().await;
    for name in ["include", "sort", "filter[name]", "fields[auth/roles]", "x"] {
        let path = format!("{}?{name}=x", client_path(&client.id));
        let response = api.get(&path).await;
        refused(response, 400, "invalid_parameter", parameter(name)).await;
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs a second instance")]
async fn another_instance_sees_a_new_client_at_once() {
    let api = Api::start().await;
    let other = api.latchkey.instance().await;
    let client = api.client().await;
    let path = client_path(&client.id);
    let response = other.manage(&api.admin, "GET", &path, None).await;
    assert_eq!(response.status(), 200);
    assert_eq!(body(response).await["data"], api.shown(&client.id).await);
}
