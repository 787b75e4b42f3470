//! Entity tags and preconditions (RFC 9110 §8.8.3, §13) on every endpoint.

mod create;
mod delete;
mod last_use;
mod malformed;
mod order;
mod races;
mod read;
mod rotate_secret;
mod update;

use reqwest::Response;
use serde_json::{Value, json};
use tests::Client;

use crate::auth::{Api, client_path, header, refused};

/// Header fields of a request.
type Fields<'a> = &'a [(&'a str, &'a str)];

/// A well-formed entity tag that no resource has.
const OTHER: &str = "\"00000000000040008000000000000000\"";

/// Sends a request with these header fields.
async fn ask(
    api: &Api,
    method: &str,
    path: &str,
    fields: Fields<'_>,
    document: Option<&Value>,
) -> Response {
    let mut request = api.service.request(method, path).bearer_auth(&api.admin);
    for (name, value) in fields {
        request = request.header(*name, *value);
    }
    if let Some(document) = document {
        request = request
            .header("content-type", "application/vnd.api+json")
            .body(document.to_string());
    }
    api.service.send(request).await
}

/// The response's entity tag. Asserts that it is a strong one.
fn tag(response: &Response) -> String {
    let tag = response.headers()["etag"].to_str().unwrap();
    let opaque = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
    let opaque = opaque.unwrap();
    let is_opaque = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    assert!(!opaque.is_empty() && opaque.bytes().all(is_opaque), "{tag}");
    tag.to_owned()
}

/// The current entity tag at a path.
async fn current(api: &Api, path: &str) -> String {
    let response = api.get(path).await;
    assert_eq!(response.status(), 200);
    tag(&response)
}

/// A client, and the tag of its current state.
async fn client_with_tag(api: &Api) -> (Client, String) {
    let client = api.client().await;
    let tag = current(api, &client_path(&client.id)).await;
    (client, tag)
}

/// Asserts that the precondition in this header field does not hold.
async fn failed(response: Response, field: &str) {
    refused(response, 412, "precondition_failed", header(field)).await;
}

/// A document that renames a client.
fn rename(client: &Client, name: &str) -> Value {
    json!({ "data": {
        "type": "auth/app-clients", "id": client.id, "attributes": { "name": name }
    } })
}

/// The name that a client has now.
async fn name(api: &Api, client: &Client) -> Value {
    api.shown(&client.id).await["attributes"]["name"].take()
}
