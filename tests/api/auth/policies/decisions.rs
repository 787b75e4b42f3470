//! `POST /auth/decisions`

use serde_json::{Value, json};
use tests::body;

use super::{Caller, allowing, denying, everything, policy, role_change};
use crate::auth::orgs::foreign_client;
use crate::auth::{Api, CLIENTS, pointer, refused};

const DECISIONS: &str = "/auth/decisions";

fn question(requests: &[(&str, &str)]) -> Value {
    let requests = requests.iter();
    let requests: Value = requests
        .map(|(action, resource)| json!({ "action": action, "resource": resource }))
        .collect();
    json!({ "data": { "type": "auth/decisions", "attributes": { "requests": requests } } })
}

fn about(token: &str, requests: &[(&str, &str)]) -> Value {
    let mut question = question(requests);
    question["data"]["attributes"]["token"] = token.into();
    question
}

impl Api {
    async fn decisions(&self, caller: &Caller, question: &Value) -> Value {
        let response = self.ask_as(caller, "POST", DECISIONS, Some(question)).await;
        assert_eq!(response.status(), 200);
        assert!(response.headers().get("etag").is_none());
        let mut document = body(response).await;
        let data = document["data"].take();
        assert_eq!(data["type"], "auth/decisions");
        assert!(data.get("links").is_none());
        data["attributes"]["decisions"].clone()
    }
}

#[tokio::test]
async fn a_decision_names_the_rule_that_decides() {
    let api = Api::start().await;
    let role = api
        .role_with(&[allowing(&["FHIR:Read"], "FHIR:Patient:*")])
        .await;
    let one = "IAM:M2MClient:50678f92-e79c-49f4-b711-0ebef92289e6";
    let inline = policy(&[
        allowing(
            &["IAM:GetM2MClient", "IAM:ListAllM2MClients"],
            "IAM:M2MClient:*",
        ),
        denying(&["IAM:GetM2MClient"], one),
    ]);
    let client = api
        .client_of(&[&role], json!({ "accessPolicy": inline }))
        .await;
    let token = api.service.access_token(&client.credentials).await;
    let caller = Caller { client, token };
    let question = question(&[
        ("IAM:ListAllM2MClients", "IAM:M2MClient:*"),
        ("IAM:GetM2MClient", one),
        ("FHIR:Read", "FHIR:Patient:7"),
        ("FHIR:Write", "FHIR:Patient:7"),
        (
            "App:GetM2MClient",
            "App:M2MClient:50678f92-e79c-49f4-b711-0ebef92289e7",
        ),
    ]);
    assert_eq!(
        api.decisions(&caller, &question).await,
        json!([
            { "allowed": true, "rule": { "source": "inline", "index": 0 } },
            { "allowed": false, "rule": { "source": "inline", "index": 1 } },
            { "allowed": true, "rule": { "source": role, "index": 0 } },
            { "allowed": false, "rule": null },
            { "allowed": true, "rule": { "source": "inline", "index": 0 } },
        ])
    );
}

#[tokio::test]
async fn a_caller_without_any_permission_may_ask() {
    let api = Api::start().await;
    let caller = api.caller(&[]).await;
    let question = question(&[("IAM:GetRole", "IAM:Role:*")]);
    let expected = json!([{ "allowed": false, "rule": null }]);
    assert_eq!(api.decisions(&caller, &question).await, expected);
}

/// What is decided is what happens.
#[tokio::test]
async fn a_decision_agrees_with_the_endpoint() {
    let api = Api::start().await;
    let role = api.role_with(&[]).await;
    let caller = api.caller_with_role(&role).await;
    let listing = question(&[("IAM:ListAllM2MClients", "IAM:M2MClient:*")]);
    for rules in [
        vec![everything()],
        vec![],
        vec![
            everything(),
            denying(&["IAM:ListAllM2MClients"], "IAM:M2MClient:*"),
        ],
        vec![allowing(&["IAM:ListAllM2MClients"], "IAM:M2MClient")],
        vec![allowing(&["*"], "IAM:Role:*")],
    ] {
        let change = role_change(json!({ "accessPolicy": policy(&rules) }));
        let changed = api
            .ask("PATCH", &format!("/auth/roles/{role}"), Some(&change))
            .await;
        assert_eq!(changed.status(), 200);
        let decision = api.decisions(&caller, &listing).await;
        let listed = api.ask_as(&caller, "GET", CLIENTS, None).await.status();
        assert_eq!(decision[0]["allowed"] == true, listed == 200, "{rules:?}");
    }
}

