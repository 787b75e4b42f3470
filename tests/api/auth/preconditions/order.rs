//! A precondition is evaluated only if the request would succeed without it (RFC 9110 §13.2.1). So a
//! caller learns nothing from it that it could not see.

use reqwest::Response;
use serde_json::{Value, json};
use tests::Client;

use super::{OTHER, ask, rename};
use crate::auth::{
    Api, CLIENTS, NO_CLIENT, NO_ROLE, client_path, header, not_found, parameter, pointer, refused,
};

/// Preconditions that do not hold for an existing client, and one for a missing one.
const FAILING: [(&str, &str); 3] = [
    ("if-match", OTHER),
    ("if-none-match", "*"),
    ("if-match", "*"),
];

/// Sends a request that another check refuses, under each precondition.
async fn refused_before(
    method: &str,
    path: impl Fn(&Client) -> String,
    document: impl Fn(&Client) -> Option<Value>,
    check: impl AsyncFn(Response),
) {
    let api = Api::start().await;
    let client = api.client().await;
    let before = api.shown(&client.id).await;
    for field in FAILING {
        let document = document(&client);
        let response = ask(&api, method, &path(&client), &[field], document.as_ref()).await;
        check(response).await;
    }
    assert_eq!(api.shown(&client.id).await, before);
    assert!(api.accepts(&client.credentials).await);
}

/// Not even a malformed one is mentioned to a stranger.
const MALFORMED: (&str, &str) = ("if-match", "nope");

fn path(client: &Client) -> String {
    client_path(&client.id)
}

#[tokio::test]
async fn a_caller_without_a_valid_token_gets_401() {
    let api = Api::start().await;
    let client = api.client().await;
    for (name, value) in FAILING.into_iter().chain([MALFORMED]) {
        for method in ["GET", "PUT", "PATCH", "DELETE"] {
            let request = api.service.request(method, &path(&client)).bearer_auth("x");
            let response = request.header(name, value).send().await.unwrap();
            refused(response, 401, "invalid_token", header("Authorization")).await;
        }
    }
}

#[tokio::test]
async fn a_caller_without_permission_gets_403() {
    let api = Api::start().await;
    let client = api.client().await;
    let patient = api.client_with("Patient", json!({})).await;
    let token = api.service.access_token(&patient.credentials).await;
    for (name, value) in FAILING.into_iter().chain([MALFORMED]) {
        for method in ["GET", "PUT", "PATCH", "DELETE"] {
            let request = api
                .service
                .request(method, &path(&client))
                .bearer_auth(&token);
            let response = request.header(name, value).send().await.unwrap();
            refused(response, 403, "insufficient_scope", header("Authorization")).await;
        }
    }
}

#[tokio::test]
async fn a_missing_client_gets_404_from_every_endpoint() {
    let rotate = |_: &Client| client_path(NO_CLIENT) + "/rotate-secret";
    let missing = |_: &Client| client_path(NO_CLIENT);
    let secrets = |_: &Client| client_path(NO_CLIENT) + "/secrets";
    let secret = |_: &Client| format!("{}/secrets/{NO_CLIENT}", client_path(NO_CLIENT));
    refused_before("GET", secrets, |_| None, not_found).await;
    refused_before("POST", secrets, |_| None, not_found).await;
    for method in ["GET", "PATCH", "DELETE"] {
        refused_before(method, secret, |_| None, not_found).await;
    }
    let change = |client: &Client| Some(rename(client, "Other"));
    refused_before("GET", missing, |_| None, not_found).await;
    refused_before("PATCH", missing, change, not_found).await;
    refused_before("PUT", missing, change, not_found).await;
    refused_before("POST", rotate, |_| None, not_found).await;
    refused_before("DELETE", missing, |_| None, not_found).await;
}

#[tokio::test]
async fn a_missing_role_gets_404() {
    let missing = |_: &Client| format!("/auth/roles/{NO_ROLE}");
    refused_before("GET", missing, |_| None, not_found).await;
}

#[tokio::test]
async fn an_unknown_query_parameter_gets_400() {
    let with_query = |client: &Client| path(client) + "?x=1";
    let check = async |response| {
        refused(response, 400, "invalid_parameter", parameter("x")).await;
    };
    refused_before("DELETE", with_query, |_| None, check).await;
}

#[tokio::test]
async fn a_document_of_another_media_type_gets_415() {
    let api = Api::start().await;
    let client = api.client().await;
    for (name, value) in FAILING {
        let request = api
            .service
            .request("PATCH", &path(&client))
            .bearer_auth(&api.admin);
        let request = request
            .header(name, value)
            .header("content-type", "text/plain");
        let response = request.body("{}").send().await.unwrap();
        refused(
            response,
            415,
            "unsupported_media_type",
            header("Content-Type"),
        )
        .await;
    }
}

#[tokio::test]
async fn a_malformed_document_gets_400() {
    let malformed = |_: &Client| Some(json!({}));
    let check = async |response| {
        refused(response, 400, "malformed_document", pointer("")).await;
    };
    refused_before("PATCH", path, malformed, check).await;
}

#[tokio::test]
async fn an_invalid_value_gets_422() {
    let invalid = |client: &Client| Some(rename(client, ""));
    let check = async |response| {
        let source = pointer("/data/attributes/name");
        refused(response, 422, "invalid_value", source).await;
    };
    refused_before("PATCH", path, invalid, &check).await;
    refused_before("PUT", path, invalid, check).await;
}

#[tokio::test]
async fn a_new_role_that_does_not_exist_gets_404() {
    let with_role = |client: &Client| {
        let mut document = rename(client, "Other");
        let role = json!({ "type": "auth/roles", "id": NO_ROLE });
        document["data"]["relationships"] = json!({ "auth/roles": { "data": role } });
        Some(document)
    };
    let check = async |response| {
        let source = pointer("/data/relationships/auth~1roles/data/id");
        refused(response, 404, "related_not_found", source).await;
    };
    refused_before("PATCH", path, with_role, &check).await;
    refused_before("PUT", path, with_role, check).await;
}

#[tokio::test]
async fn a_refused_creation_says_what_is_wrong_with_it() {
    let invalid = |_: &Client| {
        let role = json!({ "type": "auth/roles", "id": NO_ROLE });
        Some(json!({ "data": {
            "type": "auth/app-clients",
            "attributes": { "type": "machine_to_machine", "name": "x" },
            "relationships": { "auth/roles": { "data": role } }
        } }))
    };
    let check = async |response| {
        let source = pointer("/data/relationships/auth~1roles/data/id");
        refused(response, 404, "related_not_found", source).await;
    };
    refused_before("POST", |_| CLIENTS.to_owned(), invalid, check).await;
}
