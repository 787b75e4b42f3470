//! Grants and other changes at the same moment: whichever is written first, no rule is broken.
//!
//! A request waits before its write, and the test makes the other change then.

use reqwest::Response;
use serde_json::{Value, json};
use tests::body;

use super::{
    ROLES, allowing, denying, everything, new_client_of, new_role, policy, role_change,
    roles_change,
};
use crate::auth::policies::Caller;
use crate::auth::{Api, CLIENTS, client_path, header, refused};

const WRITE: &str = "TransactWriteItems";

impl Api {
    /// Sends a request as `caller`, and makes another change before its write.
    async fn overtaken(
        &self,
        caller: &Caller,
        request: (&str, &str, Option<&Value>),
        change: impl Future<Output = ()>,
    ) -> Response {
        self.overtaken_at((WRITE, 0), caller, request, change).await
    }

    /// The same before its nth call of an operation.
    async fn overtaken_at(
        &self,
        (operation, number): (&str, usize),
        caller: &Caller,
        (method, path, document): (&str, &str, Option<&Value>),
        change: impl Future<Output = ()>,
    ) -> Response {
        let instance = self.latchkey.instance().await;
        let held = instance.aws.hold_nth(operation, number);
        let request = instance.manage(&caller.token, method, path, document);
        let other = async {
            held.reached().await;
            change.await;
            held.release();
        };
        let (response, ()) = tokio::join!(request, other);
        response
    }

    async fn demote(&self, caller: &Caller) {
        let role = self.service.role(&self.admin, "Permissionless").await;
        let path = client_path(&caller.client.id);
        let change = json!({ "data": {
            "type": "auth/app-clients",
            "attributes": { "accessPolicy": null },
            "relationships": { "auth/roles": { "data": { "type": "auth/roles", "id": role } } },
        } });
        assert_eq!(self.ask("PATCH", &path, Some(&change)).await.status(), 200);
    }
}

async fn caller_changed(response: Response) {
    refused(response, 409, "caller_changed", header("Authorization")).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "holds calls of an instance")]
async fn a_caller_that_is_demoted_at_that_moment_grants_nothing() {
    let api = Api::start().await;
    let target = api.client().await;
    let path = client_path(&target.id);
    let admin = api.service.role(&api.admin, "Builder Admin").await;
    let role = api.role_with(&[]).await;
    let wider = role_change(json!({ "accessPolicy": policy(&[everything()]) }));
    let client = new_client_of(&[&admin], json!({}));
    let new_role = new_role(&[everything()]);
    let roles = roles_change(&[&admin, &role]);
    for (method, path, document) in [
        ("POST", CLIENTS.to_owned(), Some(&client)),
        ("PATCH", path.clone(), Some(&roles)),
        ("POST", format!("{path}/rotate-secret"), None),
        ("POST", format!("{path}/secrets"), None),
        ("POST", ROLES.to_owned(), Some(&new_role)),
        ("PATCH", format!("{ROLES}/{role}"), Some(&wider)),
    ] {
        let caller = api.caller(&[everything()]).await;
        let before = (
            api.all_clients().await.len(),
            body(api.get(ROLES).await).await,
        );
        let request = (method, path.as_str(), document);
        caller_changed(api.overtaken(&caller, request, api.demote(&caller)).await).await;
        let after = (
            api.all_clients().await.len(),
            body(api.get(ROLES).await).await,
        );
        assert_eq!(after, before, "{method} {path}");
        assert!(api.accepts(&target.credentials).await);
        // The repeated request meets the caller's new policies.
        let repeated = api.ask_as(&caller, method, &path, document).await;
        assert_eq!(repeated.status(), 403, "{method} {path}");
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "holds calls of an instance")]
async fn a_caller_whose_role_loses_a_permission_at_that_moment_grants_nothing() {
    let api = Api::start().await;
    let role = api.role_with(&[everything()]).await;
    let caller = api.caller_with_role(&role).await;
    let admin = api.service.role(&api.admin, "Builder Admin").await;
    let document = new_client_of(&[&admin], json!({}));
    let narrow = async {
        let change = role_change(json!({ "accessPolicy": policy(&[]) }));
        let path = format!("{ROLES}/{role}");
        assert_eq!(api.ask("PATCH", &path, Some(&change)).await.status(), 200);
    };
    let request = ("POST", CLIENTS, Some(&document));
    caller_changed(api.overtaken(&caller, request, narrow).await).await;
}

