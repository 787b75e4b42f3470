//! `POST /auth/roles`, `PATCH` and `DELETE /auth/roles/{id}`

use serde_json::{Value, json};
use shared::model::Role;
use tests::{body, text};

use crate::auth::policies::{ROLES, allowing, any_uuid, everything, new_role, policy, role_change};
use crate::auth::{Api, client_path, not_found, parameter, pointer, refused};

fn named(name: &str) -> Value {
    json!({ "data": { "type": "auth/roles", "attributes": { "name": name } } })
}

/// A name that no other test uses.
fn free_name() -> String {
    format!("Támogató {}", any_uuid())
}

#[tokio::test]
async fn a_role_is_created_found_listed_and_deleted() {
    let api = Api::start().await;
    let name = free_name();
    let rules = policy(&[
        allowing(&["IAM:GetRole", "FHIR:Read"][..1], "IAM:Role:*"),
        allowing(&["FHIR:Read"], "FHIR:Patient:*"),
    ]);
    let document = json!({ "data": { "type": "auth/roles", "attributes": {
        "name": name, "description": "Looks", "accessPolicy": rules,
    } } });
    let response = api.ask("POST", ROLES, Some(&document)).await;
    assert_eq!(response.status(), 201);
    let location = response.headers()["location"].to_str().unwrap().to_owned();
    let tag = response.headers()["etag"].clone();
    let created = body(response).await;
    let id = text(&created["data"]["id"]);
    assert_eq!(location, format!("{ROLES}/{id}"));
    let attributes = &created["data"]["attributes"];
    assert_eq!(attributes["name"], name);
    assert_eq!(attributes["description"], "Looks");
    assert_eq!(attributes["accessPolicy"], rules);
    assert_eq!(attributes["isManaged"], false);
    assert_eq!(
        attributes["permissions"],
        json!(["FHIR:Read", "IAM:GetRole"])
    );
    let found = api.get(&location).await;
    assert_eq!(found.headers()["etag"], tag);
    assert_eq!(body(found).await, created);
    let by_name = format!("{ROLES}?filter[name]={}", name.replace(' ', "%20"));
    assert_eq!(body(api.get(&by_name).await).await, created);
    let listed = body(api.get(ROLES).await).await;
    assert!(
        listed["data"]
            .as_array()
            .unwrap()
            .contains(&created["data"])
    );
    assert_eq!(api.ask("DELETE", &location, None).await.status(), 204);
    not_found(api.get(&location).await).await;
    not_found(api.ask("DELETE", &location, None).await).await;
}

#[tokio::test]
async fn a_role_without_a_policy_permits_nothing() {
    let api = Api::start().await;
    let created = body(api.ask("POST", ROLES, Some(&named(&free_name()))).await).await;
    let attributes = &created["data"]["attributes"];
    assert_eq!(attributes["accessPolicy"], json!({ "rule": [] }));
    assert_eq!(attributes["permissions"], json!([]));
    assert_eq!(attributes["description"], "");
}

