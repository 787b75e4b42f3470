//! An org cannot detect that another org's clients exist.

use reqwest::Response;
use serde_json::{Value, json};
use shared::model::{
    AppClient, ClientId, ClientSecret, ManagedRole, Name, NewClient, NewSecret, OrgId, Revision,
    Secrets, Timestamp, TokenQuota,
};
use shared::store::Store;
use tests::{BEGIN, Client, Credentials, body};

use crate::auth::forge::part;
use crate::auth::{Api, CLIENTS, NO_CLIENT, client_path, first_secret, not_found};

/// Creates the first client of another org, a Builder Admin. No endpoint creates orgs yet, so the
/// store does.
pub(crate) async fn foreign_client(api: &Api) -> Client {
    let environment = api.latchkey.environment("bootstrap");
    let random = &environment.randomness;
    let secret = ClientSecret::generate(random).unwrap();
    let id = ClientId::new(random.uuid().unwrap());
    let now = Timestamp::from_epoch_seconds(BEGIN);
    let client = AppClient::from(NewClient {
        id,
        org: OrgId::new(random.uuid().unwrap()),
        name: Name::parse("Stranger").unwrap(),
        token_quota: TokenQuota::per_hour(200).unwrap(),
        roles: vec![ManagedRole::BuilderAdmin.grant()],
        secrets: Secrets::one(NewSecret::of(id, &secret, now, None)),
        created_at: now,
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

/// Everything that a caller sees of a response, except its date.
async fn seen(response: Response) -> (u16, Vec<(String, String)>, Vec<u8>) {
    let headers = response.headers().iter();
    let headers = headers
        .filter(|(name, _)| *name != "date")
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    let (status, headers) = (response.status().as_u16(), headers.collect());
    (status, headers, response.bytes().await.unwrap().to_vec())
}

/// Asserts that the id of another org's client gets the same bytes as an unknown id, after the same
/// AWS calls.
async fn looks_like_an_unknown_client(
    method: &str,
    path: impl Fn(&str) -> String,
    document: Option<Value>,
) {
    let api = Api::start().await;
    let foreign_client = foreign_client(&api).await;
    let token = api.service.access_token(&foreign_client.credentials).await;
    let shown = async || {
        let path = client_path(&foreign_client.id);
        let response = api.service.manage(&token, "GET", &path, None).await;
        assert_eq!(response.status(), 200);
        body(response).await
    };
    let before = shown().await;
    let ask = async |id: &str, condition: Option<(&str, &str)>| {
        let mut request = api
            .service
            .request(method, &path(id))
            .bearer_auth(&api.admin);
        if let Some((name, value)) = condition {
            request = request.header(name, value);
        }
        if let Some(document) = &document {
            request = request.header("content-type", "application/vnd.api+json");
            request = request.body(document.to_string());
        }
        let response = request.send().await.unwrap();
        let calls = api.service.aws.calls();
        (seen(response).await, calls)
    };
    ask(NO_CLIENT, None).await;
    for condition in [None, Some(("if-match", "*")), Some(("if-none-match", "*"))] {
        let unknown = ask(NO_CLIENT, condition).await;
        assert_eq!(unknown.0.0, 404);
        assert_eq!(ask(&foreign_client.id, condition).await, unknown);
    }
    assert_eq!(shown().await, before);
    assert!(api.accepts(&foreign_client.credentials).await);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "counts AWS calls")]
async fn another_orgs_client_cannot_be_read() {
    looks_like_an_unknown_client("GET", client_path, None).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "counts AWS calls")]
async fn another_orgs_client_cannot_be_updated() {
    let document = json!({ "data": {
        "type": "auth/app-clients", "attributes": { "status": "disabled" }
    } });
    looks_like_an_unknown_client("PATCH", client_path, Some(document)).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "counts AWS calls")]
async fn a_refused_document_does_not_reveal_another_orgs_client() {
    let document = json!({ "data": { "type": "x", "attributes": { "name": 7 } } });
    looks_like_an_unknown_client("PATCH", client_path, Some(document)).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "counts AWS calls")]
async fn another_orgs_client_cannot_be_replaced() {
    let role = ManagedRole::BuilderAdmin.id().to_string();
    let document = tests::new_client(&role, json!({ "status": "disabled" }));
    looks_like_an_unknown_client("PUT", client_path, Some(document)).await;
    looks_like_an_unknown_client("PUT", client_path, Some(json!({}))).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "counts AWS calls")]
