//! Promise: no org can see that another one's clients exist.

use reqwest::Response;
use serde_json::{Value, json};
use shared::model::{
    AppClient, ClientId, ClientSecret, ManagedRole, Name, NewClient, OrgId, Revision, Timestamp,
    TokenQuota,
};
use shared::store::Store;
use tests::{BEGIN, Client, Credentials, body};

use crate::auth::forge::part;
use crate::auth::{Api, CLIENTS, NO_CLIENT, client_path, not_found};

/// Another org's first client, a Builder Admin. No endpoint makes orgs yet: the store does.
async fn stranger(api: &Api) -> Client {
    let environment = api.latchkey.environment("bootstrap");
    let random = &environment.randomness;
    let secret = ClientSecret::generate(random).unwrap();
    let client = AppClient::from(NewClient {
        id: ClientId::new(random.uuid().unwrap()),
        org: OrgId::new(random.uuid().unwrap()),
        name: Name::parse("Stranger").unwrap(),
        token_quota: TokenQuota::per_hour(200).unwrap(),
        role: ManagedRole::BuilderAdmin.grant(),
        secret: secret.hash(),
        created_at: Timestamp::from_epoch_seconds(BEGIN),
        revision: Revision::new(random.uuid().unwrap()),
    });
    let store = Store::new(&environment).unwrap();
    assert!(store.insert_org("Other org", &client).await.unwrap());
    Client {
        id: client.id.to_string(),
        credentials: Credentials {
            id: client.id.client_id(),
            secret: secret.reveal().to_owned(),
        },
    }
}

/// Everything that a caller sees of an answer, but for the time at which it was sent.
async fn seen(response: Response) -> (u16, Vec<(String, String)>, Vec<u8>) {
    let headers = response.headers().iter();
    let headers = headers
        .filter(|(name, _)| *name != "date")
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    let (status, headers) = (response.status().as_u16(), headers.collect());
    (status, headers, response.bytes().await.unwrap().to_vec())
}

/// A strange id answers as one that nobody has, byte for byte, after the same AWS calls.
async fn is_as_good_as_unknown(
    method: &str,
    path: impl Fn(&str) -> String,
    document: Option<Value>,
) {
    let api = Api::start().await;
    let stranger = stranger(&api).await;
    let token = api.service.access_token(&stranger.credentials).await;
    let shown = async || {
        let path = client_path(&stranger.id);
        let response = api.service.manage(&token, "GET", &path, None).await;
        assert_eq!(response.status(), 200);
        body(response).await
    };
    let before = shown().await;
    let ask = async |id: &str| {
        let response = api.ask(method, &path(id), document.as_ref()).await;
        let calls = api.service.aws.calls();
        (seen(response).await, calls)
    };
    ask(NO_CLIENT).await;
    let unknown = ask(NO_CLIENT).await;
    assert_eq!(unknown.0.0, 404);
    assert_eq!(ask(&stranger.id).await, unknown);
    assert_eq!(shown().await, before);
    assert!(api.lets_in(&stranger.credentials).await);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "counts AWS calls")]
async fn a_stranger_cannot_be_read() {
    is_as_good_as_unknown("GET", client_path, None).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "counts AWS calls")]
async fn a_stranger_cannot_be_changed() {
    let document = json!({ "data": {
        "type": "auth/app-clients", "attributes": { "status": "disabled" }
    } });
    is_as_good_as_unknown("PATCH", client_path, Some(document)).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "counts AWS calls")]
async fn a_document_that_is_refused_does_not_give_a_stranger_away() {
    let document = json!({ "data": { "type": "x", "attributes": { "name": 7 } } });
    is_as_good_as_unknown("PATCH", client_path, Some(document)).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "counts AWS calls")]
async fn a_stranger_cannot_be_deleted() {
    is_as_good_as_unknown("DELETE", client_path, None).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "counts AWS calls")]
async fn a_strangers_secret_cannot_be_rotated() {
    let path = |id: &str| client_path(id) + "/rotate-secret";
    is_as_good_as_unknown("POST", path, None).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs a second org")]
async fn a_stranger_is_in_no_list_but_his_own() {
    let api = Api::start().await;
    let client = api.client().await;
    let before = api.all_clients().await;
    let stranger = stranger(&api).await;
    assert_eq!(api.all_clients().await, before);

    let token = api.service.access_token(&stranger.credentials).await;
    let list = api.service.manage(&token, "GET", CLIENTS, None).await;
    let list = body(list).await;
    let clients = list["data"].as_array().unwrap();
    assert_eq!(clients.len(), 1);
    assert_eq!(clients[0]["id"], stranger.id);
    assert_eq!(list["links"]["next"], Value::Null);

    let path = client_path(&client.id);
    not_found(api.service.manage(&token, "GET", &path, None).await).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs a second org")]
async fn another_orgs_cursor_leads_into_ones_own_list() {
    let api = Api::start().await;
    api.client().await;
    let first = body(api.get("/auth/app-clients?page[size]=1").await).await;
    let next = first["links"]["next"].as_str().unwrap();
    let stranger = stranger(&api).await;
    let token = api.service.access_token(&stranger.credentials).await;
    let page = body(api.service.manage(&token, "GET", next, None).await).await;
    let clients = page["data"].as_array().unwrap().iter();
    assert!(
        clients
            .into_iter()
            .all(|client| client["id"] == stranger.id)
    );
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs a second org")]
async fn a_client_belongs_to_the_org_of_whoever_made_it() {
    let api = Api::start().await;
    let stranger = stranger(&api).await;
    let token = api.service.access_token(&stranger.credentials).await;
    let service = &api.service;
    let made = service.create_client(&token, "Patient", json!({})).await;
    not_found(api.get(&client_path(&made.id)).await).await;
    let org = |token: &str| part(token, 1)["org_id"].take();
    let its_token = service.access_token(&made.credentials).await;
    assert_eq!(org(&its_token), org(&token));
    assert_ne!(org(&its_token), org(&api.admin));
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs the private key")]
async fn a_token_that_claims_another_org_sees_its_clients_own() {
    let api = Api::start().await;
    let stranger = stranger(&api).await;
    let mut forge = crate::auth::forge::Forge::of(&api);
    let token = api.service.access_token(&stranger.credentials).await;
    forge.claims["org_id"] = part(&token, 1)["org_id"].take();
    let path = client_path(&stranger.id);
    let service = &api.service;
    not_found(service.manage(&forge.signed(), "GET", &path, None).await).await;
}