#[tokio::test]
async fn a_name_is_unique_without_regard_to_case() {
    let api = Api::start().await;
    let name = free_name();
    assert_eq!(
        api.ask("POST", ROLES, Some(&named(&name))).await.status(),
        201
    );
    let source = pointer("/data/attributes/name");
    for taken in [
        name.clone(),
        name.to_uppercase(),
        "builder admin".to_owned(),
        "\u{ff22}uilder \u{ff21}dmin".to_owned(),
        "Patient".to_owned(),
    ] {
        let response = api.ask("POST", ROLES, Some(&named(&taken))).await;
        refused(response, 409, "name_taken", source.clone()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_two_roles_of_a_name_is_created_when_both_are_at_once() {
    let api = Api::start().await;
    let document = named(&free_name());
    let create = async || {
        api.ask("POST", ROLES, Some(&document))
            .await
            .status()
            .as_u16()
    };
    let mut statuses: [u16; 2] = tokio::join!(create(), create()).into();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
}

#[tokio::test]
async fn a_name_of_a_deleted_role_is_free() {
    let api = Api::start().await;
    let document = named(&free_name());
    for _ in 0..2 {
        let created = api.ask("POST", ROLES, Some(&document)).await;
        assert_eq!(created.status(), 201);
        let path = format!("{ROLES}/{}", text(&body(created).await["data"]["id"]));
        assert_eq!(api.ask("DELETE", &path, None).await.status(), 204);
    }
}

#[tokio::test]
async fn an_invalid_name_is_refused() {
    let api = Api::start().await;
    let source = pointer("/data/attributes/name");
    let secret = api.client().await.credentials.secret;
    for name in [
        "",
        " ",
        "a\nb",
        "a\u{202e}b",
        &"x".repeat(65),
        // Others may trim a name in a token, or take one space for another.
        "Builder Admin ",
        " Builder Admin",
        "Builder  Admin",
        "Builder\u{a0}Admin",
        &secret,
    ] {
        let response = api.ask("POST", ROLES, Some(&named(name))).await;
        refused(response, 422, "invalid_value", source.clone()).await;
    }
    let missing = json!({ "data": { "type": "auth/roles", "attributes": {} } });
    let response = api.ask("POST", ROLES, Some(&missing)).await;
    refused(response, 400, "missing", pointer("/data/attributes")).await;
}

#[tokio::test]
async fn a_name_is_fixed() {
    let api = Api::start().await;
    let role = api.role_with(&[]).await;
    let path = format!("{ROLES}/{role}");
    let change = role_change(json!({ "name": "Other" }));
    let response = api.ask("PATCH", &path, Some(&change)).await;
    refused(response, 403, "read_only", pointer("/data/attributes/name")).await;
}

#[tokio::test]
async fn what_is_shown_can_be_sent_back_and_changes_nothing() {
    let api = Api::start().await;
    let role = api.role_with(&[everything()]).await;
    let path = format!("{ROLES}/{role}");
    let before = api.get(&path).await;
    let tag = before.headers()["etag"].clone();
    let shown = body(before).await;
    let response = api.ask("PATCH", &path, Some(&shown)).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["etag"], tag);
    assert_eq!(body(response).await, shown);
}

#[tokio::test]
async fn a_change_needs_the_state_that_if_match_names() {
    let api = Api::start().await;
    let role = api.role_with(&[]).await;
    let path = format!("{ROLES}/{role}");
    let tag = api.get(&path).await.headers()["etag"].clone();
    let patch = async |text: &str| {
        let document = role_change(json!({ "description": text }));
        let request = api.service.request("PATCH", &path).bearer_auth(&api.admin);
        let request = request.header("if-match", &tag);
        let request = request.header("content-type", "application/vnd.api+json");
        request.body(document.to_string()).send().await.unwrap()
    };
    let changed = patch("One").await;
    assert_eq!(changed.status(), 200);
    assert_ne!(changed.headers()["etag"], tag);
    let source = crate::auth::header("If-Match");
    refused(
        patch("Two").await,
        412,
        "precondition_failed",
        source.clone(),
    )
    .await;
    let request = api.service.request("DELETE", &path).bearer_auth(&api.admin);
    let response = request.header("if-match", &tag).send().await.unwrap();
    refused(response, 412, "precondition_failed", source).await;
    assert_eq!(
        body(api.get(&path).await).await["data"]["attributes"]["description"],
        "One"
    );
}

#[tokio::test]
async fn a_role_in_use_is_not_deleted_and_the_error_has_the_number() {
    let api = Api::start().await;
    let role = api.role_with(&[]).await;
    let path = format!("{ROLES}/{role}");
    let mut clients = Vec::new();
    for number in 1..=3 {
        clients.push(api.client_of(&[&role], json!({})).await);
        let response = api.ask("DELETE", &path, None).await;
        assert_eq!(response.status(), 409);
        let error = tests::api_error(response).await;
        assert_eq!(error["code"], "role_in_use");
        let expected =
            format!("App Clients that have the role: {number}. Give them other roles first.");
        assert_eq!(error["detail"], expected);
    }
    let patient = api.service.role(&api.admin, "Patient").await;
    let change = crate::auth::policies::roles_change(&[&patient]);
    let first = client_path(&clients[0].id);
    assert_eq!(api.ask("PATCH", &first, Some(&change)).await.status(), 200);
    for client in &clients[1..] {
        assert_eq!(api.ask("DELETE", &path, None).await.status(), 409);
        let path = client_path(&client.id);
        assert_eq!(api.ask("DELETE", &path, None).await.status(), 204);
    }
    assert_eq!(api.ask("DELETE", &path, None).await.status(), 204);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "creates many roles")]
async fn an_org_has_at_most_1000_roles() {
    let api = Api::start().await;
    let first = api.role_with(&[]).await;
    let items = api.latchkey.table().items().await;
    let is_count = |item: &&Value| item["sk"]["S"] == "COUNT";
    let mut count = items.iter().find(is_count).unwrap().clone();
    assert_eq!(count["role_count"]["N"], "1");
    count["role_count"]["N"] = (Role::MAXIMUM - 1).to_string().into();
    api.latchkey.table().put(&count).await;
    api.role_with(&[]).await;
    let response = api.ask("POST", ROLES, Some(&new_role(&[]))).await;
    refused(response, 409, "too_many_roles", Value::Null).await;
    // A taken name is reported first.
    let taken = named("PATIENT");
    let source = pointer("/data/attributes/name");
    let response = api.ask("POST", ROLES, Some(&taken)).await;
    refused(response, 409, "name_taken", source.clone()).await;
    let own = body(api.get(&format!("{ROLES}/{first}")).await).await;
    let taken = named(own["data"]["attributes"]["name"].as_str().unwrap());
    let response = api.ask("POST", ROLES, Some(&taken)).await;
    refused(response, 409, "name_taken", source).await;
    // A deleted one makes room.
    let deleted = api.ask("DELETE", &format!("{ROLES}/{first}"), None).await;
    assert_eq!(deleted.status(), 204);
    api.role_with(&[]).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "other tests create roles")]
