//! The examples. They are rendered by the code that renders responses.

use app_clients::{ShownClient, ShownSecret};
use decisions::ShownDecisions;
use lambda_http::{Body, Response};
use roles::ShownRole;
use serde_json::{Value, json};
use shared::app_clients::{AddedSecret, Created, ListedSecrets};
use shared::http::jsonapi::{Answer, Links};
use shared::model::policy::{Action, Policies, Policy, PolicySource, Request};
use shared::model::{
    AccessPolicy, AppClient, AppClientSecret, ClientId, ClientInUse, ClientSecret, Description,
    LastUses, ManagedRole, Name, NewClient, NewSecret, OrgId, Revision, Role, RoleId, RoleName,
    SecretId, SecretPlace, Secrets, Timestamp, TokenQuota,
};
use shared::random::Randomness;
use uuid::{Uuid, uuid};

/// The id of the example client.
pub(super) const ID: Uuid = uuid!("50678f92-e79c-49f4-b711-0ebef92289e6");
/// The id of the example secret.
pub(super) const SECRET_ID: Uuid = uuid!("c5a1f1de-6c0b-8b5f-9d0e-3b1c7a4f2e90");
const TIME: u64 = 1_795_245_921;
/// It has the form of a client secret, but not its checksum.
const SECRET: &str = "lk_secret_ExampleExampleExampleExampleExampleExampleExample";
/// The first part of the example token.
const TOKEN: &str = "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJSUzI1NiIs...";

fn created() -> Created {
    let secret = ClientSecret::generate(&Randomness::of_the_system()).unwrap();
    let time = Timestamp::from_epoch_seconds(TIME);
    let client = AppClient::from(NewClient {
        id: ClientId::new(ID),
        org: OrgId::new(Uuid::nil()),
        name: Name::parse("Nightly import").unwrap(),
        token_quota: TokenQuota::per_hour(200).unwrap(),
        roles: vec![ManagedRole::BuilderAdmin.grant()],
        secrets: Secrets::one(NewSecret::of(ClientId::new(ID), &secret, time, None)),
        created_at: time,
        revision: Revision::new(uuid!("0b2b9a52-1d56-4d3c-9a0b-8a7f6f6d1c11")),
    });
    Created {
        client,
        last_uses: LastUses::default(),
        policy: None,
        secret,
        is_repeat: false,
    }
}

/// A client as the response shows it that contains its secret.
pub(super) fn client_with_secret() -> ShownClient {
    ShownClient::with_secret(created())
}

fn client() -> ShownClient {
    let client = created().client;
    let last_uses = LastUses {
        client: Some(Timestamp::from_epoch_seconds(TIME).day()),
        ..LastUses::default()
    };
    ShownClient::from(ClientInUse {
        client,
        last_uses,
        policy: None,
        seems_damaged: false,
    })
}

fn listed_client() -> ShownClient {
    ShownClient::from(created().client)
}

/// A role.
pub(super) fn role() -> ShownRole {
    ShownRole::from(ManagedRole::CareTeamUser.role())
}

/// A role of an org.
fn support() -> ShownRole {
    let time = Timestamp::from_epoch_seconds(TIME);
    let name = RoleName::parse("Support").unwrap();
    ShownRole::from(Role {
        id: RoleId::of(OrgId::new(Uuid::nil()), &name.folded()),
        name,
        description: Description::parse("Looks at App Clients").unwrap(),
        policy: AccessPolicy::parse(&reading()).unwrap(),
        created_at: time,
        updated_at: time,
        revision: Some(Revision::new(uuid!("0b2b9a52-1d56-4d3c-9a0b-8a7f6f6d1c11"))),
    })
}

/// An access policy that permits reading App Clients.
fn reading() -> Value {
    json!({ "rule": [{
        "effect": "Allow",
        "action": ["IAM:ListAllM2MClients", "IAM:GetM2MClient"],
        "resource": "IAM:M2MClient:*",
    }] })
}

