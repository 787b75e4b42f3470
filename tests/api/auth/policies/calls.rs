//! The AWS calls of requests: a caller with managed roles makes no more of them than before there were
//! policies, and others make one more to read theirs.

use serde_json::{Value, json};
use tests::body;

use super::{ROLES, allowing, everything, new_client_of, new_role, policy, roles_change};
use crate::auth::{Api, CLIENTS, client_path};

/// The AWS calls of one request on a warm instance.
async fn calls(
    api: &Api,
    token: &str,
    method: &str,
    path: &str,
    document: Option<&Value>,
) -> Vec<String> {
    // Each function reads the key set once. This request is refused after its caller is authorized.
    let separator = if path.contains('?') { '&' } else { '?' };
    let invalid = format!("{path}{separator}x=1");
    api.service.manage(token, method, &invalid, document).await;
    api.service.aws.calls();
    let response = api.service.manage(token, method, path, document).await;
    let status = response.status();
    assert!(
        status.is_success(),
        "{method} {path}: {}",
        body(response).await
    );
    api.service.aws.calls()
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "counts AWS calls")]
async fn a_managed_role_is_never_read() {
    let api = Api::start().await;
    let target = api.client_with("Permissionless", json!({})).await;
    let path = client_path(&target.id);
    let admin = api.service.role(&api.admin, "Builder Admin").await;
    let rename =
        json!({ "data": { "type": "auth/app-clients", "attributes": { "name": "Other" } } });
    let promotion = roles_change(&[&admin]);
    let new_client = new_client_of(&[&admin], json!({}));
    let (new_role, role) = (new_role(&[]), api.role_with(&[]).await);
    let question = json!({ "data": { "type": "auth/decisions", "attributes": {
        "requests": [{ "action": "IAM:GetRole", "resource": "IAM:Role:*" }],
    } } });
    let role_path = format!("{ROLES}/{role}");
    let role_change = super::role_change(json!({ "description": "Other" }));
    for (method, path, document, expected) in [
        (
            "GET",
            "/auth/app-clients/me",
            None,
            &["GetItem", "Query"][..],
        ),
        ("GET", CLIENTS, None, &["GetItem", "Query", "BatchGetItem"]),
        ("GET", &path, None, &["GetItem", "Query"]),
        (
            "POST",
            CLIENTS,
            Some(&new_client),
            &["GetItem", "TransactWriteItems"],
        ),
        (
            "PATCH",
            &path,
            Some(&rename),
            &["GetItem", "Query", "TransactWriteItems"],
        ),
        (
            "PATCH",
            &path,
            Some(&promotion),
            &["GetItem", "Query", "TransactWriteItems"],
        ),
        (
            "POST",
            &format!("{path}/rotate-secret"),
            None,
            &["GetItem", "Query", "TransactWriteItems"],
        ),
        (
            "DELETE",
            &path,
            None,
            &["GetItem", "GetItem", "TransactWriteItems"],
        ),
        ("GET", ROLES, None, &["GetItem", "Query"]),
        ("GET", &format!("{ROLES}/{admin}"), None, &["GetItem"]),
        ("GET", &role_path, None, &["GetItem", "GetItem"]),
        (
            "GET",
            "/auth/roles?filter[name]=Patient",
            None,
            &["GetItem"],
        ),
        (
            "POST",
            ROLES,
            Some(&new_role),
            &["GetItem", "TransactWriteItems"],
        ),
        (
            "PATCH",
            &role_path,
            Some(&role_change),
            &["GetItem", "GetItem", "TransactWriteItems"],
        ),
        (
            "DELETE",
            &role_path,
            None,
            &["GetItem", "GetItem", "TransactWriteItems"],
        ),
        ("POST", "/auth/decisions", Some(&question), &["GetItem"]),
    ] {
        assert_eq!(
            calls(&api, &api.admin, method, path, document).await,
            expected,
            "{method} {path}"
        );
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "counts AWS calls")]
async fn the_policies_of_a_caller_with_others_take_one_call_however_many_they_are() {
    let api = Api::start().await;
    let mut roles = Vec::new();
    for _ in 0..10 {
        roles.push(
            api.role_with(&[allowing(&["FHIR:Read"], "FHIR:Patient:*")])
                .await,
        );
    }
    let ids: Vec<_> = roles.iter().map(String::as_str).collect();
    let attributes = json!({ "accessPolicy": policy(&[everything()]) });
    let caller = api.client_of(&ids, attributes).await;
    let token = api.service.access_token(&caller.credentials).await;
    let listed = calls(&api, &token, "GET", ROLES, None).await;
    assert_eq!(listed, ["GetItem", "BatchGetItem", "Query"]);
    // The client's own policy is shown, which takes another read.
    let shown = calls(&api, &api.admin, "GET", &client_path(&caller.id), None).await;
    assert_eq!(shown, ["GetItem", "Query", "BatchGetItem"]);
    let deleted = calls(&api, &api.admin, "DELETE", &client_path(&caller.id), None).await;
    assert_eq!(
        deleted,
        ["GetItem", "GetItem", "BatchGetItem", "TransactWriteItems"]
    );
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "counts AWS calls")]
async fn what_a_client_holds_is_read_only_for_a_caller_that_does_not_hold_everything() {
    let api = Api::start().await;
    let role = api.role_with(&[]).await;
    let target = api.client_of(&[&role], json!({})).await;
    let path = client_path(&target.id) + "/rotate-secret";
    let by_admin = calls(&api, &api.admin, "POST", &path, None).await;
    assert_eq!(by_admin, ["GetItem", "Query", "TransactWriteItems"]);
    let rotating = [allowing(&["IAM:RotateM2MClientSecret"], "IAM:M2MClient:*")];
    let caller = api.caller(&rotating).await;
    let by_other = calls(&api, &caller.token, "POST", &path, None).await;
    let expected = [
        "GetItem",
        "BatchGetItem",
        "Query",
        "BatchGetItem",
        "TransactWriteItems",
    ];
    assert_eq!(by_other, expected);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "counts AWS calls")]
async fn a_token_takes_no_other_call_for_a_client_with_roles_and_a_policy() {
    let api = Api::start().await;
    let role = api.role_with(&[everything()]).await;
    let attributes = json!({ "accessPolicy": policy(&[everything()]) });
    let client = api.client_of(&[&role], attributes).await;
    assert!(api.accepts(&client.credentials).await);
    api.service.aws.calls();
    assert!(api.accepts(&client.credentials).await);
    assert_eq!(api.service.aws.calls(), ["UpdateItem"]);
}
