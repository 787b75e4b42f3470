//! `Idempotency-Key`: a caller that has lost an answer repeats its request and gets it.

mod add_secret;
mod callers;
mod calls;
mod create;
mod expiry;
mod faults;
mod keys;
mod other_requests;
mod rotate_secret;
mod superseded;

use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use tests::{Credentials, body, text};

use crate::auth::{Api, CLIENTS, header, refused};

/// A key. It is long enough for the search of the log.
const KEY: &str = "8e03978e-40d5-43dd-bc93-6894a57f9324";
const OTHER_KEY: &str = "1ff7d3e5-6d0a-4c0e-9c5e-0e6d8f6c2b1a";

/// The answer to a request that gives a secret.
#[derive(Debug, PartialEq)]
struct Given {
    status: StatusCode,
    location: Option<String>,
    etag: String,
    is_repeat: bool,
    data: Value,
}

impl Given {
    async fn of(response: Response) -> Self {
        let header = |name: &str| {
            let value = response.headers().get(name)?;
            Some(value.to_str().unwrap().to_owned())
        };
        let replayed = header("idempotency-replayed");
        assert!(matches!(replayed.as_deref(), None | Some("true")));
        Self {
            status: response.status(),
            location: header("location"),
            etag: header("etag").unwrap(),
            is_repeat: replayed.is_some(),
            data: body(response).await["data"].take(),
        }
    }

    fn id(&self) -> String {
        text(&self.data["id"])
    }

    fn secret(&self) -> String {
        text(&self.data["attributes"]["clientSecret"])
    }

    fn credentials(&self) -> Credentials {
        Credentials {
            id: text(&self.data["attributes"]["clientId"]),
            secret: self.secret(),
        }
    }
}

/// Header fields of a request.
type Fields<'a> = &'a [(&'a str, &'a str)];

/// Sends a request with these header fields, and a document of the type `application/vnd.api+json`.
async fn send(
    api: &Api,
    token: &str,
    path: &str,
    fields: Fields<'_>,
    document: Option<&str>,
) -> Response {
    let mut request = api.service.request("POST", path).bearer_auth(token);
    for (name, value) in fields {
        request = request.header(*name, *value);
    }
    if let Some(document) = document {
        request = request
            .header("content-type", "application/vnd.api+json")
            .body(document.to_owned());
    }
    api.service.send(request).await
}

/// Creates a client under a key.
async fn create(api: &Api, key: &str, document: &Value) -> Response {
    let document = document.to_string();
    let fields = [("idempotency-key", key)];
    send(api, &api.admin, CLIENTS, &fields, Some(&document)).await
}

/// Rotates the secret of a client under a key.
async fn rotate(api: &Api, key: &str, id: &str) -> Response {
    let fields = [("idempotency-key", key)];
    send(api, &api.admin, &rotation(id), &fields, None).await
}

/// Adds a secret to a client under a key.
async fn add(api: &Api, key: &str, id: &str) -> Response {
    let fields = [("idempotency-key", key)];
    send(api, &api.admin, &additions(id), &fields, None).await
}

fn additions(id: &str) -> String {
    format!("{CLIENTS}/{id}/secrets")
}

fn rotation(id: &str) -> String {
    format!("{CLIENTS}/{id}/rotate-secret")
}

/// Asserts that the request was refused for its key.
async fn refused_for_its_key(response: Response, status: u16, code: &str) {
    assert!(response.headers().get("idempotency-replayed").is_none());
    refused(response, status, code, header("Idempotency-Key")).await;
}

/// The number of clients besides the caller.
async fn made(api: &Api) -> usize {
    api.all_clients().await.len() - 1
}

/// What is stored of requests with keys.
async fn kept(api: &Api) -> Vec<Value> {
    let mut items = api.latchkey.table().items().await;
    items.retain(|item| text(&item["pk"]["S"]).starts_with("IDEMPOTENCY#"));
    items
}

/// The document of a new client, with this name.
async fn named(api: &Api, name: &str) -> Value {
    api.new_client(json!({ "name": name })).await
}