pub(super) fn own_role() -> Value {
    answer(Answer::one(&support()))
}

pub(super) fn new_role() -> Value {
    let attributes = json!({
        "name": "Support",
        "description": "Looks at App Clients",
        "accessPolicy": reading(),
    });
    json!({ "data": { "type": "auth/roles", "attributes": attributes } })
}

pub(super) fn role_change() -> Value {
    json!({ "data": { "type": "auth/roles", "attributes": { "accessPolicy": reading() } } })
}

pub(super) fn question() -> Value {
    let requests = json!([
        { "action": "IAM:GetM2MClient", "resource": format!("IAM:M2MClient:{ID}") },
        { "action": "IAM:CreateM2MClient", "resource": "IAM:M2MClient:*" },
    ]);
    json!({ "data": { "type": "auth/decisions", "attributes": { "requests": requests } } })
}

/// The decisions on the example requests for a client with the example role.
pub(super) fn shown_decisions() -> ShownDecisions {
    let policy = Policy::parse(&reading()).unwrap();
    let name = RoleName::parse("Support").unwrap();
    let role = RoleId::of(OrgId::new(Uuid::nil()), &name.folded());
    let policies = Policies(vec![(PolicySource::Role(role.into()), policy)]);
    let decide = |action, id| policies.decide(&Request::of(action, id));
    let decisions = vec![
        decide(Action::GET_CLIENT, Some(ID)),
        decide(Action::CREATE_CLIENT, None),
    ];
    ShownDecisions::new(SECRET_ID, decisions)
}

pub(super) fn decisions() -> Value {
    answer(Answer::to_question(&shown_decisions()))
}

fn body(response: &Response<Body>) -> Value {
    serde_json::from_slice(response.body().as_ref()).unwrap()
}

fn answer(answer: Answer) -> Value {
    body(&answer.into_response())
}

pub(super) fn one_client() -> Value {
    answer(Answer::one(&client()))
}

/// The response that creates a client or rotates its secret.
pub(super) fn secret() -> Value {
    let mut document = answer(Answer::one(&client_with_secret()));
    document["data"]["attributes"]["clientSecret"] = SECRET.into();
    document
}

/// The secrets of the example client: one that release 0.1.0 stored, and one with an end.
fn listed() -> ListedSecrets {
    let Created { client, secret, .. } = created();
    let first = client.secrets.newest().unwrap().clone();
    let end = Timestamp::from_epoch_seconds(end());
    let second = AppClientSecret {
        id: SecretId::from_id(&SECRET_ID.to_string()).unwrap(),
        expires_at: Some(end),
        place: SecretPlace::Second,
        ..first.clone()
    };
    let last_four = None;
    let id = SecretId::of(client.id, &secret.hash());
    let first = AppClientSecret {
        id,
        last_four,
        ..first
    };
    let last_uses = LastUses {
        second: Some(end.day()),
        ..LastUses::default()
    };
    ListedSecrets {
        client,
        secrets: vec![first, second],
        last_uses,
    }
}

/// Secrets with and without the values that may be `null`.
pub(super) fn shown_secrets() -> Vec<ShownSecret> {
    ShownSecret::all(listed())
}

fn second() -> ShownSecret {
    shown_secrets().pop().unwrap()
}

/// The example secrets have fixed ids and characters.
fn fixed(mut secret: Value) -> Value {
    secret["attributes"]["lastFour"] = SECRET.split_at(SECRET.len() - 4).1.into();
    secret
}

pub(super) fn secrets() -> Value {
    let mut document = answer(Answer::all(&[second()]));
    document["data"][0] = fixed(document["data"][0].take());
    document
}

pub(super) fn one_secret() -> Value {
    let mut document = answer(Answer::one(&second()));
    document["data"] = fixed(document["data"].take());
    document
}

