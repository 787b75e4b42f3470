//! Stored values that a rule for input refuses: an earlier release, which had another rule, wrote
//! them. Such a client works like any other.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failing test panics"
)]

use serde_json::{Value, json};
use tests::{Client, body, text};

use crate::auth::forge::part;
use crate::auth::{Api, CLIENTS, client_path, in_a_list, pointer, refused};

/// A deployment with a client whose record has this value.
async fn with(attribute: &str, value: Value) -> (Api, Client) {
    let api = Api::start().await;
    let client = api.client().await;
    api.latchkey.table().set(&client.id, attribute, value).await;
    (api, client)
}

/// Sends a client every request, and asserts that the API shows `attribute` with `value` and that a
/// change of another attribute leaves it as it is.
async fn works(api: &Api, client: &Client, attribute: &str, value: Value) {
    assert!(api.accepts(&client.credentials).await);
    let shown = api.shown(&client.id).await;
    assert_eq!(shown["attributes"][attribute], value);
    let list = body(api.get(CLIENTS).await).await;
    let listed = in_a_list(shown.clone());
    assert!(list["data"].as_array().unwrap().contains(&listed));
    assert!(list.get("meta").is_none());

    let document = json!({ "data": shown });
    let path = client_path(&client.id);
    let sent_back = api.ask("PATCH", &path, Some(&document)).await;
    assert_eq!(sent_back.status(), 200, "{attribute} sent back unchanged");
    let replaced = api.ask("PUT", &path, Some(&document)).await;
    assert_eq!(replaced.status(), 200, "{attribute} sent back unchanged");
    assert_eq!(body(replaced).await["data"]["attributes"][attribute], value);
    let changed = api.patch(&client.id, json!({ "status": "disabled" })).await;
    assert_eq!(changed.status(), 200);
    let changed = api.patch(&client.id, json!({ "status": "enabled" })).await;
    assert_eq!(changed.status(), 200);
    assert_eq!(body(changed).await["data"]["attributes"][attribute], value);
    assert_eq!(api.shown(&client.id).await["attributes"][attribute], value);

    let credentials = api.service.rotate(&api.admin, client).await;
    assert!(api.accepts(&credentials).await);
    let deleted = api.ask("DELETE", &path, None).await;
    assert_eq!(deleted.status(), 204);
}

#[tokio::test]
async fn a_client_with_a_stored_name_that_the_rule_refuses_works() {
    for name in [
        "",
        "  ",
        "a\nb\u{1b}[31m\0",
        "a\u{202e}b",
        "a\u{ad}b",
        "\u{3164}",
        &"é".repeat(256),
    ] {
        let (api, client) = with("name", json!({ "S": name })).await;
        works(&api, &client, "name", json!(name)).await;
    }
}

#[tokio::test]
async fn a_client_with_a_stored_description_that_the_rule_refuses_works() {
    for description in ["a\0b", &"x".repeat(1_001)] {
        let (api, client) = with("description", json!({ "S": description })).await;
        works(&api, &client, "description", json!(description)).await;
    }
}

#[tokio::test]
async fn a_client_with_a_stored_lifetime_that_the_rule_refuses_works() {
    for seconds in [1, 59, 86_401] {
        let (api, client) = with("lifetime", json!({ "N": seconds.to_string() })).await;
        works(&api, &client, "accessTokenLifetime", json!(seconds)).await;
    }
}

#[tokio::test]
async fn a_client_with_a_stored_quota_that_the_rule_refuses_works() {
    let (api, client) = with("quota", json!({ "N": "1000001" })).await;
    works(&api, &client, "tokenQuota", json!(1_000_001)).await;
}

#[tokio::test]
async fn a_stored_quota_of_zero_permits_no_token() {
    let (api, client) = with("quota", json!({ "N": "0" })).await;
    assert_eq!(api.service.token(&client.credentials).await.status(), 429);
    let shown = api.shown(&client.id).await;
    assert_eq!(shown["attributes"]["tokenQuota"], 0);
}

/// A key stays published only until the longest lifetime after its last signature.
#[tokio::test]
async fn no_token_outlives_the_longest_lifetime() {
    let (api, client) = with("lifetime", json!({ "N": "4000000000" })).await;
    let token = body(api.service.token(&client.credentials).await).await;
    assert_eq!(token["expires_in"], 86_400);
    let claims = part(&text(&token["access_token"]), 1);
    let lifetime = claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap();
    assert_eq!(lifetime, 86_400);
}

#[tokio::test]
async fn a_new_value_must_follow_the_rule_even_if_the_stored_one_does_not() {
    let (api, client) = with("name", json!({ "S": "a\nb" })).await;
    let response = api.patch(&client.id, json!({ "name": "a\nc" })).await;
    let source = pointer("/data/attributes/name");
    refused(response, 422, "invalid_value", source).await;
    let repaired = api.patch(&client.id, json!({ "name": "a b" })).await;
    assert_eq!(body(repaired).await["data"]["attributes"]["name"], "a b");
}

#[tokio::test]
async fn a_caller_with_a_stored_name_that_the_rule_refuses_can_call() {
    let (api, client) = with("name", json!({ "S": "a\nb" })).await;
    let token = api.service.access_token(&client.credentials).await;
    let response = api.service.manage(&token, "GET", CLIENTS, None).await;
    assert_eq!(response.status(), 200);
}

/// DynamoDB ends a page of a Query after a megabyte.
#[tokio::test]
async fn a_list_of_long_records_shows_every_client() {
    let api = Api::start().await;
    let long = json!({ "S": "x".repeat(300_000) });
    for _ in 0..6 {
        let client = api.client().await;
        let latchkey = &api.latchkey;
        latchkey
            .table()
            .set(&client.id, "description", long.clone())
            .await;
    }
    assert_eq!(api.all_clients().await.len(), 7);
}
