//! The roles and the inline policy of a client: their shapes, and what is refused.

use serde_json::{Value, json};
use shared::model::MAXIMUM_ROLES;
use tests::{body, new_client, text};

use super::{allowing, identifiers, new_client_of, policy, roles_change};
use crate::auth::{Api, CLIENTS, client_path, in_a_list, pointer, refused};

const DATA: &str = "/data/relationships/auth~1roles/data";

fn related(client: &Value) -> &Value {
    &client["relationships"]["auth/roles"]["data"]
}

#[tokio::test]
async fn roles_are_answered_in_the_shape_in_which_they_were_sent() {
    let api = Api::start().await;
    let admin = api.service.role(&api.admin, "Builder Admin").await;
    let patient = api.service.role(&api.admin, "Patient").await;
    let one = json!({ "type": "auth/roles", "id": admin });
    let own = json!({ "accessPolicy": policy(&[]) });
    for (data, attributes) in [
        (one, json!({})),
        (identifiers(&[&admin]), json!({})),
        (identifiers(&[&patient, &admin]), json!({})),
        (json!([]), own.clone()),
        (Value::Null, own.clone()),
    ] {
        let mut document = new_client("", attributes);
        document["data"]["relationships"]["auth/roles"]["data"] = data.clone();
        let created = body(api.create(&document).await).await["data"].take();
        assert_eq!(related(&created), &data);
        let shown = api.shown(&text(&created["id"])).await;
        assert_eq!(related(&shown), &data);
        // A change of another attribute leaves it, and what is shown can be sent back.
        let renamed = api
            .patch(&text(&created["id"]), json!({ "name": "Other" }))
            .await;
        assert_eq!(related(&body(renamed).await["data"]), &data);
        let path = client_path(&text(&created["id"]));
        for method in ["PATCH", "PUT"] {
            let back = json!({ "data": shown });
            let response = api.ask(method, &path, Some(&back)).await;
            assert_eq!(response.status(), 200, "{method} {data}");
            assert_eq!(related(&body(response).await["data"]), &data);
        }
    }
    let mut document = new_client("", own);
    document["data"]
        .as_object_mut()
        .unwrap()
        .remove("relationships");
    let created = body(api.create(&document).await).await;
    assert_eq!(related(&created["data"]), &json!([]));
}

#[tokio::test]
async fn another_shape_of_the_same_roles_is_a_change_of_the_shape() {
    let api = Api::start().await;
    let client = api.client().await;
    let admin = api.service.role(&api.admin, "Builder Admin").await;
    let path = client_path(&client.id);
    let response = api
        .ask("PATCH", &path, Some(&roles_change(&[&admin])))
        .await;
    assert_eq!(response.status(), 200);
    assert_eq!(
        related(&api.shown(&client.id).await),
        &identifiers(&[&admin])
    );
}

#[tokio::test]
async fn the_token_has_the_names_of_all_roles() {
    let api = Api::start().await;
    let admin = api.service.role(&api.admin, "Builder Admin").await;
    let patient = api.service.role(&api.admin, "Patient").await;
    let client = api.client_of(&[&patient, &admin], json!({})).await;
    let token = api.service.access_token(&client.credentials).await;
    let claims = crate::auth::forge::part(&token, 1);
    assert_eq!(claims["roles"], json!(["Patient", "Builder Admin"]));
    let none = api.caller(&[]).await;
    let claims = crate::auth::forge::part(&none.token, 1);
    assert_eq!(claims["roles"], json!([]));
}

#[tokio::test]
async fn a_client_has_a_role_or_a_policy() {
    let api = Api::start().await;
    let mut without = new_client("", json!({}));
    without["data"]
        .as_object_mut()
        .unwrap()
        .remove("relationships");
    for document in [without, new_client_of(&[], json!({}))] {
        refused(
            api.create(&document).await,
            400,
            "missing",
            pointer("/data"),
        )
        .await;
    }
    let client = api.client().await;
    let path = client_path(&client.id);
    let response = api.ask("PATCH", &path, Some(&roles_change(&[]))).await;
    refused(response, 400, "missing", pointer("/data")).await;
    let caller = api.caller(&[]).await;
    let removed = api
        .patch(&caller.client.id, json!({ "accessPolicy": null }))
        .await;
    refused(removed, 400, "missing", pointer("/data")).await;
}

#[tokio::test]
async fn a_policy_is_given_back_as_it_was_sent_except_in_lists() {
    let api = Api::start().await;
    let sent = json!({ "rule": [
        { "resource": "App:Role", "action": ["App:GetRole"], "effect": "Allow" },
        { "resource": ["FHIR:Patient:1", "FHIR"], "action": "FHIR:Read", "effect": "Deny" },
    ] });
    let attributes = json!({ "accessPolicy": sent });
    let created = api.create(&new_client_of(&[], attributes)).await;
    let created = body(created).await["data"].take();
    assert_eq!(created["attributes"]["accessPolicy"], sent);
    let id = text(&created["id"]);
    let shown = api.shown(&id).await;
    assert_eq!(shown["attributes"]["accessPolicy"], sent);
    let path = format!("{CLIENTS}?filter[clientId]={id}");
    let listed = body(api.get(&path).await).await;
    let mut expected = in_a_list(shown);
    expected["attributes"]
        .as_object_mut()
        .unwrap()
        .remove("accessPolicy");
    assert_eq!(listed["data"], json!([expected]));
    let admin = api.service.role(&api.admin, "Builder Admin").await;
    let mut change = roles_change(&[&admin]);
    change["data"]["attributes"] = json!({ "accessPolicy": null });
    let changed = api.ask("PATCH", &client_path(&id), Some(&change)).await;
    assert_eq!(changed.status(), 200);
    let attributes = api.shown(&id).await["attributes"].take();
    assert!(attributes.get("accessPolicy").is_none());
}