async fn roles_are_listed_by_name_in_pages() {
    let api = Api::start().await;
    for name in ["zebra", "alpha", "Charlie", "bravo", "Patience"] {
        assert_eq!(
            api.ask("POST", ROLES, Some(&named(name))).await.status(),
            201
        );
    }
    let mut names = Vec::new();
    let mut next = Some(format!("{ROLES}?page[size]=2"));
    while let Some(path) = next {
        let page = body(api.get(&path).await).await;
        let data = page["data"].as_array().unwrap();
        assert!(data.len() <= 2 && !data.is_empty());
        names.extend(data.iter().map(|role| text(&role["attributes"]["name"])));
        assert_eq!(page["links"]["first"], "/auth/roles?page%5Bsize%5D=2");
        next = page["links"]["next"].as_str().map(str::to_owned);
    }
    assert_eq!(
        names,
        [
            "alpha",
            "bravo",
            "Builder Admin",
            "Care Team User",
            "Charlie",
            "Patience",
            "Patient",
            "Permissionless",
            "zebra",
        ]
    );
    for (query, name) in [
        ("page[size]=0", "page[size]"),
        ("page[size]=101", "page[size]"),
        ("page[after]=x", "page[after]"),
    ] {
        let response = api.get(&format!("{ROLES}?{query}")).await;
        refused(response, 400, "invalid_parameter", parameter(name)).await;
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects faults")]
async fn a_list_that_dynamodb_stops_is_continued() {
    let api = Api::start().await;
    for _ in 0..3 {
        api.role_with(&[]).await;
    }
    let breaks = [tests::aws::Break::Shortened; 2];
    api.service.aws.break_next("Query", &breaks);
    let listed = body(api.get(ROLES).await).await;
    assert_eq!(listed["data"].as_array().unwrap().len(), 7);
}

/// Promise 7 for the writes of roles: under each fault in each call, an answer that says what happened, and no
/// partial write.
#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects faults")]
async fn a_role_is_written_completely_or_not_at_all() {
    let api = Api::start().await;
    let instance = api.latchkey.instance().await;
    let ask = async |method: &str, path: &str, document: Option<&Value>| {
        let response = instance.manage(&api.admin, method, path, document).await;
        (response.status().as_u16(), response.text().await.unwrap())
    };
    ask("DELETE", &format!("{ROLES}/x"), None).await;
    for how in crate::auth::trial::BREAKS {
        for (call, is_lasting) in [
            (0, false),
            (0, true),
            (1, false),
            (1, true),
            (2, false),
            (2, true),
        ] {
            let document = new_role(&[everything()]);
            let context = format!("{how:?} {call} {is_lasting}");
            instance.aws.break_nth(call, how, is_lasting);
            let (status, text) = ask("POST", ROLES, Some(&document)).await;
            instance.aws.recover();
            let name = document["data"]["attributes"]["name"].as_str().unwrap();
            let query = format!("{ROLES}?filter[name]={}", name.replace(' ', "%20"));
            let mut found = body(api.get(&query).await).await["data"].take();
            match status {
                201 => assert_eq!(serde_json::from_str::<Value>(&text).unwrap()["data"], found),
                503 => {}
                other => panic!("{context}: {other} {text}"),
            }
            if found.is_null() {
                let id = api.role_with(&[everything()]).await;
                found = json!({ "id": id });
            }
            let path = format!("{ROLES}/{}", tests::text(&found["id"]));
            let change =
                role_change(json!({ "description": "Changed", "accessPolicy": policy(&[]) }));
            instance.aws.break_nth(call, how, is_lasting);
            let (status, text) = ask("PATCH", &path, Some(&change)).await;
            instance.aws.recover();
            let shown = body(api.get(&path).await).await["data"]["attributes"].take();
            let is_changed = shown["description"] == "Changed";
            assert_eq!(
                is_changed,
                shown["accessPolicy"] == policy(&[]),
                "{context}"
            );
            match status {
                200 => assert!(is_changed, "{context}"),
                503 => {}
                other => panic!("{context}: {other} {text}"),
            }
            instance.aws.break_nth(call, how, is_lasting);
            let (status, text) = ask("DELETE", &path, None).await;
            instance.aws.recover();
            let is_there = api.get(&path).await.status() == 200;
            match status {
                204 => assert!(!is_there, "{context}"),
                // The first response was lost.
                404 => assert!(!is_there, "{context}"),
                503 => {}
                other => panic!("{context}: {other} {text}"),
            }
        }
    }
    let items = api.latchkey.table().items().await;
    let roles = items.iter().filter(|item| item["client_count"].is_object());
    let count = items.iter().find(|item| item["sk"]["S"] == "COUNT");
    assert_eq!(count.unwrap()["role_count"]["N"], roles.count().to_string());
}

/// A later release may have written it.
#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "writes to the table")]
async fn a_role_that_cannot_be_read_is_named_in_the_list_and_its_clients_can_be_deleted() {
    let api = Api::start().await;
    let role = api.role_with(&[]).await;
    let client = api.client_of(&[&role], json!({})).await;
    let items = api.latchkey.table().items().await;
    let key = format!("ROLE#{role}");
    let mut item = items
        .into_iter()
        .find(|item| item["sk"]["S"] == key.as_str())
        .unwrap();
    item["policy"]["S"] = policy(&[allowing(&["IAM:Teleport"], "IAM:Role:*")])
        .to_string()
        .into();
    item["client_count"]["N"] = "1".into();
    api.latchkey.table().put(&item).await;
    let listed = body(api.get(ROLES).await).await;
    assert_eq!(listed["data"].as_array().unwrap().len(), 4);
    let unreadable = json!([{ "type": "auth/roles", "id": role }]);
    assert_eq!(listed["meta"]["unreadable"], unreadable);
    // Nothing is assumed about what it allows or denies.
    let token = api.service.access_token(&client.credentials).await;
    let response = api.service.manage(&token, "GET", ROLES, None).await;
    assert_eq!(response.status(), 500);
    let deleted = api.ask("DELETE", &client_path(&client.id), None).await;
    assert_eq!(deleted.status(), 204);
    let items = api.latchkey.table().items().await;
    let item = items.iter().find(|item| item["sk"]["S"] == key.as_str());
    assert_eq!(item.unwrap()["client_count"]["N"], "0");
}
