//! The example policies of the product that this one replaces, over HTTP.

use serde_json::json;

use super::{allowing, denying, policy, rule};
use crate::auth::policies::credential_requests;
use crate::auth::{Api, CLIENTS, client_path, not_found, refused};

/// All actions over all App Clients.
#[tokio::test]
async fn a_policy_can_permit_everything_over_app_clients() {
    let api = Api::start().await;
    let rules = [json!({ "action": "*", "resource": "IAM:M2MClient:*", "effect": "Allow" })];
    let caller = api.caller(&rules).await;
    let target = api.client_with("Permissionless", json!({})).await;
    let path = client_path(&target.id);
    assert_eq!(
        api.ask_as(&caller, "GET", CLIENTS, None).await.status(),
        200
    );
    assert_eq!(api.ask_as(&caller, "GET", &path, None).await.status(), 200);
    let patched = api
        .service
        .patch(&caller.token, &target.id, json!({ "name": "Renamed" }));
    assert_eq!(patched.await.status(), 200);
    let rotation = format!("{path}/rotate-secret");
    let rotated = api.ask_as(&caller, "POST", &rotation, None).await;
    assert_eq!(rotated.status(), 200);
    let role = api.service.role(&api.admin, "Permissionless").await;
    let document = tests::new_client(&role, json!({}));
    let created = api.ask_as(&caller, "POST", CLIENTS, Some(&document)).await;
    assert_eq!(created.status(), 201);
    assert_eq!(
        api.ask_as(&caller, "DELETE", &path, None).await.status(),
        204
    );
    // Roles are another type.
    for (method, path) in [("GET", "/auth/roles"), ("POST", "/auth/roles")] {
        assert_eq!(api.ask_as(&caller, method, path, None).await.status(), 403);
    }
}

/// Read-only permissions over all App Clients.
#[tokio::test]
async fn a_policy_can_permit_reading_alone() {
    let api = Api::start().await;
    let reading = allowing(
        &["IAM:ListAllM2MClients", "IAM:GetM2MClient"],
        "IAM:M2MClient:*",
    );
    let caller = api.caller(&[reading]).await;
    let target = api.client_with("Permissionless", json!({})).await;
    let path = client_path(&target.id);
    for path in [CLIENTS, &path, &format!("{path}/secrets")] {
        assert_eq!(api.ask_as(&caller, "GET", path, None).await.status(), 200);
    }
    let document = json!({ "data": { "type": "auth/app-clients", "attributes": {} } });
    for method in ["PATCH", "PUT", "DELETE"] {
        let response = api.ask_as(&caller, method, &path, Some(&document)).await;
        assert_eq!(response.status(), 403, "{method}");
    }
    for (method, path, document) in credential_requests(&target) {
        let response = api.ask_as(&caller, method, &path, document.as_ref()).await;
        assert_eq!(response.status(), 403, "{method} {path}");
    }
    let created = api.ask_as(&caller, "POST", CLIENTS, Some(&document)).await;
    assert_eq!(created.status(), 403);
}

/// Explicit denial of destructive actions, which wins over what a role allows.
#[tokio::test]
async fn a_policy_can_deny_what_a_role_allows() {
    let api = Api::start().await;
    let admin = api.service.role(&api.admin, "Builder Admin").await;
    let denial = denying(
        &["IAM:DeleteM2MClient", "IAM:RotateM2MClientSecret"],
        "IAM:M2MClient:*",
    );
    let attributes = json!({ "accessPolicy": policy(&[denial]) });
    let client = api.client_of(&[&admin], attributes).await;
    let token = api.service.access_token(&client.credentials).await;
    let caller = super::Caller { client, token };
    let target = api.client_with("Permissionless", json!({})).await;
    let path = client_path(&target.id);
    assert_eq!(api.ask_as(&caller, "GET", &path, None).await.status(), 200);
    let patched = api
        .service
        .patch(&caller.token, &target.id, json!({ "name": "Renamed" }));
    assert_eq!(patched.await.status(), 200);
    let deleted = api.ask_as(&caller, "DELETE", &path, None).await;
    assert_eq!(deleted.status(), 403);
    for (method, path, document) in credential_requests(&target) {
        let response = api.ask_as(&caller, method, &path, document.as_ref()).await;
        assert_eq!(response.status(), 403, "{method} {path}");
    }
}