#[tokio::test]
async fn a_broken_policy_is_refused_with_a_pointer_to_the_rule() {
    let api = Api::start().await;
    for (broken, place) in [
        (json!(7), ""),
        (json!({}), "/rule"),
        (
            json!({ "rule": [{ "effect": "Maybe", "action": "*", "resource": "*" }] }),
            "/rule/0/effect",
        ),
        (
            policy(&[allowing(&["IAM:Fly"], "IAM:M2MClient:*")]),
            "/rule/0/action/0",
        ),
        (
            policy(&[allowing(&["IAM:GetRole"], "IAM:M2MClient:*")]),
            "/rule/0/resource",
        ),
        (
            policy(&[allowing(
                &["IAM:CreateRole"],
                &format!("IAM:Role:{}", crate::auth::NO_ROLE),
            )]),
            "/rule/0/resource",
        ),
        (policy(&[allowing(&["*"], "*:Role")]), "/rule/0/resource"),
        (policy(&vec![allowing(&["*"], "*"); 101]), "/rule"),
        (many_pairs(32), "/rule"),
    ] {
        let source = pointer(&format!("/data/attributes/accessPolicy{place}"));
        let document = new_client_of(&[], json!({ "accessPolicy": broken }));
        refused(
            api.create(&document).await,
            422,
            "invalid_value",
            source.clone(),
        )
        .await;
        let mut role = super::new_role(&[]);
        role["data"]["attributes"]["accessPolicy"] = broken;
        let response = api.ask("POST", super::ROLES, Some(&role)).await;
        refused(response, 422, "invalid_value", source).await;
    }
}

#[tokio::test]
async fn roles_that_cannot_be_given_are_refused() {
    let api = Api::start().await;
    let admin = api.service.role(&api.admin, "Builder Admin").await;
    let twice = new_client_of(&[&admin, &admin.to_uppercase()], json!({}));
    let source = pointer(&format!("{DATA}/1"));
    refused(api.create(&twice).await, 422, "invalid_value", source).await;
    let absent = new_client_of(&[&admin, crate::auth::NO_ROLE], json!({}));
    let source = pointer(&format!("{DATA}/1/id"));
    refused(api.create(&absent).await, 404, "related_not_found", source).await;
    let mut many = new_client_of(&[&admin], json!({}));
    let identifier = json!({ "type": "auth/roles", "id": admin });
    many["data"]["relationships"]["auth/roles"]["data"] =
        vec![identifier; MAXIMUM_ROLES + 1].into();
    refused(api.create(&many).await, 422, "invalid_value", pointer(DATA)).await;
}

/// A rule with this number of actions on as many resources.
fn many_pairs(number: usize) -> Value {
    let actions: Vec<_> = (0..number).map(|it| format!("Z3:Get{it}")).collect();
    let resources: Vec<_> = (0..number).map(|it| format!("Z3:bucket:{it}")).collect();
    policy(&[json!({ "effect": "Allow", "action": actions, "resource": resources })])
}

#[tokio::test]
async fn a_policy_has_up_to_1000_pairs_of_an_action_and_a_resource() {
    let api = Api::start().await;
    let attributes = json!({ "accessPolicy": many_pairs(31) });
    let created = api.create(&new_client_of(&[], attributes)).await;
    assert_eq!(created.status(), 201);
}

/// Promise 4: a secret in the place of a name is not repeated in an error.
#[tokio::test]
async fn an_error_does_not_repeat_a_secret_in_a_policy() {
    let api = Api::start().await;
    let secret = api.client().await.credentials.secret;
    for (policy, place) in [
        (json!({ &secret: 1 }), ""),
        (json!({ "rule": [{ &secret: 1 }] }), "/rule/0"),
        (
            json!({ "rule": [{ "effect": secret, "action": "*", "resource": "*" }] }),
            "/rule/0/effect",
        ),
        (
            json!({ "rule": [{ "effect": "Allow", "action": secret, "resource": "*" }] }),
            "/rule/0/action",
        ),
        (
            json!({ "rule": [{ "effect": "Allow", "action": "*", "resource": secret }] }),
            "",
        ),
    ] {
        let document = new_client_of(&[], json!({ "accessPolicy": policy }));
        let response = api.create(&document).await;
        assert_eq!(response.status(), 422);
        let text = response.text().await.unwrap();
        assert!(!text.contains("lk_secret"), "{text}");
        let errors: Value = serde_json::from_str(&text).unwrap();
        let expected = format!("/data/attributes/accessPolicy{place}");
        assert_eq!(errors["errors"][0]["source"]["pointer"], expected);
    }
    // The name of another member is repeated.
    let document = json!({ "rule": [{ "condition": {} }] });
    let document = new_client_of(&[], json!({ "accessPolicy": document }));
    let source = pointer("/data/attributes/accessPolicy/rule/0/condition");
    refused(api.create(&document).await, 422, "invalid_value", source).await;
}
