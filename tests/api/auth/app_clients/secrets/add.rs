//! `POST /auth/app-clients/{id}/secrets`

use serde_json::{Value, json};
use tests::{BEGIN, body, text};

use super::{DAY, add, added, document, first, ids, last_four, listed, secrets_path, try_to_add};
use crate::auth::{Api, header, parameter, pointer, refused};

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn an_added_secret_is_shown_once() {
    let api = Api::start().await;
    let client = api.client().await;
    api.latchkey.clock.advance(5);
    let response = try_to_add(&api, &client, json!({ "expiresAt": BEGIN + 90 * DAY })).await;
    assert_eq!(response.headers()["cache-control"], "no-store");
    let location = response.headers()["location"].to_str().unwrap().to_owned();
    let tag = response.headers()["etag"].clone();
    let (secret, document) = added(&client, response).await;
    let plain = &secret.credentials.secret;
    assert!(plain.starts_with("lk_secret_"));
    assert_ne!(*plain, client.credentials.secret);
    let expected = json!({ "data": {
        "type": "auth/app-client-secrets",
        "id": secret.id,
        "attributes": {
            "clientSecret": plain,
            "lastFour": last_four(plain),
            "createdAt": BEGIN + 5,
            "expiresAt": BEGIN + 90 * DAY,
            "lastUsedOn": null,
        },
        "links": { "self": location },
    } });
    assert_eq!(document, expected);
    let found = api.get(&location).await;
    assert_eq!(found.headers()["etag"], tag);
    let mut expected = expected;
    let attributes = expected["data"]["attributes"].as_object_mut().unwrap();
    attributes.remove("clientSecret");
    assert_eq!(body(found).await, expected);
    let shown = api.shown(&client.id).await;
    assert_eq!(shown["attributes"]["updatedAt"], BEGIN + 5);
}

#[tokio::test]
async fn both_secrets_work_after_one_is_added() {
    let api = Api::start().await;
    let client = api.client().await;
    let second = add(&api, &client, json!({})).await;
    assert!(api.accepts(&client.credentials).await);
    assert!(api.accepts(&second.credentials).await);
}

#[tokio::test]
async fn a_third_secret_replaces_the_one_that_was_added_last_and_names_it() {
    let api = Api::start().await;
    let client = api.client().await;
    let first = first(&api, &client).await;
    let second = add(&api, &client, json!({})).await;
    let response = try_to_add(&api, &client, json!({})).await;
    let (third, document) = added(&client, response).await;
    let replaced = json!({ "type": "auth/app-client-secrets", "id": second.id });
    assert_eq!(document["meta"], json!({ "replaced": replaced }));
    assert_eq!(ids(&api, &client).await, [first.id, third.id]);
    assert!(api.accepts(&client.credentials).await);
    assert!(api.accepts(&third.credentials).await);
    assert!(!api.accepts(&second.credentials).await);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "writes into the table")]
async fn a_third_secret_replaces_none_if_one_has_expired() {
    let api = Api::start().await;
    let client = api.client().await;
    let ends = [Some(BEGIN + 100), None];
    let credentials = api.latchkey.table().set_secrets(&client, &ends).await;
    api.latchkey.clock.advance(100);
    let second = ids(&api, &client).await.remove(0);
    let response = try_to_add(&api, &client, json!({})).await;
    let (third, document) = added(&client, response).await;
    assert!(document.get("meta").is_none());
    assert_eq!(ids(&api, &client).await, [second, third.id]);
    assert!(api.accepts(&credentials[1]).await);
    assert!(api.accepts(&third.credentials).await);
}

#[tokio::test]
async fn an_empty_body_or_null_adds_a_secret_without_an_end() {
    let api = Api::start().await;
    let client = api.client().await;
    let null = document(json!({ "expiresAt": null }));
    let no_attributes = json!({ "data": { "type": "auth/app-client-secrets" } });
    for document in [None, Some(&null), Some(&no_attributes)] {
        let response = api.ask("POST", &secrets_path(&client), document).await;
        let (_, added) = added(&client, response).await;
        assert_eq!(added["data"]["attributes"]["expiresAt"], Value::Null);
    }
}

