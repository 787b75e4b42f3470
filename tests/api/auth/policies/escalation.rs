//! Every way to get more than one holds is refused.

use reqwest::Response;
use serde_json::{Value, json};
use tests::{Client, body, text};

use super::{
    Caller, ROLES, allowing, credential_requests, denying, everything, new_client_of, new_role,
    policy, role_change, roles_change,
};
use crate::auth::orgs::foreign_client;
use crate::auth::{Api, CLIENTS, client_path, header, refused};

/// What a caller may do that manages roles and clients, but cannot rotate or delete.
fn managing() -> [Value; 2] {
    let clients = [
        "IAM:CreateM2MClient",
        "IAM:GetM2MClient",
        "IAM:UpdateM2MClient",
    ];
    let roles = ["IAM:CreateRole", "IAM:GetRole", "IAM:UpdateRole"];
    [
        allowing(&clients, "IAM:M2MClient:*"),
        allowing(&roles, "IAM:Role:*"),
    ]
}

/// More than [`managing`].
fn more() -> Value {
    allowing(&["IAM:DeleteM2MClient"], "IAM:M2MClient:*")
}

async fn exceeds(response: Response) {
    refused(
        response,
        403,
        "exceeds_permissions",
        header("Authorization"),
    )
    .await;
}

impl Api {
    async fn manager(&self) -> Caller {
        self.caller(&managing()).await
    }

    async fn role_shown(&self, id: &str) -> Value {
        body(self.get(&format!("{ROLES}/{id}")).await).await["data"].take()
    }
}

#[tokio::test]
async fn a_role_with_more_rights_than_the_callers_is_refused() {
    let api = Api::start().await;
    let caller = api.manager().await;
    exceeds(
        api.ask_as(&caller, "POST", ROLES, Some(&new_role(&[more()])))
            .await,
    )
    .await;
    exceeds(
        api.ask_as(&caller, "POST", ROLES, Some(&new_role(&[everything()])))
            .await,
    )
    .await;
    // Another service's actions are rights, too.
    let foreign = allowing(&["FHIR:Read"], "FHIR:Patient:*");
    exceeds(
        api.ask_as(&caller, "POST", ROLES, Some(&new_role(&[foreign])))
            .await,
    )
    .await;
    let document = new_role(&managing());
    let equal = api.ask_as(&caller, "POST", ROLES, Some(&document)).await;
    assert_eq!(equal.status(), 201);
}

#[tokio::test]
async fn a_role_that_the_caller_widens_beyond_its_rights_is_refused() {
    let api = Api::start().await;
    let caller = api.manager().await;
    let role = api.role_with(&managing()).await;
    let path = format!("{ROLES}/{role}");
    let before = api.role_shown(&role).await;
    let wider = role_change(json!({ "accessPolicy": policy(&[more()]) }));
    exceeds(api.ask_as(&caller, "PATCH", &path, Some(&wider)).await).await;
    assert_eq!(api.role_shown(&role).await, before);
}

#[tokio::test]
async fn a_policy_with_a_later_wildcard_is_refused() {
    let api = Api::start().await;
    let caller = api.manager().await;
    let [clients, roles] = managing();
    let wildcard = json!({ "effect": "Allow", "action": "*", "resource": "IAM:Role:*" });
    let rules = [clients, roles, wildcard];
    exceeds(
        api.ask_as(&caller, "POST", ROLES, Some(&new_role(&rules)))
            .await,
    )
    .await;
    let attributes = json!({ "accessPolicy": policy(&rules) });
    let document = new_client_of(&[], attributes);
    exceeds(api.ask_as(&caller, "POST", CLIENTS, Some(&document)).await).await;
}

#[tokio::test]
async fn an_inline_policy_with_more_rights_is_refused() {
    let api = Api::start().await;
    let caller = api.manager().await;
    let attributes = json!({ "accessPolicy": policy(&[more()]) });
    let document = new_client_of(&[], attributes.clone());
    exceeds(api.ask_as(&caller, "POST", CLIENTS, Some(&document)).await).await;
    let target = api.client_with("Permissionless", json!({})).await;
    let before = api.shown(&target.id).await;
    exceeds(
        api.service
            .patch(&caller.token, &target.id, attributes.clone())
            .await,
    )
    .await;
    assert_eq!(api.shown(&target.id).await, before);
    // Nor for oneself.
    exceeds(
        api.service
            .patch(&caller.token, &caller.client.id, attributes)
            .await,
    )
    .await;
}

