//! `POST /auth/app-clients/{id}/rotate-secret`

mod document;
mod overlap;
mod without_downtime;

use reqwest::Response;
use serde_json::{Value, json};
use tests::{BEGIN, Client, Credentials, body, text};

use crate::auth::{Api, client_path, parameter, refused};

/// Rotates a client's secret with these attributes.
async fn try_to_rotate(api: &Api, client: &Client, attributes: Value) -> Response {
    let path = client_path(&client.id) + "/rotate-secret";
    let data = json!({ "type": "auth/app-clients", "id": client.id, "attributes": attributes });
    let document = json!({ "data": data });
    api.ask("POST", &path, Some(&document)).await
}

/// The same, and asserts success. Returns the new credentials.
async fn rotate(api: &Api, client: &Client, attributes: Value) -> Credentials {
    let response = try_to_rotate(api, client, attributes).await;
    assert_eq!(response.status(), 200);
    Credentials {
        id: client.credentials.id.clone(),
        secret: text(&body(response).await["data"]["attributes"]["clientSecret"]),
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn a_new_secret_is_shown_once() {
    let api = Api::start().await;
    let client = api.client().await;
    let before = api.shown(&client.id).await;
    api.latchkey.clock.advance(5);
    let path = client_path(&client.id) + "/rotate-secret";
    let response = api.ask("POST", &path, None).await;
    assert_eq!(response.status(), 200);
    assert_eq!(
        response.headers()["content-type"],
        "application/vnd.api+json"
    );
    assert_eq!(response.headers()["cache-control"], "no-store");
    let rotated = body(response).await;
    let secret = text(&rotated["data"]["attributes"]["clientSecret"]);
    assert!(secret.starts_with("lk_secret_"));
    assert_ne!(secret, client.credentials.secret);

    let mut expected = before;
    expected["attributes"]["updatedAt"] = json!(BEGIN + 5);
    assert_eq!(api.shown(&client.id).await, expected);
    expected["attributes"]["clientSecret"] = json!(secret);
    assert_eq!(rotated, json!({ "data": expected }));
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs a second instance")]
async fn the_new_secret_works_and_the_old_one_does_not() {
    let api = Api::start().await;
    let other = api.latchkey.instance().await;
    let client = api.client().await;
    for service in [&api.service, &other] {
        service.access_token(&client.credentials).await;
    }
    let rotated = api.service.rotate(&api.admin, &client).await;
    for service in [&api.service, &other] {
        assert_eq!(service.token(&client.credentials).await.status(), 401);
        service.access_token(&rotated).await;
    }
}

#[tokio::test]
async fn exactly_one_secret_works_after_concurrent_rotations() {
    let api = Api::start().await;
    let client = api.client().await;
    let rotate = || api.service.rotate_unless_changed(&api.admin, &client);
    let (one, other) = tokio::join!(rotate(), rotate());
    let mut working = 0;
    for credentials in [one, other].into_iter().flatten() {
        working += u8::from(api.accepts(&credentials).await);
    }
    assert_eq!(working, 1);
    assert!(!api.accepts(&client.credentials).await);
}

#[tokio::test]
async fn a_token_stays_valid_after_its_secret_is_rotated() {
    let api = Api::start().await;
    let client = api.client().await;
    let token = api.service.access_token(&client.credentials).await;
    api.service.rotate(&api.admin, &client).await;
    let response = api.service.manage(&token, "GET", "/auth/roles", None).await;
    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn a_disabled_client_stays_disabled() {
    let api = Api::start().await;
    let disabled = json!({ "status": "disabled" });
    let client = api.client_with("Builder Admin", disabled).await;
    let rotated = api.service.rotate(&api.admin, &client).await;
    assert!(!api.accepts(&rotated).await);
    assert_eq!(
        api.shown(&client.id).await["attributes"]["status"],
        "disabled"
    );
}

#[tokio::test]
async fn a_query_parameter_is_refused() {
    let api = Api::start().await;
    let client = api.client().await;
    let path = client_path(&client.id) + "/rotate-secret?include=x";
    let response = api.ask("POST", &path, None).await;
    refused(response, 400, "invalid_parameter", parameter("include")).await;
    assert!(api.accepts(&client.credentials).await);
}
