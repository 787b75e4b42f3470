//! Promise 7: under AWS faults, every response is well-formed and no change is partial.
//!
//! Each endpoint is called with each fault in each of its AWS calls, once and permanently. The
//! checks run after AWS has recovered.

use serde_json::{Value, json};
use tests::{BEGIN, Credentials, body, text};

use crate::auth::app_clients::secrets::listed;
use crate::auth::trial::{BREAKS, Endpoint, Trial, answer, credentials};
use crate::auth::{Api, CLIENTS};

/// Asserts that an endpoint responds with data or with a 503, and changes nothing.
async fn reads_under_every_fault(api: Api, endpoint: Endpoint) {
    endpoint
        .under_every_fault(&api, async |trial| {
            assert_eq!(trial.answer["data"].is_null(), !trial.is_success());
            assert!(trial.answer.get("errors").is_none());
            trial.has_changed_nothing().await;
        })
        .await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn showing_a_client_succeeds_or_gets_a_503() {
    let api = Api::start().await;
    let endpoint = Endpoint::new("GET", "/auth/app-clients/{id}", &["GetItem", "Query"]);
    endpoint
        .under_every_fault(&api, async |trial| {
            if trial.is_success() {
                assert_eq!(Some(&trial.answer["data"]), trial.found().await.as_ref());
            }
            trial.has_changed_nothing().await;
        })
        .await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn listing_clients_succeeds_or_gets_a_503() {
    let api = Api::start().await;
    let path = "/auth/app-clients?page[size]=100";
    let endpoint = Endpoint::new("GET", path, &["GetItem", "Query", "BatchGetItem"]);
    endpoint
        .under_every_fault(&api, async |trial| {
            if trial.is_success() {
                assert_eq!(trial.answer["data"], json!(trial.before));
            }
            trial.has_changed_nothing().await;
        })
        .await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn listing_clients_by_name_or_by_id_succeeds_or_gets_a_503() {
    for (query, calls) in [
        ("sort=name", &["GetItem", "Query", "BatchGetItem"][..]),
        ("filter[name]=b", &["GetItem", "Query", "BatchGetItem"]),
        (
            "filter[status]=disabled&page[size]=100",
            &["GetItem", "Query", "BatchGetItem"],
        ),
        (
            "filter[clientId]=00000000-0000-4000-8000-000000000001",
            &["GetItem", "GetItem"],
        ),
    ] {
        let endpoint = Endpoint::new("GET", &format!("{CLIENTS}?{query}"), calls);
        reads_under_every_fault(Api::start().await, endpoint).await;
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn showing_the_own_client_succeeds_or_gets_a_503() {
    let endpoint = Endpoint::new("GET", "/auth/app-clients/me", &["GetItem", "Query"]);
    reads_under_every_fault(Api::start().await, endpoint).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn listing_roles_succeeds_or_gets_a_503() {
    let endpoint = Endpoint::new("GET", "/auth/roles", &["GetItem", "Query"]);
    reads_under_every_fault(Api::start().await, endpoint).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn finding_a_role_by_name_succeeds_or_gets_a_503() {
    let api = Api::start().await;
    let document = json!({ "data": { "type": "auth/roles", "attributes": { "name": "Other" } } });
    let created = api.ask("POST", "/auth/roles", Some(&document)).await;
    assert_eq!(created.status(), 201);
    let path = "/auth/roles?filter[name]=Other";
    let endpoint = Endpoint::new("GET", path, &["GetItem", "GetItem"]);
    reads_under_every_fault(api, endpoint).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn showing_a_role_succeeds_or_gets_a_503() {
    let api = Api::start().await;
    let role = api.role_with(&[]).await;
    let path = format!("/auth/roles/{role}");
    let endpoint = Endpoint::new("GET", &path, &["GetItem", "GetItem"]);
    reads_under_every_fault(api, endpoint).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn a_client_is_created_completely_or_not_at_all() {
    let api = Api::start().await;
    let calls = &["GetItem", "TransactWriteItems"];
    let document = api.new_client(json!({})).await;
    Endpoint::new("POST", CLIENTS, calls)
        .with_document(document)
        .under_every_fault(&api, async |trial| {
            let mut after = trial.api.all_clients().await;
            after.retain(|client| !trial.before.contains(client));
            assert!(after.len() <= 1);
            trial.check_that_it_is_reported(after.len() == 1);
            if trial.is_success() {
                assert_eq!(trial.answer["data"]["id"], after[0]["id"]);
                let credentials = credentials(&trial.answer["data"]);
                assert!(trial.api.accepts(&credentials).await);
            }
            for client in after {
                trial.is_complete(&text(&client["id"])).await;
            }
        })
        .await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn a_client_is_updated_completely_or_not_at_all() {
    let api = Api::start().await;
    let calls = &["GetItem", "Query", "TransactWriteItems"];
    let attributes = json!({ "name": "Other", "accessTokenLifetime": 77 });
    let document = json!({ "data": { "type": "auth/app-clients", "attributes": attributes } });
    Endpoint::new("PATCH", "/auth/app-clients/{id}", calls)
        .with_document(document)
        .under_every_fault(&api, async |trial| {
            let shown = trial.found().await.unwrap();
            let attributes = &shown["attributes"];
            let made = attributes["name"] == "Other";
            assert_eq!(attributes["accessTokenLifetime"] == 77, made);
            trial.check_that_it_is_reported(made);
            let token = trial.api.service.token(&trial.client.credentials).await;
            assert_eq!(token.status(), 200);
            let lifetime = body(token).await["expires_in"].take();
            assert_eq!(lifetime, attributes["accessTokenLifetime"]);
            if trial.is_success() {
                assert_eq!(trial.answer["data"], shown);
            }
        })
        .await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn a_client_is_deleted_completely_or_not_at_all() {
    let api = Api::start().await;
    let calls = &["GetItem", "GetItem", "TransactWriteItems"];
    let endpoint = Endpoint::new("DELETE", "/auth/app-clients/{id}", calls);
    endpoint
        .under_every_fault(&api, async |trial| {
            let found = trial.found().await;
            trial.check_that_it_is_reported(found.is_none());
            let listed = trial.api.all_clients().await;
            let is_listed = listed.iter().any(|other| other["id"] == trial.client.id);
            assert_eq!(is_listed, found.is_some());
            let credentials = &trial.client.credentials;
            assert_eq!(trial.api.accepts(credentials).await, found.is_some());
        })
        .await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn a_secret_is_rotated_completely_or_not_at_all() {
    let api = Api::start().await;
    let calls = &["GetItem", "Query", "TransactWriteItems"];
    let path = "/auth/app-clients/{id}/rotate-secret";
    Endpoint::new("POST", path, calls)
        .under_every_fault(&api, async |trial| {
            let old_works = trial.api.accepts(&trial.client.credentials).await;
            trial.check_that_it_is_reported(!old_works);
            if trial.is_success() {
                let new = credentials(&trial.answer["data"]);
                assert!(trial.api.accepts(&new).await);
            }
            trial.is_complete(&trial.client.id).await;
            assert!(!trial.api.accepts(&trial.client.credentials).await);
        })
        .await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn a_secret_is_added_completely_or_not_at_all() {
    let api = Api::start().await;
    let calls = &["GetItem", "Query", "TransactWriteItems"];
    Endpoint::new("POST", "/auth/app-clients/{id}/secrets", calls)
        .under_every_fault(&api, async |trial| {
            let secrets = secrets_of(&trial).await;
            trial.check_that_it_is_reported(secrets.len() == 2);
            if trial.is_success() {
                let id = &trial.answer["data"]["id"];
                assert_eq!(secrets[1]["id"], *id);
                let attributes = &trial.answer["data"]["attributes"];
                let added = Credentials {
                    id: trial.client.credentials.id.clone(),
                    secret: text(&attributes["clientSecret"]),
                };
                assert!(trial.api.accepts(&added).await);
            }
            assert!(trial.api.accepts(&trial.client.credentials).await);
            trial.is_complete(&trial.client.id).await;
        })
        .await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn a_secret_is_deleted_completely_or_not_at_all() {
    let api = Api::start().await;
    let calls = &["GetItem", "Query", "TransactWriteItems"];
    Endpoint::new("DELETE", SECRET, calls)
        .under_every_fault(&api, async |trial| {
            let is_gone = secrets_of(&trial).await.is_empty();
            trial.check_that_it_is_reported(is_gone);
            let credentials = &trial.client.credentials;
            assert_eq!(trial.api.accepts(credentials).await, !is_gone);
            trial.is_complete(&trial.client.id).await;
        })
        .await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn the_end_of_a_secret_changes_or_not() {
    let api = Api::start().await;
    let calls = &["GetItem", "Query", "TransactWriteItems"];
    let end = BEGIN + 90 * 86_400;
    let attributes = json!({ "expiresAt": end });
    let document =
        json!({ "data": { "type": "auth/app-client-secrets", "attributes": attributes } });
    Endpoint::new("PATCH", SECRET, calls)
        .with_document(document)
        .under_every_fault(&api, async |trial| {
            let shown = secrets_of(&trial).await.remove(0);
            trial.check_that_it_is_reported(shown["attributes"]["expiresAt"] == end);
            if trial.is_success() {
                assert_eq!(trial.answer["data"], shown);
            }
            assert!(trial.api.accepts(&trial.client.credentials).await);
        })
        .await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn secrets_are_read_or_not() {
    let api = Api::start().await;
    for path in ["/auth/app-clients/{id}/secrets", SECRET] {
        Endpoint::new("GET", path, &["GetItem", "Query"])
            .under_every_fault(&api, async |trial| {
                if trial.is_success() {
                    let secrets = secrets_of(&trial).await;
                    let data = &trial.answer["data"];
                    assert!(*data == json!(secrets) || *data == secrets[0]);
                }
                trial.has_changed_nothing().await;
            })
            .await;
    }
}

const SECRET: &str = "/auth/app-clients/{id}/secrets/{secretId}";

/// The live secrets of the client that a request is about.
async fn secrets_of(trial: &Trial<'_>) -> Vec<Value> {
    listed(trial.api, &trial.client).await
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn a_cold_instance_that_cannot_read_the_key_set_responds_with_503() {
    let api = Api::start().await;
    for how in BREAKS {
        let cold = api.latchkey.instance().await;
        cold.aws.break_always("GetItem", how);
        let response = cold.manage(&api.admin, "GET", CLIENTS, None).await;
        assert_eq!(response.status(), 503, "{how:?}");
        answer(response).await;
        cold.aws.recover();
        let response = cold.manage(&api.admin, "GET", CLIENTS, None).await;
        assert_eq!(response.status(), 200);
    }
}