#[tokio::test]
async fn a_policy_can_permit_one_client_alone() {
    let api = Api::start().await;
    let target = api.client_with("Permissionless", json!({})).await;
    let other = api.client_with("Permissionless", json!({})).await;
    let only = format!("IAM:M2MClient:{}", target.id);
    let caller = api.caller(&[allowing(&["IAM:GetM2MClient"], &only)]).await;
    let path = client_path(&target.id);
    let permitted = api.ask_as(&caller, "GET", &path, None).await;
    assert_eq!(permitted.status(), 200);
    // Whether a client exists is not told: the policy is asked first.
    for id in [&other.id, crate::auth::NO_CLIENT, "x"] {
        let response = api.ask_as(&caller, "GET", &client_path(id), None).await;
        let source = crate::auth::header("Authorization");
        refused(response, 403, "insufficient_scope", source).await;
    }
    // A permitted client that is gone is not found.
    api.ask("DELETE", &client_path(&target.id), None).await;
    not_found(
        api.ask_as(&caller, "GET", &client_path(&target.id), None)
            .await,
    )
    .await;
}

#[tokio::test]
async fn a_permission_on_oneself_is_needed_except_for_me() {
    let api = Api::start().await;
    let caller = api.caller(&[]).await;
    let own = api
        .ask_as(&caller, "GET", &format!("{CLIENTS}/me"), None)
        .await;
    assert_eq!(own.status(), 200);
    let path = client_path(&caller.client.id);
    assert_eq!(api.ask_as(&caller, "GET", &path, None).await.status(), 403);
}

#[tokio::test]
async fn a_changed_role_holds_at_the_next_request() {
    let api = Api::start().await;
    let role = api.role_with(&[]).await;
    let caller = api.caller_with_role(&role).await;
    assert_eq!(
        api.ask_as(&caller, "GET", CLIENTS, None).await.status(),
        403
    );
    for (rules, expected) in [
        (
            vec![allowing(&["IAM:ListAllM2MClients"], "IAM:M2MClient")],
            200,
        ),
        (
            vec![rule("Allow", &["App:ListAllM2MClients"], "App:M2MClient:*")],
            200,
        ),
        (vec![], 403),
    ] {
        let change = super::role_change(json!({ "accessPolicy": policy(&rules) }));
        let changed = api
            .ask("PATCH", &format!("/auth/roles/{role}"), Some(&change))
            .await;
        assert_eq!(changed.status(), 200);
        let response = api.ask_as(&caller, "GET", CLIENTS, None).await;
        assert_eq!(response.status(), expected);
    }
}

#[tokio::test]
async fn several_roles_add_up_and_a_deny_in_one_wins() {
    let api = Api::start().await;
    let listing = api
        .role_with(&[allowing(&["IAM:ListAllM2MClients"], "IAM:M2MClient:*")])
        .await;
    let reading = api
        .role_with(&[allowing(&["IAM:GetRole"], "IAM:Role:*")])
        .await;
    let client = api.client_of(&[&listing, &reading], json!({})).await;
    let token = api.service.access_token(&client.credentials).await;
    let caller = super::Caller { client, token };
    assert_eq!(
        api.ask_as(&caller, "GET", CLIENTS, None).await.status(),
        200
    );
    let path = format!("/auth/roles/{reading}");
    assert_eq!(api.ask_as(&caller, "GET", &path, None).await.status(), 200);
    let denial = policy(&[denying(&["*"], "IAM:M2MClient")]);
    let change = super::role_change(json!({ "accessPolicy": denial }));
    assert_eq!(api.ask("PATCH", &path, Some(&change)).await.status(), 200);
    assert_eq!(
        api.ask_as(&caller, "GET", CLIENTS, None).await.status(),
        403
    );
}
