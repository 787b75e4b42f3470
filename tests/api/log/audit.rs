//! Audit events: the caller, the action, the resource and the source address of each change.

use serde_json::{Value, json};
use tests::aws::Break;
use tests::{BEGIN, Latchkey, Service, new_client};

/// The audit event of a line.
fn audit(line: &Value) -> &Value {
    let audit = &line["audit"];
    assert_eq!(audit["resource_type"], "auth/app-clients");
    assert_eq!(audit["source_ip"], "127.0.0.1");
    audit
}

/// The log line of a request to the management API. Asserts the status of the response.
async fn line_of(
    latchkey: &Latchkey,
    service: &Service,
    token: &str,
    (method, path, document): (&str, &str, Option<Value>),
    status: u16,
) -> Value {
    let _ = latchkey.lines.take();
    let response = service.manage(token, method, path, document.as_ref()).await;
    assert_eq!(response.status(), status, "{method} {path}");
    latchkey.lines.take_one()
}

/// Every way to change an existing client.
fn changes(id: &str) -> [(&'static str, &'static str, String, Option<Value>); 3] {
    let data = json!({ "type": "auth/app-clients", "id": id, "attributes": { "name": "New" } });
    let path = format!("/auth/app-clients/{id}");
    let rotate = format!("{path}/rotate-secret");
    [
        (
            "IAM:UpdateM2MClient",
            "PATCH",
            path.clone(),
            Some(json!({ "data": data })),
        ),
        ("IAM:RotateM2MClientSecret", "POST", rotate, None),
        ("IAM:DeleteM2MClient", "DELETE", path, None),
    ]
}

#[tokio::test]
async fn every_change_has_one_audit_event() {
    let (latchkey, service) = Latchkey::start().await;
    let token = service.admin_token().await;
    let role = service.role(&token, "Builder Admin").await;
    let document = new_client(&role, json!({}));
    let create = ("POST", "/auth/app-clients", Some(document));
    let line = line_of(&latchkey, &service, &token, create, 201).await;
    assert_eq!(line["outcome"], "done");
    assert_eq!(line["client_id"], service.bootstrap.id.as_str());
    assert!(line["org_id"].is_string());
    assert_eq!(audit(&line)["action"], "IAM:CreateM2MClient");
    let id = tests::text(&audit(&line)["resource_id"]);
    for (action, method, path, document) in changes(&id) {
        let status = if method == "DELETE" { 204 } else { 200 };
        let change = (method, path.as_str(), document);
        let line = line_of(&latchkey, &service, &token, change, status).await;
        assert_eq!(line["outcome"], "done");
        assert_eq!(line["client_id"], service.bootstrap.id.as_str());
        assert!(line["org_id"].is_string());
        assert_eq!(audit(&line)["action"], action);
        assert_eq!(audit(&line)["resource_id"], id.as_str());
    }
}

#[tokio::test]
async fn a_forbidden_change_has_an_audit_event_that_says_so() {
    let (latchkey, service) = Latchkey::start().await;
    let admin = service.admin_token().await;
    let reader = service
        .create_client(&admin, "Care Team User", json!({}))
        .await;
    let token = service.access_token(&reader.credentials).await;
    let all = changes(&reader.id).into_iter();
    let create = (
        "IAM:CreateM2MClient",
        "POST",
        "/auth/app-clients".to_owned(),
        None,
    );
    for (action, method, path, document) in all.chain([create]) {
        let change = (method, path.as_str(), document);
        let line = line_of(&latchkey, &service, &token, change, 403).await;
        assert_eq!(line["outcome"], "refused");
        assert_eq!(line["error"], "insufficient_scope");
        assert_eq!(line["client_id"], reader.credentials.id.as_str());
        assert_eq!(audit(&line)["action"], action);
    }
}

#[tokio::test]
async fn a_change_of_an_unknown_client_has_an_audit_event_with_its_id() {
    let (latchkey, service) = Latchkey::start().await;
    let token = service.admin_token().await;
    let id = "00000000-0000-4000-8000-000000000000";
    for (_, method, path, document) in changes(id) {
        let change = (method, path.as_str(), document);
        let line = line_of(&latchkey, &service, &token, change, 404).await;
        assert_eq!(line["outcome"], "refused");
        assert_eq!(line["error"], "not_found");
        assert_eq!(audit(&line)["resource_id"], id);
    }
}

