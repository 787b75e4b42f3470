//! `/auth/app-clients/{id}/secrets`

mod add;
mod change;
mod delete;
mod ends;
mod list;
mod preconditions;
mod races;

use reqwest::Response;
use serde_json::{Value, json};
use tests::{Client, Credentials, body, text};

use crate::auth::{Api, client_path};

/// The last four characters of a secret.
fn last_four(secret: &str) -> &str {
    secret.split_at(secret.len() - 4).1
}

/// Seconds of a day.
pub(crate) const DAY: u64 = 86_400;
/// An id that no secret has.
const NO_SECRET: &str = "00000000-0000-4000-8000-000000000002";

/// A secret of a client.
pub(crate) struct Secret {
    /// Its `id` in the management API.
    pub(crate) id: String,
    /// The credentials with it.
    pub(crate) credentials: Credentials,
}

pub(crate) fn secrets_path(client: &Client) -> String {
    client_path(&client.id) + "/secrets"
}

fn secret_path(client: &Client, secret: &str) -> String {
    format!("{}/{secret}", secrets_path(client))
}

/// A document with these attributes of a secret.
pub(crate) fn document(attributes: Value) -> Value {
    json!({ "data": { "type": "auth/app-client-secrets", "attributes": attributes } })
}

/// The live secrets of a client as the API shows them now.
pub(crate) async fn listed(api: &Api, client: &Client) -> Vec<Value> {
    let response = api.get(&secrets_path(client)).await;
    assert_eq!(response.status(), 200);
    let mut listed = body(response).await;
    std::mem::take(listed["data"].as_array_mut().unwrap())
}

/// The ids of the live secrets of a client.
async fn ids(api: &Api, client: &Client) -> Vec<String> {
    let listed = listed(api, client).await;
    listed.iter().map(|secret| text(&secret["id"])).collect()
}

/// The first secret of a client.
async fn first(api: &Api, client: &Client) -> Secret {
    Secret {
        id: ids(api, client).await.remove(0),
        credentials: client.credentials.clone(),
    }
}

async fn try_to_add(api: &Api, client: &Client, attributes: Value) -> Response {
    let document = document(attributes);
    api.ask("POST", &secrets_path(client), Some(&document))
        .await
}

async fn try_to_change(api: &Api, client: &Client, secret: &str, attributes: Value) -> Response {
    let document = document(attributes);
    let path = secret_path(client, secret);
    api.ask("PATCH", &path, Some(&document)).await
}

/// The secret in the response that added it.
async fn added(client: &Client, response: Response) -> (Secret, Value) {
    assert_eq!(response.status(), 201);
    let document = body(response).await;
    let secret = Secret {
        id: text(&document["data"]["id"]),
        credentials: Credentials {
            id: client.credentials.id.clone(),
            secret: text(&document["data"]["attributes"]["clientSecret"]),
        },
    };
    (secret, document)
}

/// Adds a secret with these attributes.
pub(crate) async fn add(api: &Api, client: &Client, attributes: Value) -> Secret {
    let response = try_to_add(api, client, attributes).await;
    added(client, response).await.0
}