/// The caller's own role is read twice: for what the caller holds, and as the role to give.
#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "holds calls of an instance")]
async fn a_caller_whose_role_loses_a_permission_between_two_reads_grants_nothing() {
    let api = Api::start().await;
    let rules = [
        allowing(&["*"], "IAM:M2MClient:*"),
        allowing(&["*"], "IAM:Role:*"),
    ];
    let role = api.role_with(&rules).await;
    let other = api.role_with(&[]).await;
    let caller = api.caller_with_role(&role).await;
    let attributes = json!({ "accessPolicy": policy(&rules) });
    let target = api.client_of(&[&role, &other], json!({})).await;
    let path = client_path(&target.id);
    let create = new_client_of(&[&role], attributes.clone());
    let mut keep = roles_change(&[&role]);
    keep["data"]["attributes"] = attributes;
    for (method, path, document) in [("POST", CLIENTS, create), ("PATCH", &path, keep)] {
        let set = async |rules: &[Value]| {
            let change = role_change(json!({ "accessPolicy": policy(rules) }));
            let path = format!("{ROLES}/{role}");
            assert_eq!(api.ask("PATCH", &path, Some(&change)).await.status(), 200);
        };
        set(&rules).await;
        let request = (method, path, Some(&document));
        let response = api
            .overtaken_at(("BatchGetItem", 1), &caller, request, set(&[]))
            .await;
        refused(response, 409, "grants_changed", Value::Null).await;
    }
}

/// Without the Deny that is taken away, the role that stays would permit more than the caller holds.
#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "holds calls of an instance")]
async fn a_role_that_is_widened_at_that_moment_does_not_lose_its_deny_by_a_weaker_caller() {
    let api = Api::start().await;
    let updating = allowing(&["IAM:UpdateM2MClient"], "IAM:M2MClient:*");
    let caller = api.caller(&[updating]).await;
    let kept = api.role_with(&[]).await;
    let with_deny = api.role_with(&[denying(&["*"], "IAM:Role:*")]).await;
    let target = api.client_of(&[&kept, &with_deny], json!({})).await;
    let widen = async {
        let rules = [allowing(&["*"], "IAM:Role:*")];
        let change = role_change(json!({ "accessPolicy": policy(&rules) }));
        let path = format!("{ROLES}/{kept}");
        assert_eq!(api.ask("PATCH", &path, Some(&change)).await.status(), 200);
    };
    let path = client_path(&target.id);
    let document = roles_change(&[&kept]);
    let request = ("PATCH", path.as_str(), Some(&document));
    let response = api.overtaken(&caller, request, widen).await;
    refused(response, 409, "grants_changed", Value::Null).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "holds calls of an instance")]
async fn a_caller_that_is_demoted_at_that_moment_does_not_promote_itself() {
    let api = Api::start().await;
    let caller = api.caller(&[everything()]).await;
    let admin = api.service.role(&api.admin, "Builder Admin").await;
    let path = client_path(&caller.client.id);
    let document = roles_change(&[&admin]);
    let request = ("PATCH", path.as_str(), Some(&document));
    let response = api.overtaken(&caller, request, api.demote(&caller)).await;
    refused(response, 409, "grants_changed", Value::Null).await;
    let shown = api.shown(&caller.client.id).await;
    assert_ne!(shown["relationships"]["auth/roles"]["data"]["id"], admin);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "holds calls of an instance")]
async fn a_client_that_gets_more_at_that_moment_is_not_rotated_by_a_weaker_caller() {
    let api = Api::start().await;
    let rotating = allowing(&["IAM:RotateM2MClientSecret"], "IAM:M2MClient:*");
    let caller = api.caller(&[rotating]).await;
    let target = api.client_with("Permissionless", json!({})).await;
    let admin = api.service.role(&api.admin, "Builder Admin").await;
    let path = client_path(&target.id);
    let promote = async {
        let change = roles_change(&[&admin]);
        assert_eq!(api.ask("PATCH", &path, Some(&change)).await.status(), 200);
    };
    let rotation = path.clone() + "/rotate-secret";
    let request = ("POST", rotation.as_str(), None);
    let response = api.overtaken(&caller, request, promote).await;
    refused(response, 409, "grants_changed", Value::Null).await;
    assert!(api.accepts(&target.credentials).await);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "holds calls of an instance")]