#[tokio::test]
async fn a_disabled_client_can_get_a_secret_and_stays_disabled() {
    let api = Api::start().await;
    let disabled = json!({ "status": "disabled" });
    let client = api.client_with("Builder Admin", disabled).await;
    let second = add(&api, &client, json!({})).await;
    assert!(!api.accepts(&second.credentials).await);
}

#[tokio::test]
async fn an_unknown_or_read_only_attribute_is_refused() {
    let api = Api::start().await;
    let client = api.client().await;
    for name in [
        "colour",
        "clientSecret",
        "lastFour",
        "createdAt",
        "lastUsedOn",
    ] {
        let response = try_to_add(&api, &client, json!({ name: "x" })).await;
        let source = pointer(&format!("/data/attributes/{name}"));
        refused(response, 400, "unknown", source).await;
    }
    assert_eq!(listed(&api, &client).await.len(), 1);
}

#[tokio::test]
async fn a_document_of_another_resource_is_refused() {
    let api = Api::start().await;
    let client = api.client().await;
    let with = |name: &str, value: Value| {
        let mut document = document(json!({}));
        document["data"][name] = value;
        document
    };
    let relationship = json!({ "auth/roles": { "data": null } });
    for (document, status, code, place) in [
        (
            with("type", json!("auth/app-clients")),
            409,
            "wrong_resource",
            "/data/type",
        ),
        (
            with("id", json!(client.id)),
            403,
            "client_generated_id",
            "/data/id",
        ),
        (
            with("relationships", relationship),
            400,
            "unknown",
            "/data/relationships/auth~1roles",
        ),
        (
            with("attributes", json!([])),
            400,
            "malformed_document",
            "/data/attributes",
        ),
        (json!({}), 400, "malformed_document", ""),
    ] {
        let response = api
            .ask("POST", &secrets_path(&client), Some(&document))
            .await;
        refused(response, status, code, pointer(place)).await;
    }
    assert_eq!(listed(&api, &client).await.len(), 1);
}

#[tokio::test]
async fn another_media_type_or_a_content_coding_is_refused() {
    let api = Api::start().await;
    let client = api.client().await;
    let send = async |name, value| {
        let request = api.service.request("POST", &secrets_path(&client));
        let request = request.bearer_auth(&api.admin).header(name, value);
        let request = request.body(document(json!({})).to_string());
        api.service.send(request).await
    };
    let response = send("content-type", "text/plain").await;
    refused(
        response,
        415,
        "unsupported_media_type",
        header("Content-Type"),
    )
    .await;
    let response = send("content-encoding", "gzip").await;
    assert_eq!(response.status(), 415);
    assert_eq!(listed(&api, &client).await.len(), 1);
}

#[tokio::test]
async fn a_query_parameter_is_refused() {
    let api = Api::start().await;
    let client = api.client().await;
    let path = secrets_path(&client) + "?expiresAt=1";
    let response = api.ask("POST", &path, None).await;
    refused(response, 400, "invalid_parameter", parameter("expiresAt")).await;
    assert_eq!(listed(&api, &client).await.len(), 1);
}

/// A secret that the service made is never accepted as one that the caller chooses.
#[tokio::test]
async fn a_secret_cannot_be_chosen() {
    let api = Api::start().await;
    let client = api.client().await;
    let chosen = json!({ "clientSecret": client.credentials.secret });
    let response = try_to_add(&api, &client, chosen).await;
    let source = pointer("/data/attributes/clientSecret");
    refused(response, 400, "unknown", source).await;
    let other = api.client().await;
    let second = add(&api, &other, json!({})).await;
    assert_ne!(
        text(&json!(second.credentials.secret)),
        client.credentials.secret
    );
}
