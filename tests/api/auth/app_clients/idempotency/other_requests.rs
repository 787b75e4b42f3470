//! A key belongs to one request: method, path and body.

use serde_json::json;

use super::{Given, KEY, create, kept, made, named, refused_for_its_key, rotate, rotation, send};
use crate::auth::{Api, CLIENTS};

const REUSED: &str = "idempotency_key_reused";

#[tokio::test]
async fn another_body_under_a_key_gets_422_even_if_it_differs_by_one_byte() {
    let api = Api::start().await;
    let document = named(&api, "Nightly import").await;
    let first = Given::of(create(&api, KEY, &document).await).await;
    let same_with_a_space = document.to_string() + " ";
    for body in [
        named(&api, "nightly import").await.to_string(),
        same_with_a_space,
    ] {
        let fields = [("idempotency-key", KEY)];
        let response = send(&api, &api.admin, CLIENTS, &fields, Some(&body)).await;
        refused_for_its_key(response, 422, REUSED).await;
    }
    assert_eq!(made(&api).await, 1);
    assert!(api.accepts(&first.credentials()).await);
}

#[tokio::test]
async fn another_endpoint_or_another_client_under_a_key_gets_422() {
    let api = Api::start().await;
    let (client, other) = (api.client().await, api.client().await);
    let first = Given::of(rotate(&api, KEY, &client.id).await).await;
    refused_for_its_key(rotate(&api, KEY, &other.id).await, 422, REUSED).await;
    let document = named(&api, "Nightly import").await;
    refused_for_its_key(create(&api, KEY, &document).await, 422, REUSED).await;
    assert_eq!(made(&api).await, 2);
    assert!(api.accepts(&first.credentials()).await);
    assert!(api.accepts(&other.credentials).await);
}

/// Otherwise the caller would get 412 now, and another answer later.
#[tokio::test]
async fn another_request_under_a_key_gets_422_before_its_precondition() {
    let api = Api::start().await;
    let (client, other) = (api.client().await, api.client().await);
    rotate(&api, KEY, &client.id).await;
    let fields = [("idempotency-key", KEY), ("if-none-match", "*")];
    let response = send(&api, &api.admin, &rotation(&other.id), &fields, None).await;
    refused_for_its_key(response, 422, REUSED).await;
}

/// Both types mean the same, so a library may choose another one for the repeat.
#[tokio::test]
async fn the_content_type_is_not_part_of_a_request() {
    let api = Api::start().await;
    let document = named(&api, "Nightly import").await;
    let first = Given::of(create(&api, KEY, &document).await).await;
    let request = api.service.request("POST", CLIENTS).bearer_auth(&api.admin);
    let request = request
        .header("idempotency-key", KEY)
        .header("content-type", "application/json")
        .body(document.to_string());
    let repeat = Given::of(api.service.send(request).await).await;
    assert!(repeat.is_repeat);
    assert_eq!(repeat.data, first.data);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "reads the table")]
async fn a_refused_request_leaves_its_key_free() {
    let api = Api::start().await;
    let document = named(&api, "Nightly import").await;
    let mut no_role = document.clone();
    no_role["data"]["relationships"]["auth/roles"]["data"]["id"] = json!(crate::auth::NO_ROLE);
    let mut no_name = document.clone();
    no_name["data"]["attributes"]["name"] = json!("");
    for (invalid, status) in [(no_role, 404), (no_name, 422), (json!({}), 400)] {
        assert_eq!(create(&api, KEY, &invalid).await.status(), status);
    }
    let fields = [("idempotency-key", KEY), ("if-match", "*")];
    let body = document.to_string();
    let unmet = send(&api, &api.admin, CLIENTS, &fields, Some(&body)).await;
    assert_eq!(unmet.status(), 412);
    let unknown = rotate(&api, KEY, crate::auth::NO_CLIENT).await;
    assert_eq!(unknown.status(), 404);
    assert!(kept(&api).await.is_empty());
    let given = Given::of(create(&api, KEY, &document).await).await;
    assert_eq!((given.status.as_u16(), given.is_repeat), (201, false));
}