async fn a_role_that_is_widened_at_that_moment_is_not_given_by_a_weaker_caller() {
    let api = Api::start().await;
    let caller = api
        .caller(&[allowing(&["IAM:CreateM2MClient"], "IAM:M2MClient:*")])
        .await;
    let role = api.role_with(&[]).await;
    let widen = async {
        let change = role_change(json!({ "accessPolicy": policy(&[everything()]) }));
        let path = format!("{ROLES}/{role}");
        assert_eq!(api.ask("PATCH", &path, Some(&change)).await.status(), 200);
    };
    let document = new_client_of(&[&role], json!({}));
    let request = ("POST", CLIENTS, Some(&document));
    let response = api.overtaken(&caller, request, widen).await;
    refused(response, 409, "grants_changed", Value::Null).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "holds calls of an instance")]
async fn a_role_that_a_client_gets_at_that_moment_is_not_deleted() {
    let api = Api::start().await;
    let caller = api.caller(&[everything()]).await;
    let role = api.role_with(&[]).await;
    let path = format!("{ROLES}/{role}");
    let give = async {
        api.client_of(&[&role], json!({})).await;
    };
    let response = api.overtaken(&caller, ("DELETE", &path, None), give).await;
    refused(response, 409, "role_in_use", Value::Null).await;
    assert_eq!(api.get(&path).await.status(), 200);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "holds calls of an instance")]
async fn a_role_that_is_deleted_at_that_moment_is_given_to_no_client() {
    let api = Api::start().await;
    let caller = api.caller(&[everything()]).await;
    let role = api.role_with(&[]).await;
    let delete = async {
        let path = format!("{ROLES}/{role}");
        assert_eq!(api.ask("DELETE", &path, None).await.status(), 204);
    };
    let document = new_client_of(&[&role], json!({}));
    let count = api.all_clients().await.len();
    let request = ("POST", CLIENTS, Some(&document));
    let response = api.overtaken(&caller, request, delete).await;
    refused(response, 409, "grants_changed", Value::Null).await;
    assert_eq!(api.all_clients().await.len(), count);
}

/// Many clients get and lose a role at once: the count that decides on its deletion stays exact.
#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(feature = "deployed", ignore = "takes many requests")]
async fn the_number_of_clients_with_a_role_is_exact_under_parallel_changes() {
    let api = Api::start().await;
    let role = api.role_with(&[]).await;
    let path = format!("{ROLES}/{role}");
    let mut clients = Vec::new();
    for _ in 0..4 {
        clients.push(api.client_of(&[&role], json!({})).await);
    }
    let none = api.service.role(&api.admin, "Permissionless").await;
    let toggle = async |id: &str| {
        for roles in [[&none], [&role], [&none], [&role]] {
            let change = roles_change(&[roles[0]]);
            let path = client_path(id);
            let status = api.ask("PATCH", &path, Some(&change)).await.status();
            assert!(status == 200 || status == 409 || status == 503, "{status}");
        }
    };
    let [one, two, three, four] = [0, 1, 2, 3].map(|number: usize| toggle(&clients[number].id));
    tokio::join!(one, two, three, four);
    let mut holders = 0;
    for client in &clients {
        let roles = api.shown(&client.id).await["relationships"]["auth/roles"]["data"].take();
        holders += u32::from(roles[0]["id"] == *role);
    }
    for client in &clients {
        let response = api.ask("DELETE", &path, None).await;
        let expected =
            format!("App Clients that have the role: {holders}. Give them other roles first.");
        if holders > 0 {
            assert_eq!(tests::api_error(response).await["detail"], expected);
        }
        let roles = api.shown(&client.id).await["relationships"]["auth/roles"]["data"].take();
        holders -= u32::from(roles[0]["id"] == *role);
        assert_eq!(
            api.ask("DELETE", &client_path(&client.id), None)
                .await
                .status(),
            204
        );
    }
    assert_eq!(holders, 0);
    assert_eq!(api.ask("DELETE", &path, None).await.status(), 204);
}