/// The response that adds a secret in place of another one.
pub(super) fn added_secret() -> Value {
    let ListedSecrets {
        client,
        mut secrets,
        ..
    } = listed();
    let added = AddedSecret {
        is_repeat: false,
        last_uses: LastUses::default(),
        client,
        secret: secrets.pop().unwrap(),
        plain: created().secret,
        replaced: None,
    };
    let replaced = uuid!("9b0d4c57-52b4-8f6e-8a3d-0e7f1c2b6a45").to_string();
    let shown = ShownSecret::added(added);
    let mut document = answer(Answer::created_in_place_of(&shown, Some(replaced)));
    document["data"] = fixed(document["data"].take());
    document["data"]["attributes"]["clientSecret"] = SECRET.into();
    document
}

fn end() -> u64 {
    TIME + 90 * 86_400
}

pub(super) fn rotation() -> Value {
    json!({ "data": {
        "type": "auth/app-clients",
        "id": ID.to_string(),
        "attributes": { "overlapSeconds": 3600 },
    } })
}

pub(super) fn new_secret() -> Value {
    json!({ "data": {
        "type": "auth/app-client-secrets",
        "attributes": { "expiresAt": end() },
    } })
}

pub(super) fn secret_change() -> Value {
    json!({ "data": {
        "type": "auth/app-client-secrets",
        "id": SECRET_ID.to_string(),
        "attributes": { "expiresAt": end() },
    } })
}

pub(super) fn clients() -> Value {
    let links = Links {
        first: "/auth/app-clients?page%5Bsize%5D=20".to_owned(),
        next: None,
    };
    answer(Answer::page(&[listed_client()], Vec::new(), links))
}

pub(super) fn one_role() -> Value {
    answer(Answer::one(&role()))
}

pub(super) fn roles() -> Value {
    let links = Links {
        first: "/auth/roles?page%5Bsize%5D=100".to_owned(),
        next: None,
    };
    answer(Answer::page(&[role(), support()], Vec::new(), links))
}

pub(super) fn no_role() -> Value {
    answer(Answer::one_or_null::<ShownRole>(None))
}

fn role_relationship(role: ManagedRole) -> Value {
    json!({ "auth/roles": { "data": { "type": "auth/roles", "id": role.id().to_string() } } })
}

pub(super) fn new_client() -> Value {
    json!({ "data": {
        "type": "auth/app-clients",
        "attributes": { "type": "machine_to_machine", "name": "Nightly import", "userType": "builder" },
        "relationships": role_relationship(ManagedRole::BuilderAdmin),
    } })
}

pub(super) fn change() -> Value {
    json!({ "data": {
        "type": "auth/app-clients",
        "id": ID.to_string(),
        "attributes": { "description": "Runs at 02:00 UTC", "accessTokenLifetime": 900 },
        "relationships": role_relationship(ManagedRole::CareTeamUser),
    } })
}

pub(super) fn replacement() -> Value {
    json!({ "data": {
        "type": "auth/app-clients",
        "id": ID.to_string(),
        "attributes": { "name": "Nightly import", "description": "Runs at 02:00 UTC" },
        "relationships": role_relationship(ManagedRole::CareTeamUser),
    } })
}

pub(super) fn token_request() -> Value {
    json!({
        "grant_type": "client_credentials",
        "client_id": ID.simple().to_string(),
        "client_secret": SECRET,
    })
}

pub(super) fn token_response() -> Value {
    json!({ "access_token": TOKEN, "token_type": "Bearer", "expires_in": 3600 })
}

pub(super) fn key_set() -> Value {
    json!({ "keys": [{
        "alg": "RS256",
        "e": "AQAB",
        "kid": "QcilmUBYQe2SAf4QvJerOECS6dNAvbPt2Yp1bjmG6DQ",
        "kty": "RSA",
        "n": "sz83X2mp6gfX2a3H3LyfntHwMVsKPWeJ...",
        "use": "sig",
    }] })
}