#[tokio::test]
async fn a_client_gets_no_role_that_permits_more() {
    let api = Api::start().await;
    let caller = api.manager().await;
    let stronger = api.role_with(&[more()]).await;
    let admin = api.service.role(&api.admin, "Builder Admin").await;
    let target = api.client_with("Permissionless", json!({})).await;
    for role in [&stronger, &admin] {
        let document = new_client_of(&[role], json!({}));
        exceeds(api.ask_as(&caller, "POST", CLIENTS, Some(&document)).await).await;
        let change = roles_change(&[role]);
        for client in [&target, &caller.client] {
            let path = client_path(&client.id);
            exceeds(api.ask_as(&caller, "PATCH", &path, Some(&change)).await).await;
        }
    }
    // A weaker role may be given, also to a client that has a stronger one.
    let weaker = api.role_with(&managing()[..1]).await;
    let strong = api.client_of(&[&stronger], json!({})).await;
    let change = roles_change(&[&stronger, &weaker]);
    let path = client_path(&strong.id);
    let given = api.ask_as(&caller, "PATCH", &path, Some(&change)).await;
    assert_eq!(given.status(), 200);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "writes to the table")]
async fn another_orgs_role_is_not_found() {
    let api = Api::start().await;
    let stranger = foreign_client(&api).await;
    let token = api.service.access_token(&stranger.credentials).await;
    let document = new_role(&[]);
    let created = api
        .service
        .manage(&token, "POST", ROLES, Some(&document))
        .await;
    let role = text(&body(created).await["data"]["id"]);
    let absent = crate::auth::pointer("/data/relationships/auth~1roles/data/0/id");
    let document = new_client_of(&[&role], json!({}));
    refused(
        api.create(&document).await,
        404,
        "related_not_found",
        absent.clone(),
    )
    .await;
    let target = api.client().await;
    let path = client_path(&target.id);
    let response = api.ask("PATCH", &path, Some(&roles_change(&[&role]))).await;
    refused(response, 404, "related_not_found", absent).await;
    let path = format!("{ROLES}/{role}");
    crate::auth::not_found(api.get(&path).await).await;
    let change = role_change(json!({ "description": "Mine" }));
    crate::auth::not_found(api.ask("PATCH", &path, Some(&change)).await).await;
    crate::auth::not_found(api.ask("DELETE", &path, None).await).await;
    let listed = body(api.get(ROLES).await).await;
    let listed = listed["data"].as_array().unwrap();
    assert!(listed.iter().all(|listed| listed["id"] != *role));
}

#[tokio::test]
async fn a_managed_role_is_neither_renamed_nor_changed_nor_deleted() {
    let api = Api::start().await;
    for name in [
        "Builder Admin",
        "Care Team User",
        "Patient",
        "Permissionless",
    ] {
        let role = api.service.role(&api.admin, name).await;
        let path = format!("{ROLES}/{role}");
        let before = api.role_shown(&role).await;
        for attributes in [
            json!({ "name": "Mine" }),
            json!({ "accessPolicy": policy(&[everything()]) }),
            json!({ "description": "Mine" }),
        ] {
            let change = role_change(attributes);
            let response = api.ask("PATCH", &path, Some(&change)).await;
            refused(response, 409, "managed_role", Value::Null).await;
        }
        let response = api.ask("DELETE", &path, None).await;
        refused(response, 409, "managed_role", Value::Null).await;
        assert_eq!(api.role_shown(&role).await, before);
    }
}

/// Whether the credentials of a client and its secrets are as before.
async fn is_unchanged(api: &Api, client: &Client, before: &Value) {
    let path = client_path(&client.id) + "/secrets";
    assert_eq!(&body(api.get(&path).await).await, before);
}

#[tokio::test]
async fn a_stronger_clients_secret_is_not_taken_by_rotation() {
    let api = Api::start().await;
    let rotating = allowing(&["IAM:RotateM2MClientSecret"], "IAM:M2MClient:*");
    let caller = api.caller(std::slice::from_ref(&rotating)).await;
    let role = api.role_with(&[more()]).await;
    let attributes = json!({ "accessPolicy": policy(&[more()]) });
    for target in [
        api.client().await,
        api.client_of(&[&role], json!({})).await,
        api.client_of(&[], attributes).await,
    ] {
        let path = client_path(&target.id) + "/secrets";
        let before = body(api.get(&path).await).await;
        for (method, path, document) in credential_requests(&target) {
            exceeds(api.ask_as(&caller, method, &path, document.as_ref()).await).await;
        }
        is_unchanged(&api, &target, &before).await;
    }
    // That of a client that holds as much may be rotated, and one's own.
    for target in [api.caller(&[rotating]).await.client, caller.client.clone()] {
        let (method, path, _) = &credential_requests(&target)[0];
        let rotated = api.ask_as(&caller, method, path, None).await;
        assert_eq!(rotated.status(), 200);
    }
}

