//! `GET /auth/app-clients/{id}/secrets` and `GET /auth/app-clients/{id}/secrets/{secretId}`

use serde_json::{Value, json};
use shared::model::ClientSecret;
use tests::{BEGIN, body, text};

use super::{DAY, NO_SECRET, add, first, ids, last_four, listed, secret_path, secrets_path};
use crate::auth::{Api, NO_CLIENT, client_path, not_found, parameter, refused};

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn a_new_client_has_one_secret_without_an_end() {
    let api = Api::start().await;
    let client = api.client().await;
    let secret = &client.credentials.secret;
    let response = api.get(&secrets_path(&client)).await;
    assert_eq!(response.status(), 200);
    assert_eq!(
        response.headers()["content-type"],
        "application/vnd.api+json"
    );
    assert_eq!(response.headers()["cache-control"], "no-store");
    let list = body(response).await;
    let id = text(&list["data"][0]["id"]);
    let expected = json!({ "data": [{
        "type": "auth/app-client-secrets",
        "id": id,
        "attributes": {
            "lastFour": last_four(secret),
            "createdAt": BEGIN,
            "expiresAt": null,
            "lastUsedOn": null,
        },
        "links": { "self": format!("/auth/app-clients/{}/secrets/{id}", client.id) },
    }] });
    assert_eq!(list, expected);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn two_secrets_are_listed_oldest_first() {
    let api = Api::start().await;
    let client = api.client().await;
    let first = first(&api, &client).await;
    api.latchkey.clock.advance(1);
    let second = add(&api, &client, json!({})).await;
    assert_eq!(ids(&api, &client).await, [first.id.clone(), second.id]);
    // The order is that of addition, whatever ends first.
    let path = secret_path(&client, &first.id);
    let end = json!({ "expiresAt": BEGIN + 90 * DAY });
    let later = super::document(end);
    assert_eq!(api.ask("PATCH", &path, Some(&later)).await.status(), 200);
    assert_eq!(ids(&api, &client).await[0], first.id);
}

#[tokio::test]
async fn every_listed_secret_is_found_at_its_link() {
    let api = Api::start().await;
    let client = api.client().await;
    add(&api, &client, json!({})).await;
    let listed = listed(&api, &client).await;
    assert_eq!(listed.len(), 2);
    for secret in listed {
        let found = api.get(secret["links"]["self"].as_str().unwrap()).await;
        assert_eq!(found.status(), 200);
        assert_eq!(body(found).await, json!({ "data": secret }));
    }
}

#[tokio::test]
async fn every_spelling_of_the_two_ids_finds_the_secret() {
    let api = Api::start().await;
    let client = api.client().await;
    let secret = first(&api, &client).await.id;
    let spellings = |id: &str| {
        let plain = id.replace('-', "");
        [
            id.to_owned(),
            id.to_uppercase(),
            plain.to_uppercase(),
            plain,
        ]
    };
    let expected = body(api.get(&secret_path(&client, &secret)).await).await;
    for client in spellings(&client.id) {
        for secret in spellings(&secret) {
            let path = format!("{}/secrets/{secret}", client_path(&client));
            assert_eq!(body(api.get(&path).await).await, expected, "{path}");
        }
        let path = client_path(&client) + "/secrets";
        assert_eq!(body(api.get(&path).await).await["data"][0]["id"], secret);
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "writes into the table")]
async fn an_expired_secret_is_not_listed_found_changed_or_deleted() {
    let api = Api::start().await;
    let client = api.client().await;
    let ends = [Some(BEGIN + 100), None];
    api.latchkey.table().set_secrets(&client, &ends).await;
    let before = ids(&api, &client).await;
    assert_eq!(before.len(), 2);
    api.latchkey.clock.advance(99);
    assert_eq!(ids(&api, &client).await, before);
    api.latchkey.clock.advance(1);
    assert_eq!(ids(&api, &client).await, before[1..]);
    let path = secret_path(&client, &before[0]);
    let revive = super::document(json!({ "expiresAt": null }));
    for (method, document) in [("GET", None), ("PATCH", Some(&revive)), ("DELETE", None)] {
        not_found(api.ask(method, &path, document).await).await;
    }
    let record = api.latchkey.table().record(&client.id).await;
    assert_eq!(record["secrets"]["L"].as_array().unwrap().len(), 2);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "writes into the table")]
async fn a_client_without_a_secret_has_an_empty_list() {
    let api = Api::start().await;
    let client = api.client().await;
    api.latchkey.table().set_secrets(&client, &[]).await;
    let response = api.get(&secrets_path(&client)).await;
    assert_eq!(response.status(), 200);
    assert_eq!(body(response).await, json!({ "data": [] }));
}

/// As in a record of release 0.1.0.
#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "writes into the table")]
async fn a_secret_of_which_only_the_hash_is_stored_has_no_last_four_characters() {
    let api = Api::start().await;
    let client = api.client().await;
    let hash = ClientSecret::parse(&client.credentials.secret).unwrap();
    let hash = json!({ "S": hash.hash().to_stored() });
    let table = api.latchkey.table();
    table.set(&client.id, "secret", hash).await;
    table.set(&client.id, "secrets", Value::Null).await;
    let listed = listed(&api, &client).await;
    let attributes = json!({
        "lastFour": null, "createdAt": BEGIN, "expiresAt": null, "lastUsedOn": null,
    });
    assert_eq!(listed[0]["attributes"], attributes);
    // Its id follows from the two, so the link leads somewhere.
    let found = api.get(listed[0]["links"]["self"].as_str().unwrap()).await;
    assert_eq!(body(found).await["data"], listed[0]);
}

#[tokio::test]
async fn an_unknown_client_or_secret_is_not_found() {
    let api = Api::start().await;
    let (client, other) = (api.client().await, api.client().await);
    let secret = first(&api, &client).await.id;
    for path in [
        format!("{}/secrets", client_path(NO_CLIENT)),
        format!("{}/secrets", client_path("x")),
        format!("{}/secrets/{secret}", client_path(NO_CLIENT)),
        secret_path(&client, NO_SECRET),
        secret_path(&client, "x"),
        // The secret of another client.
        secret_path(&other, &secret),
        // The place of a secret in the list, or what it is for.
        secret_path(&client, "0"),
        secret_path(&client, &client.id),
    ] {
        not_found(api.get(&path).await).await;
    }
}

#[tokio::test]
async fn a_query_parameter_is_refused() {
    let api = Api::start().await;
    let client = api.client().await;
    let secret = first(&api, &client).await.id;
    for path in [secrets_path(&client), secret_path(&client, &secret)] {
        let response = api.get(&(path + "?page[size]=1")).await;
        refused(response, 400, "invalid_parameter", parameter("page[size]")).await;
    }
}