#[tokio::test]
async fn a_change_with_an_unknown_result_has_an_audit_event_that_says_failed() {
    let (latchkey, service) = Latchkey::start().await;
    let token = service.admin_token().await;
    let client = service.new_client(json!({})).await;
    service
        .aws
        .break_always("TransactWriteItems", Break::ResponseLost);
    for (action, method, path, document) in changes(&client.id) {
        let change = (method, path.as_str(), document);
        let line = line_of(&latchkey, &service, &token, change, 503).await;
        assert_eq!(line["outcome"], "failed");
        assert_eq!(audit(&line)["action"], action);
        assert_eq!(audit(&line)["resource_id"], client.id.as_str());
    }
}

#[tokio::test]
async fn an_unauthenticated_request_has_no_audit_event() {
    let (latchkey, service) = Latchkey::start().await;
    let id = "00000000-0000-4000-8000-000000000000";
    for (_, method, path, document) in changes(id) {
        let change = (method, path.as_str(), document);
        let line = line_of(&latchkey, &service, "no token", change, 401).await;
        assert_eq!(line["error"], "invalid_token");
        assert!(line.get("audit").is_none() && line.get("client_id").is_none());
    }
}

#[tokio::test]
async fn a_read_has_no_audit_event() {
    let (latchkey, service) = Latchkey::start().await;
    let token = service.admin_token().await;
    let client = service.new_client(json!({})).await;
    let one = format!("/auth/app-clients/{}", client.id);
    for path in ["/auth/app-clients", &one, "/auth/roles"] {
        let line = line_of(&latchkey, &service, &token, ("GET", path, None), 200).await;
        assert_eq!(line["outcome"], "done");
        assert_eq!(line["client_id"], service.bootstrap.id.as_str());
        assert!(line.get("audit").is_none());
    }
}

/// The `audit.changed` of a change that succeeds.
async fn changed_by(
    latchkey: &Latchkey,
    service: &Service,
    token: &str,
    change: (&str, &str, Option<Value>),
    status: u16,
) -> Value {
    let line = line_of(latchkey, service, token, change, status).await;
    audit(&line)["changed"].clone()
}

#[tokio::test]
async fn the_event_of_an_update_names_what_changed_and_no_text() {
    let (latchkey, service) = Latchkey::start().await;
    let token = service.admin_token().await;
    let client = service.new_client(json!({ "description": "Before" })).await;
    let role = service.role(&token, "Patient").await;
    let path = format!("/auth/app-clients/{}", client.id);
    let update = |attributes: Value, role: Option<&str>| {
        let mut data = json!({ "type": "auth/app-clients", "attributes": attributes });
        if let Some(id) = role {
            let role = json!({ "data": { "type": "auth/roles", "id": id } });
            data["relationships"] = json!({ "auth/roles": role });
        }
        ("PATCH", path.as_str(), Some(json!({ "data": data })))
    };
    for (attributes, expected) in [
        (json!({ "name": "Confidential" }), json!({ "name": true })),
        (
            json!({ "description": "Confidential" }),
            json!({ "description": true }),
        ),
        (
            json!({ "status": "disabled" }),
            json!({ "status": { "from": "enabled", "to": "disabled" } }),
        ),
        (
            json!({ "accessTokenLifetime": 61 }),
            json!({ "accessTokenLifetime": { "from": 3_600, "to": 61 } }),
        ),
        (
            json!({ "tokenQuota": 3 }),
            json!({ "tokenQuota": { "from": 200, "to": 3 } }),
        ),
        // Sent, but not changed.
        (
            json!({ "name": "Confidential", "tokenQuota": 4 }),
            json!({ "tokenQuota": { "from": 3, "to": 4 } }),
        ),
        (json!({}), json!({})),
    ] {
        let change = update(attributes, None);
        let changed = changed_by(&latchkey, &service, &token, change, 200).await;
        assert_eq!(changed, expected);
    }
    let change = update(json!({}), Some(&role));
    let changed = changed_by(&latchkey, &service, &token, change, 200).await;
    let builder = service.role(&token, "Builder Admin").await;
    let expected = json!({ "roles": { "from": [builder], "to": [role] } });
    assert_eq!(changed, expected);
}

