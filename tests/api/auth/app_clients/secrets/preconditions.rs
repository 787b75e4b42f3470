//! The entity tags under a client have the client's revision, and the days on which the secrets were used.

use reqwest::Response;
use serde_json::{Value, json};
use tests::Client;

use super::{add, document, first, listed, secret_path, secrets_path};
use crate::auth::{Api, client_path, header, refused};

async fn ask(
    api: &Api,
    method: &str,
    path: &str,
    field: (&str, &str),
    document: Option<&Value>,
) -> Response {
    let mut request = api.service.request(method, path).bearer_auth(&api.admin);
    request = request.header(field.0, field.1);
    if let Some(document) = document {
        request = request.header("content-type", "application/vnd.api+json");
        request = request.body(document.to_string());
    }
    api.service.send(request).await
}

async fn tag(api: &Api, path: &str) -> String {
    let response = api.get(path).await;
    assert_eq!(response.status(), 200);
    response.headers()["etag"].to_str().unwrap().to_owned()
}

/// The writes of a client's secrets, each with its path and document.
async fn writes(api: &Api, client: &Client) -> [(&'static str, String, Option<Value>); 4] {
    let secret = secret_path(client, &first(api, client).await.id);
    let change = document(json!({ "expiresAt": tests::BEGIN + 90 * super::DAY }));
    [
        ("POST", secrets_path(client), None),
        ("PATCH", secret.clone(), Some(change)),
        ("POST", client_path(&client.id) + "/rotate-secret", None),
        ("DELETE", secret, None),
    ]
}

/// What a precondition for a write compares: the tag without the days.
fn revision(tag: &str) -> &str {
    tag.trim_matches('"').split('.').next().unwrap()
}

#[tokio::test]
async fn the_entity_tag_of_a_secret_and_of_the_list_changes_with_the_client() {
    let api = Api::start().await;
    let client = api.client().await;
    let secret = secret_path(&client, &first(&api, &client).await.id);
    let of_client = tag(&api, &client_path(&client.id)).await;
    let current = tag(&api, &secret).await;
    assert_eq!(revision(&current), revision(&of_client));
    for path in [&secrets_path(&client), &secret] {
        assert_eq!(tag(&api, path).await, current);
        let response = ask(&api, "GET", path, ("if-none-match", &current), None).await;
        assert_eq!(response.status(), 304);
    }
    let renamed = json!({ "name": "Renamed" });
    assert_eq!(api.patch(&client.id, renamed).await.status(), 200);
    for path in [&secrets_path(&client), &secret] {
        let response = ask(&api, "GET", path, ("if-none-match", &current), None).await;
        assert_eq!(response.status(), 200);
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn a_write_under_the_clients_tag_returns_the_next_one() {
    let api = Api::start().await;
    let client = api.client().await;
    for (method, path, document) in &writes(&api, &client).await[..3] {
        let current = tag(&api, &secrets_path(&client)).await;
        let document = document.as_ref();
        let field = ("if-match", current.as_str());
        let response = ask(&api, method, path, field, document).await;
        assert!(response.status().is_success(), "{method} {path}");
        let next = response.headers()["etag"].to_str().unwrap().to_owned();
        assert_ne!(next, current, "{method} {path}");
        let of_client = tag(&api, &client_path(&client.id)).await;
        assert_eq!(revision(&of_client), revision(&next));
    }
}

/// The end of a secret is no change of the client.
#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn the_end_of_a_secret_sets_a_new_tag_of_the_list() {
    let api = Api::start().await;
    let client = api.client().await;
    let overlap = json!({ "data": {
        "type": "auth/app-clients", "id": client.id, "attributes": { "overlapSeconds": 60 }
    } });
    let rotate = client_path(&client.id) + "/rotate-secret";
    assert_eq!(api.ask("POST", &rotate, Some(&overlap)).await.status(), 200);
    let (path, during) = (secrets_path(&client), listed(&api, &client).await);
    let tag = tag(&api, &path).await;
    let field = ("if-none-match", tag.as_str());
    api.latchkey.clock.advance(59);
    assert_eq!(ask(&api, "GET", &path, field, None).await.status(), 304);
    api.latchkey.clock.advance(1);
    assert_eq!(ask(&api, "GET", &path, field, None).await.status(), 200);
    assert_eq!(listed(&api, &client).await, during[1..]);
}

/// The client's own tag has its day already.
#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn the_first_use_of_a_second_secret_on_a_day_sets_a_new_tag_of_the_list() {
    let api = Api::start().await;
    let client = api.client().await;
    let second = add(&api, &client, json!({})).await;
    assert!(api.accepts(&client.credentials).await);
    let paths = [secrets_path(&client), secret_path(&client, &second.id)];
    let [list, shown] = [tag(&api, &paths[0]).await, tag(&api, &paths[1]).await];
    assert!(api.accepts(&second.credentials).await);
    for (path, former) in paths.iter().zip([&list, &shown]) {
        let response = ask(&api, "GET", path, ("if-none-match", former), None).await;
        assert_eq!(response.status(), 200, "{path}");
    }
    // The token is no change: the former tag still permits one.
    let deleted = ask(&api, "DELETE", &paths[1], ("if-match", &list), None).await;
    assert_eq!(deleted.status(), 204);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn a_write_under_a_stale_tag_changes_nothing() {
    let api = Api::start().await;
    let client = api.client().await;
    let stale = tag(&api, &client_path(&client.id)).await;
    let second = add(&api, &client, json!({})).await;
    let before = listed(&api, &client).await;
    for (method, path, document) in &writes(&api, &client).await {
        for field in [("if-match", stale.as_str()), ("if-none-match", "*")] {
            let response = ask(&api, method, path, field, document.as_ref()).await;
            let name = match field.0 {
                "if-match" => "If-Match",
                _ => "If-None-Match",
            };
            refused(response, 412, "precondition_failed", header(name)).await;
        }
    }
    assert_eq!(listed(&api, &client).await, before);
    assert!(api.accepts(&client.credentials).await);
    assert!(api.accepts(&second.credentials).await);
}

#[tokio::test]
async fn a_refused_request_is_refused_in_the_same_way_under_a_stale_tag() {
    let api = Api::start().await;
    let client = api.client().await;
    let field = ("if-match", "\"00000000000040008000000000000000\"");
    let path = secrets_path(&client);
    let invalid = document(json!({ "expiresAt": 1 }));
    let response = ask(&api, "POST", &path, field, Some(&invalid)).await;
    assert_eq!(response.status(), 422);
    let missing = secret_path(&client, super::NO_SECRET);
    for method in ["GET", "DELETE"] {
        let response = ask(&api, method, &missing, field, None).await;
        assert_eq!(response.status(), 404);
    }
}