#[tokio::test]
async fn a_deny_is_not_dropped_by_put() {
    let api = Api::start().await;
    let caller = api.manager().await;
    let [clients, roles] = managing();
    let denial = denying(&["IAM:DeleteM2MClient"], "IAM:M2MClient:*");
    let denied = policy(&[clients.clone(), more(), roles.clone(), denial]);
    let attributes = json!({ "accessPolicy": denied });
    let target = api.client_of(&[], attributes.clone()).await;
    let path = client_path(&target.id);
    // What is omitted or null stays.
    for sent in [
        json!({ "name": "Any" }),
        json!({ "name": "Any", "accessPolicy": null }),
    ] {
        let document = json!({ "data": { "type": "auth/app-clients", "attributes": sent } });
        let response = api.ask_as(&caller, "PUT", &path, Some(&document)).await;
        assert_eq!(response.status(), 200);
        assert_eq!(
            api.shown(&target.id).await["attributes"]["accessPolicy"],
            denied
        );
    }
    let without = policy(&[clients, more(), roles]);
    let sent = json!({ "name": "Any", "accessPolicy": without });
    let document = json!({ "data": { "type": "auth/app-clients", "attributes": sent } });
    for method in ["PUT", "PATCH"] {
        exceeds(api.ask_as(&caller, method, &path, Some(&document)).await).await;
    }
    assert_eq!(
        api.shown(&target.id).await["attributes"]["accessPolicy"],
        denied
    );
}

#[tokio::test]
async fn a_deny_is_not_dropped_with_the_role_that_has_it() {
    let api = Api::start().await;
    let caller = api.manager().await;
    let strong = api.role_with(&[more()]).await;
    let with_deny = api
        .role_with(&[denying(&["IAM:DeleteM2MClient"], "IAM:M2MClient:*")])
        .await;
    let target = api.client_of(&[&strong, &with_deny], json!({})).await;
    let path = client_path(&target.id);
    let change = roles_change(&[&strong]);
    exceeds(api.ask_as(&caller, "PATCH", &path, Some(&change)).await).await;
    // The same by an inline policy that is removed.
    let denial = policy(&[denying(&["IAM:DeleteM2MClient"], "IAM:M2MClient:*")]);
    let target = api
        .client_of(&[&strong], json!({ "accessPolicy": denial }))
        .await;
    let removed = json!({ "accessPolicy": null });
    exceeds(api.service.patch(&caller.token, &target.id, removed).await).await;
}

/// A role that only denies permits nothing, but without it others permit more.
#[tokio::test]
async fn a_role_that_denies_is_not_emptied_by_a_caller_whom_it_denies() {
    let api = Api::start().await;
    let admin = api.service.role(&api.admin, "Builder Admin").await;
    let denial = denying(&["IAM:DeleteM2MClient"], "IAM:M2MClient:*");
    let with_deny = api.role_with(std::slice::from_ref(&denial)).await;
    let client = api.client_of(&[&admin, &with_deny], json!({})).await;
    let token = api.service.access_token(&client.credentials).await;
    let caller = Caller { client, token };
    let path = format!("{ROLES}/{with_deny}");
    let narrower = denying(
        &["IAM:DeleteM2MClient"],
        &format!("IAM:M2MClient:{}", caller.client.id),
    );
    for attributes in [
        json!({ "accessPolicy": policy(&[]) }),
        json!({ "accessPolicy": null }),
        json!({ "accessPolicy": policy(&[narrower]) }),
    ] {
        let change = role_change(attributes);
        exceeds(api.ask_as(&caller, "PATCH", &path, Some(&change)).await).await;
    }
    let wider = policy(&[denial, denying(&["IAM:DeleteRole"], "IAM:Role:*")]);
    let change = role_change(json!({ "accessPolicy": wider }));
    let widened = api.ask_as(&caller, "PATCH", &path, Some(&change)).await;
    assert_eq!(widened.status(), 200);
}

#[tokio::test]
async fn what_a_document_repeats_unchanged_is_no_grant() {
    let api = Api::start().await;
    let caller = api.manager().await;
    let strong = api.role_with(&[more()]).await;
    let attributes = json!({ "accessPolicy": policy(&[everything()]) });
    let target = api.client_of(&[&strong], attributes).await;
    let mut document = json!({ "data": api.shown(&target.id).await });
    document["data"]["attributes"]["name"] = "Renamed".into();
    let path = client_path(&target.id);
    for method in ["PATCH", "PUT"] {
        let response = api.ask_as(&caller, method, &path, Some(&document)).await;
        assert_eq!(response.status(), 200, "{method}");
    }
    let shown = api.shown(&target.id).await;
    assert_eq!(shown["attributes"]["name"], "Renamed");
    assert_eq!(shown["relationships"], document["data"]["relationships"]);
}