#[tokio::test]
async fn the_event_of_a_creation_names_every_attribute() {
    let (latchkey, service) = Latchkey::start().await;
    let token = service.admin_token().await;
    let role = service.role(&token, "Care Team User").await;
    let document = new_client(&role, json!({ "name": "Confidential", "tokenQuota": 9 }));
    let create = ("POST", "/auth/app-clients", Some(document));
    let changed = changed_by(&latchkey, &service, &token, create, 201).await;
    let id = changed["secrets"][0]["id"].clone();
    let expected = json!({
        "name": true, "description": true, "status": { "to": "enabled" },
        "accessTokenLifetime": { "to": 3_600 }, "tokenQuota": { "to": 9 }, "roles": { "to": [role] },
        "secrets": [{ "id": id, "event": "added" }],
    });
    assert_eq!(changed, expected);
    assert_eq!(id.as_str().unwrap().len(), 36);
}

#[tokio::test]
async fn the_event_of_a_deletion_names_no_attributes() {
    let (latchkey, service) = Latchkey::start().await;
    let token = service.admin_token().await;
    let client = service.new_client(json!({})).await;
    let [_, _, (_, method, path, document)] = changes(&client.id);
    let change = (method, path.as_str(), document);
    let line = line_of(&latchkey, &service, &token, change, 204).await;
    assert!(audit(&line).get("changed").is_none(), "{line}");
}

/// The ids of a client's secrets, oldest first.
async fn secret_ids(latchkey: &Latchkey, client: &str) -> Vec<Value> {
    let record = latchkey.table().record(client).await;
    let secrets = record["secrets"]["L"].as_array().unwrap().iter();
    secrets.map(|it| it["M"]["id"]["S"].clone()).collect()
}

#[tokio::test]
async fn the_event_of_a_rotation_names_the_new_secret_and_those_that_it_replaces() {
    let (latchkey, service) = Latchkey::start().await;
    let token = service.admin_token().await;
    let client = service.new_client(json!({})).await;
    let end = BEGIN + 100 * 86_400;
    let ends = [Some(BEGIN + 1), Some(end)];
    latchkey.table().set_secrets(&client, &ends).await;
    let former = secret_ids(&latchkey, &client.id).await;
    let [_, (_, method, path, document), _] = changes(&client.id);
    let change = (method, path.as_str(), document);
    let changed = changed_by(&latchkey, &service, &token, change, 200).await;
    let new = secret_ids(&latchkey, &client.id).await;
    let expected = json!({ "secrets": [
        { "id": new[0], "event": "added", "expires_at": end },
        { "id": former[0], "event": "replaced" },
        { "id": former[1], "event": "replaced" },
    ] });
    assert_eq!(changed, expected);
}

/// The write may have succeeded.
#[tokio::test]
async fn the_event_of_an_update_with_an_unknown_result_names_what_it_changes() {
    let (latchkey, service) = Latchkey::start().await;
    let token = service.admin_token().await;
    let client = service.new_client(json!({})).await;
    let aws = &service.aws;
    aws.break_always("TransactWriteItems", Break::ResponseLost);
    let [(_, method, path, document), ..] = changes(&client.id);
    let change = (method, path.as_str(), document);
    let changed = changed_by(&latchkey, &service, &token, change, 503).await;
    assert_eq!(changed, json!({ "name": true }));
}

#[tokio::test]
async fn the_event_of_a_refused_update_names_no_attributes() {
    let (latchkey, service) = Latchkey::start().await;
    let token = service.admin_token().await;
    let client = service.new_client(json!({})).await;
    let path = format!("/auth/app-clients/{}", client.id);
    let data = json!({ "type": "auth/app-clients", "attributes": { "tokenQuota": 0 } });
    let change = ("PATCH", path.as_str(), Some(json!({ "data": data })));
    let line = line_of(&latchkey, &service, &token, change, 422).await;
    assert!(audit(&line).get("changed").is_none(), "{line}");
}

#[tokio::test]
async fn the_event_of_an_update_with_a_failed_precondition_names_what_it_would_change() {
    let (latchkey, service) = Latchkey::start().await;
    let token = service.admin_token().await;
    let client = service.new_client(json!({})).await;
    let [(_, method, path, document), ..] = changes(&client.id);
    let request = service.request(method, &path).bearer_auth(&token);
    let request = request.header("if-match", "\"x\"").json(&document);
    let _ = latchkey.lines.take();
    assert_eq!(request.send().await.unwrap().status(), 412);
    let line = latchkey.lines.take_one();
    assert_eq!(line["outcome"], "refused");
    assert_eq!(line["error"], "precondition_failed");
    assert_eq!(audit(&line)["changed"], json!({ "name": true }));
}
