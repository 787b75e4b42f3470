//! The audit events of grants, roles and denials.

use serde_json::{Value, json};

use super::{ROLES, allowing, denying, everything, policy, role_change, roles_change};
use crate::auth::{Api, CLIENTS, client_path};

/// The audit event of the last line.
fn event(api: &Api) -> Value {
    let mut lines = api.latchkey.lines.take();
    lines.last_mut().unwrap()["audit"].take()
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "reads the log")]
async fn a_denied_request_is_an_event_with_the_rule_that_denies() {
    let api = Api::start().await;
    let target = api.client().await;
    let denial = denying(&["IAM:GetM2MClient"], "IAM:M2MClient:*");
    let caller = api.caller(&[everything(), denial]).await;
    let _ = api.latchkey.lines.take();
    let response = api
        .ask_as(&caller, "GET", &client_path(&target.id), None)
        .await;
    assert_eq!(response.status(), 403);
    let event = event(&api);
    assert_eq!(event["action"], "IAM:GetM2MClient");
    assert_eq!(event["resource_type"], "auth/app-clients");
    assert_eq!(event["resource_id"], target.id);
    assert_eq!(event["rule"], json!({ "source": "inline", "index": 1 }));
    assert!(event.get("changed").is_none());
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "reads the log")]
async fn a_request_that_no_rule_allows_is_an_event_without_a_rule() {
    let api = Api::start().await;
    let caller = api.caller(&[]).await;
    let _ = api.latchkey.lines.take();
    assert_eq!(
        api.ask_as(&caller, "GET", CLIENTS, None).await.status(),
        403
    );
    let event = event(&api);
    assert_eq!(event["action"], "IAM:ListAllM2MClients");
    assert!(event.get("rule").is_none());
    assert!(event.get("resource_id").is_none());
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "reads the log")]
async fn a_change_of_grants_is_an_event_with_what_was_and_what_is() {
    let api = Api::start().await;
    let builder = api.service.role(&api.admin, "Builder Admin").await;
    let patient = api.service.role(&api.admin, "Patient").await;
    let reading = policy(&[allowing(&["IAM:GetRole"], "IAM:Role:*")]);
    let client = api.client_of(&[&patient], json!({})).await;
    let mut change = roles_change(&[&builder]);
    change["data"]["attributes"] = json!({ "accessPolicy": reading });
    let _ = api.latchkey.lines.take();
    let path = client_path(&client.id);
    assert_eq!(api.ask("PATCH", &path, Some(&change)).await.status(), 200);
    let event = event(&api);
    assert_eq!(event["rule"], json!({ "source": builder, "index": 0 }));
    assert_eq!(
        event["changed"],
        json!({
            "roles": { "from": [patient], "to": [builder] },
            "accessPolicy": { "from": null, "to": reading.to_string() },
        })
    );
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "reads the log")]
async fn changes_of_roles_are_events() {
    let api = Api::start().await;
    let role = api.role_with(&[]).await;
    let created = event(&api);
    assert_eq!(created["action"], "IAM:CreateRole");
    assert_eq!(created["resource_type"], "auth/roles");
    assert_eq!(created["resource_id"], role);
    let empty = policy(&[]).to_string();
    assert_eq!(
        created["changed"],
        json!({ "name": true, "description": true, "accessPolicy": { "to": empty } })
    );
    let all = policy(&[everything()]);
    let path = format!("{ROLES}/{role}");
    let change = role_change(json!({ "accessPolicy": all }));
    assert_eq!(api.ask("PATCH", &path, Some(&change)).await.status(), 200);
    let changed = event(&api);
    assert_eq!(changed["action"], "IAM:UpdateRole");
    let expected = json!({ "accessPolicy": { "from": empty, "to": all.to_string() } });
    assert_eq!(changed["changed"], expected);
    assert_eq!(api.ask("DELETE", &path, None).await.status(), 204);
    let deleted = event(&api);
    assert_eq!(deleted["action"], "IAM:DeleteRole");
    assert_eq!(deleted["resource_id"], role);
}