#[tokio::test]
async fn another_clients_token_of_the_org_is_decided_on() {
    let api = Api::start().await;
    let caller = api.caller(&[]).await;
    let other = api.caller(&[everything()]).await;
    let requests = [("IAM:GetRole", "IAM:Role:*")];
    let decisions = api
        .decisions(&caller, &about(&other.token, &requests))
        .await;
    assert_eq!(decisions[0]["allowed"], true);
    let decisions = api
        .decisions(&other, &about(&caller.token, &requests))
        .await;
    assert_eq!(decisions[0]["allowed"], false);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "writes to the table")]
async fn a_token_that_is_not_of_the_org_is_refused_in_the_same_words() {
    let api = Api::start().await;
    let caller = api.caller(&[]).await;
    let stranger = foreign_client(&api).await;
    let foreign = api.service.access_token(&stranger.credentials).await;
    let deleted = api.caller(&[]).await;
    let path = crate::auth::client_path(&deleted.client.id);
    assert_eq!(api.ask("DELETE", &path, None).await.status(), 204);
    let mut seen = Vec::new();
    for token in [&foreign, &deleted.token, "x", "a.b.c"] {
        let question = about(token, &[("IAM:GetRole", "IAM:Role:*")]);
        let response = api
            .ask_as(&caller, "POST", DECISIONS, Some(&question))
            .await;
        assert_eq!(response.status(), 422);
        seen.push(response.text().await.unwrap());
    }
    seen.dedup();
    assert_eq!(seen.len(), 1, "{seen:?}");
    assert!(seen[0].contains("/data/attributes/token"), "{seen:?}");
}

#[tokio::test]
async fn an_invalid_request_is_refused_with_its_place() {
    let api = Api::start().await;
    let caller = api.caller(&[]).await;
    let good = json!({ "action": "IAM:GetRole", "resource": "IAM:Role:*" });
    for (requests, place) in [
        (json!([]), ""),
        (json!({}), ""),
        (json!(vec![good.clone(); 101]), ""),
        (json!([good, 7]), "/1"),
        (json!([{ "action": "IAM:GetRole" }]), "/0/resource"),
        (json!([{ "resource": "IAM:Role:*" }]), "/0/action"),
        (
            json!([{ "action": "IAM:Get", "resource": "IAM:Role:*" }]),
            "/0/action",
        ),
        (
            json!([{ "action": "*", "resource": "IAM:Role:*" }]),
            "/0/action",
        ),
        (
            json!([{ "action": "IAM:GetRole", "resource": "IAM:Group:*" }]),
            "/0/resource",
        ),
        (
            json!([{ "action": "IAM:GetRole", "resource": "IAM:User:*" }]),
            "/0/resource",
        ),
        (
            json!([{ "action": "IAM:GetRole", "resource": "IAM:Role:*", "more": 1 }]),
            "/0",
        ),
    ] {
        let document = json!({ "data": {
            "type": "auth/decisions", "attributes": { "requests": requests }
        } });
        let response = api
            .ask_as(&caller, "POST", DECISIONS, Some(&document))
            .await;
        let source = pointer(&format!("/data/attributes/requests{place}"));
        refused(response, 422, "invalid_value", source).await;
    }
    let missing = json!({ "data": { "type": "auth/decisions", "attributes": {} } });
    let response = api.ask_as(&caller, "POST", DECISIONS, Some(&missing)).await;
    refused(response, 400, "missing", pointer("/data/attributes")).await;
    let most = question(&[("IAM:GetRole", "IAM:Role:*"); 100]);
    let decisions = api.decisions(&caller, &most).await;
    assert_eq!(decisions.as_array().unwrap().len(), 100);
}