async fn another_orgs_client_cannot_be_deleted() {
    looks_like_an_unknown_client("DELETE", client_path, None).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "counts AWS calls")]
async fn the_secret_of_another_orgs_client_cannot_be_rotated() {
    let path = |id: &str| client_path(id) + "/rotate-secret";
    looks_like_an_unknown_client("POST", path, None).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "counts AWS calls")]
async fn the_secrets_of_another_orgs_client_cannot_be_listed_or_added_to() {
    let path = |id: &str| client_path(id) + "/secrets";
    looks_like_an_unknown_client("GET", path, None).await;
    looks_like_an_unknown_client("POST", path, None).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "counts AWS calls")]
async fn a_secret_of_another_orgs_client_cannot_be_read_changed_or_deleted() {
    let change = json!({ "data": {
        "type": "auth/app-client-secrets", "attributes": { "expiresAt": null }
    } });
    for (method, document) in [("GET", None), ("PATCH", Some(change)), ("DELETE", None)] {
        looks_like_an_unknown_secret(method, document).await;
    }
}

/// Asserts the same for the id of a secret that another org's client has, by either client's path.
async fn looks_like_an_unknown_secret(method: &str, document: Option<Value>) {
    let api = Api::start().await;
    let (foreign_client, own) = (foreign_client(&api).await, api.client().await);
    let secret = first_secret(&foreign_client);
    let ask = async |client: &str, secret: &str| {
        let path = format!("{}/secrets/{secret}", client_path(client));
        let response = api.ask(method, &path, document.as_ref()).await;
        (seen(response).await, api.service.aws.calls())
    };
    ask(&own.id, NO_CLIENT).await;
    let unknown = ask(&own.id, NO_CLIENT).await;
    assert_eq!(unknown.0.0, 404);
    assert_eq!(ask(&own.id, &secret).await, unknown);
    assert_eq!(ask(&foreign_client.id, &secret).await, unknown);
    assert_eq!(ask(NO_CLIENT, &secret).await, unknown);
    assert!(api.accepts(&foreign_client.credentials).await);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs a second org")]
async fn a_client_is_listed_only_in_its_own_org() {
    let api = Api::start().await;
    let client = api.client().await;
    let before = api.all_clients().await;
    let foreign_client = foreign_client(&api).await;
    assert_eq!(api.all_clients().await, before);

    let token = api.service.access_token(&foreign_client.credentials).await;
    let list = api.service.manage(&token, "GET", CLIENTS, None).await;
    let list = body(list).await;
    let clients = list["data"].as_array().unwrap();
    assert_eq!(clients.len(), 1);
    assert_eq!(clients[0]["id"], foreign_client.id);
    assert_eq!(list["links"]["next"], Value::Null);

    let path = client_path(&client.id);
    not_found(api.service.manage(&token, "GET", &path, None).await).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs a second org")]
async fn another_orgs_cursor_shows_only_the_callers_own_clients() {
    let api = Api::start().await;
    api.client().await;
    let first = body(api.get("/auth/app-clients?page[size]=1").await).await;
    let next = first["links"]["next"].as_str().unwrap();
    let foreign_client = foreign_client(&api).await;
    let token = api.service.access_token(&foreign_client.credentials).await;
    let page = body(api.service.manage(&token, "GET", next, None).await).await;
    let clients = page["data"].as_array().unwrap().iter();
    assert!(
        clients
            .into_iter()
            .all(|client| client["id"] == foreign_client.id)
    );
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs a second org")]
async fn a_client_belongs_to_the_org_of_its_creator() {
    let api = Api::start().await;
    let foreign_client = foreign_client(&api).await;
    let token = api.service.access_token(&foreign_client.credentials).await;
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
async fn a_token_with_another_org_id_sees_only_its_clients_org() {
    let api = Api::start().await;
    let foreign_client = foreign_client(&api).await;
    let mut forge = crate::auth::forge::Forge::of(&api);
    let token = api.service.access_token(&foreign_client.credentials).await;
    forge.claims["org_id"] = part(&token, 1)["org_id"].take();
    let path = client_path(&foreign_client.id);
    let service = &api.service;
    not_found(service.manage(&forge.signed(), "GET", &path, None).await).await;
}
