//! Request bodies, from an empty one to a document about another resource. Create and update refuse
//! the same bodies for the same reasons.

use reqwest::Response;
use serde_json::{Value, json};
use tests::{Client, body};

use crate::auth::{Api, CLIENTS, client_path, pointer, refused};

async fn send(api: &Api, method: &str, path: &str, bytes: impl Into<reqwest::Body>) -> Response {
    let request = api.service.request(method, path).bearer_auth(&api.admin);
    let request = request.header("content-type", "application/vnd.api+json");
    api.service.send(request.body(bytes)).await
}

/// Asserts that create, update and replace refuse this body, and that it has no effect.
async fn is_refused(bytes: impl AsRef<[u8]>, status: u16, code: &str, source: Value) {
    let api = Api::start().await;
    let client = api.client().await;
    let before = api.all_clients().await;
    let path = client_path(&client.id);
    for (method, path) in [("POST", CLIENTS), ("PATCH", &path), ("PUT", &path)] {
        let response = send(&api, method, path, bytes.as_ref().to_vec()).await;
        refused(response, status, code, source.clone()).await;
    }
    assert_eq!(api.all_clients().await, before);
}

async fn is_malformed(bytes: impl AsRef<[u8]>) {
    is_refused(bytes, 400, "malformed_document", pointer("")).await;
}

/// Asserts that create, update and replace refuse a valid document with this change.
async fn is_refused_with(
    change: impl Fn(&mut Value, &Client),
    status: u16,
    code: &str,
    source: Value,
) {
    let api = Api::start().await;
    let client = api.client().await;
    let before = api.all_clients().await;
    let path = client_path(&client.id);
    for (method, path) in [("POST", CLIENTS), ("PATCH", &path), ("PUT", &path)] {
        let mut document = api.new_client(json!({})).await;
        if method != "POST" {
            document["data"]["id"] = json!(client.id);
        }
        change(&mut document, &client);
        let response = api.ask(method, path, Some(&document)).await;
        refused(response, status, code, source.clone()).await;
    }
    assert_eq!(api.all_clients().await, before);
}

#[tokio::test]
async fn an_empty_body_is_refused() {
    is_malformed("").await;
}

#[tokio::test]
async fn a_body_that_is_not_json_is_refused() {
    for text in [
        "x",
        "{'data':{}}",
        "{}{}",
        "grant_type=x",
        "{\"data\":NaN}",
        "\u{feff}\u{feff}{}",
    ] {
        is_malformed(text).await;
    }
}

#[tokio::test]
async fn truncated_json_is_refused() {
    let document = tests::new_client(crate::auth::NO_ROLE, json!({})).to_string();
    for length in [1, 7, document.len() / 2, document.len() - 1] {
        is_malformed(&document.as_bytes()[..length]).await;
    }
}

#[tokio::test]
async fn json_that_is_nested_too_deeply_is_refused() {
    is_malformed("[".repeat(60_000)).await;
    is_malformed(r#"{"data":"#.repeat(8_000)).await;
    let closed = format!("{}{}", "[".repeat(30_000), "]".repeat(30_000));
    is_malformed(format!(r#"{{"meta":{closed},"data":{{}}}}"#)).await;
}

#[tokio::test]
async fn a_body_that_is_not_utf_8_is_refused() {
    is_malformed(b"{\"data\":{\"type\":\"auth/app-clients\xff\"}}").await;
    is_malformed(b"\xff\xfe{\0}\0").await;
}

#[tokio::test]
async fn an_unpaired_surrogate_is_refused() {
    is_malformed(r#"{"data":{"type":"\ud800"}}"#).await;
}

#[tokio::test]
async fn a_repeated_member_is_refused_with_a_pointer_to_it() {
    let name = r#"{"data":{"type":"auth/app-clients","attributes":{"name":"a","\u006eame":"b"}}}"#;
    let role = r#"{"data":{"relationships":{"auth/roles":1,"auth/roles":2}}}"#;
    for (document, place) in [
        (r#"{"data":{},"data":{"type":"auth/app-clients"}}"#, "/data"),
        (name, "/data/attributes/name"),
        (role, "/data/relationships/auth~1roles"),
        (r#"{"meta":[{},{"a":1,"a":1}]}"#, "/meta/1/a"),
    ] {
        is_refused(document, 400, "malformed_document", pointer(place)).await;
    }
}

#[tokio::test]
async fn the_error_says_why_a_body_is_not_a_document() {
    let api = Api::start().await;
    let syntax = |line: u8, column: u8| {
        format!("The request body is not valid JSON: syntax error at line {line}, column {column}.")
    };
    let repeated = "A member of a JSON object is included more than once.";
    for (text, expected) in [
        (r#"{"data":{},}"#, syntax(1, 12)),
        ("{\n  \"data\": {\n    name", syntax(3, 5)),
        ("", "The request body is empty.".to_owned()),
        ("[]", "The document must be a JSON object.".to_owned()),
        (r#"{"data":{},"data":{}}"#, repeated.to_owned()),
    ] {
        let response = send(&api, "POST", CLIENTS, text).await;
        assert_eq!(tests::api_error(response).await["detail"], expected);
    }
}

/// RFC 8259 §8.1: a parser "MAY ignore the presence of a byte order mark".
#[tokio::test]
async fn a_byte_order_mark_before_a_document_is_ignored() {
    let api = Api::start().await;
    let document = api.new_client(json!({})).await;
    let response = send(&api, "POST", CLIENTS, format!("\u{feff}{document}")).await;
    assert_eq!(response.status(), 201);
    let path = client_path(body(response).await["data"]["id"].as_str().unwrap());
    let change = json!({ "data": { "type": "auth/app-clients" } });
    let response = send(&api, "PATCH", &path, format!("\u{feff}{change}")).await;
    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn a_body_with_a_content_coding_is_refused_with_the_accepted_one() {
    let api = Api::start().await;
    let client = api.client().await;
    let document = api.new_client(json!({})).await.to_string();
    let path = client_path(&client.id);
    let source = crate::auth::header("Content-Encoding");
    for (method, path) in [("POST", CLIENTS), ("PATCH", &path), ("PUT", &path)] {
        for coding in ["gzip", "BR", "identity, gzip"] {
            let request = api.service.request(method, path).bearer_auth(&api.admin);
            let request = request.header("content-type", "application/json");
            let request = request.header("content-encoding", coding);
            let response = api.service.send(request.body(document.clone())).await;
            assert_eq!(response.headers()["accept-encoding"], "identity");
            refused(response, 415, "unsupported_encoding", source.clone()).await;
        }
        for coding in ["identity", "Identity", ""] {
            let request = api.service.request(method, path).bearer_auth(&api.admin);
            let request = request.header("content-type", "application/json");
            let request = request.header("content-encoding", coding);
            let response = api.service.send(request.body(document.clone())).await;
            assert!(response.status().is_success(), "{method} {coding}");
        }
    }
    assert_eq!(api.shown(&client.id).await["id"], client.id);
}

/// A rotation and an addition can do without a document, so the header fields of none do not matter.
#[tokio::test]
async fn an_empty_body_that_is_allowed_may_have_any_type_and_coding() {
    let api = Api::start().await;
    let client = api.client().await;
    for (tail, status) in [("rotate-secret", 200), ("secrets", 201)] {
        let path = format!("{}/{tail}", client_path(&client.id));
        for (name, value) in [("content-encoding", "gzip"), ("content-type", "text/plain")] {
            let request = api.service.request("POST", &path).bearer_auth(&api.admin);
            let request = request.header(name, value).body("");
            assert_eq!(api.service.send(request).await.status(), status);
        }
    }
}

#[tokio::test]
async fn a_document_that_is_not_an_object_is_refused() {
    for text in ["null", "[]", "\"data\"", "7", "true"] {
        is_malformed(text).await;
    }
}

#[tokio::test]
async fn a_body_of_64_kib_is_accepted_and_one_more_byte_is_too_long() {
    let api = Api::start().await;
    let mut document = api.new_client(json!({})).await.to_string();
    document.push_str(&" ".repeat(65_536 - document.len()));
    let response = send(&api, "POST", CLIENTS, document.clone()).await;
    assert_eq!(response.status(), 201);
    document.push(' ');
    is_refused(document, 413, "too_long", pointer("")).await;
}

#[tokio::test]
async fn a_body_of_five_megabytes_is_too_long() {
    is_refused("x".repeat(5_000_000), 413, "too_long", pointer("")).await;
    is_refused("[".repeat(100_000), 413, "too_long", pointer("")).await;
}

#[tokio::test]
async fn data_that_is_not_an_object_is_refused() {
    for data in [
        json!(null),
        json!([]),
        json!("x"),
        json!([{ "type": "auth/app-clients" }]),
    ] {
        let document = json!({ "data": data }).to_string();
        is_refused(document, 400, "malformed_document", pointer("/data")).await;
    }
}

#[tokio::test]
async fn a_document_without_data_is_refused() {
    let api = Api::start().await;
    let response = api.create(&json!({ "meta": {} })).await;
    assert_eq!(response.status(), 400);
    let error = tests::api_error(response).await;
    assert_eq!(error["code"], "malformed_document");
}

#[tokio::test]
async fn data_without_a_type_is_refused() {
    let api = Api::start().await;
    let mut document = api.new_client(json!({})).await;
    document["data"].as_object_mut().unwrap().remove("type");
    let response = api.create(&document).await;
    assert_eq!(response.status(), 400);
    assert_eq!(tests::api_error(response).await["code"], "missing");
}

#[tokio::test]
async fn a_wrong_type_is_a_conflict() {
    for other in [
        json!("auth/roles"),
        json!("AUTH/APP-CLIENTS"),
        json!(""),
        json!(7),
    ] {
        let change = |document: &mut Value, _: &Client| document["data"]["type"] = other.clone();
        is_refused_with(change, 409, "wrong_resource", pointer("/data/type")).await;
    }
}

#[tokio::test]
async fn a_wrong_type_is_reported_before_any_other_error() {
    let document = json!({ "data": {
        "type": "x", "id": 7, "attributes": [], "relationships": { "x": 7 }, "more": null
    }, "errors": [] });
    let source = pointer("/data/type");
    is_refused(document.to_string(), 409, "wrong_resource", source).await;
}

#[tokio::test]
async fn attributes_that_are_not_an_object_are_refused() {
    let change = |document: &mut Value, _: &Client| document["data"]["attributes"] = json!([]);
    let source = pointer("/data/attributes");
    is_refused_with(change, 400, "malformed_document", source).await;
}

#[tokio::test]
async fn relationships_that_are_not_an_object_are_refused() {
    let change = |document: &mut Value, _: &Client| document["data"]["relationships"] = json!(7);
    let source = pointer("/data/relationships");
    is_refused_with(change, 400, "malformed_document", source).await;
}

#[tokio::test]
async fn an_unknown_relationship_is_refused() {
    let change = |document: &mut Value, _: &Client| {
        document["data"]["relationships"]["auth/orgs~"] = json!({ "data": null });
    };
    let source = pointer("/data/relationships/auth~1orgs~0");
    is_refused_with(change, 400, "unknown", source).await;
}

async fn is_no_relationship(relationship: Value, place: &str) {
    let change = |document: &mut Value, _: &Client| {
        document["data"]["relationships"]["auth/roles"] = relationship.clone();
    };
    let source = pointer(&format!("/data/relationships/auth~1roles{place}"));
    is_refused_with(change, 400, "malformed_document", source).await;
}

#[tokio::test]
async fn a_relationship_that_is_not_an_object_with_data_is_refused() {
    for relationship in [
        json!(null),
        json!([]),
        json!(7),
        json!({}),
        json!({ "x": 1 }),
    ] {
        is_no_relationship(relationship, "").await;
    }
}

#[tokio::test]
async fn a_relationship_without_a_resource_identifier_is_refused() {
    for data in [
        json!(7),
        json!({}),
        json!({ "type": "auth/roles" }),
        json!({ "id": "x" }),
    ] {
        is_no_relationship(json!({ "data": data }), "/data").await;
    }
}

#[tokio::test]
async fn the_pointer_leads_to_the_member_of_a_resource_identifier_of_a_wrong_type() {
    let id = json!({ "data": { "type": "auth/roles", "id": 7 } });
    is_no_relationship(id, "/data/id").await;
    let other = json!({ "data": { "type": ["auth/roles"], "id": "x" } });
    is_no_relationship(other, "/data/type").await;
}

#[tokio::test]
async fn a_relationship_to_another_type_is_a_conflict() {
    let change = |document: &mut Value, client: &Client| {
        document["data"]["relationships"]["auth/roles"]["data"] =
            json!({ "type": "auth/app-clients", "id": client.id });
    };
    let source = pointer("/data/relationships/auth~1roles/data/type");
    is_refused_with(change, 409, "wrong_resource", source).await;
}

#[tokio::test]
async fn a_role_that_does_not_exist_is_not_found() {
    let change = |document: &mut Value, _: &Client| {
        document["data"]["relationships"]["auth/roles"]["data"]["id"] = json!(crate::auth::NO_ROLE);
    };
    let source = pointer("/data/relationships/auth~1roles/data/id");
    is_refused_with(change, 404, "related_not_found", source).await;
}

#[tokio::test]
async fn a_role_id_that_is_not_a_uuid_is_not_found() {
    for id in [
        "x",
        "",
        "Builder Admin",
        "{00000000-0000-4000-8000-000000000000}",
    ] {
        let change = |document: &mut Value, _: &Client| {
            document["data"]["relationships"]["auth/roles"]["data"]["id"] = json!(id);
        };
        let source = pointer("/data/relationships/auth~1roles/data/id");
        is_refused_with(change, 404, "related_not_found", source).await;
    }
}

/// JSON:API 1.1, error objects: a pointer must point to an existing value in the request document.
/// For a missing member, it points to an enclosing value.
#[tokio::test]
async fn the_pointer_for_a_missing_member_points_to_an_existing_value() {
    let api = Api::start().await;
    let whole = api.new_client(json!({})).await;
    for missing in [
        "/data",
        "/data/type",
        "/data/attributes/name",
        "/data/attributes/type",
        "/data/attributes",
        "/data/relationships",
    ] {
        let (parent, name) = missing.rsplit_once('/').unwrap();
        let mut document = whole.clone();
        let parent = document.pointer_mut(parent).unwrap();
        parent.as_object_mut().unwrap().remove(name).unwrap();
        let response = api.create(&document).await;
        assert_eq!(response.status(), 400);
        for error in body(response).await["errors"].as_array().unwrap() {
            let place = error["source"]["pointer"].as_str().unwrap();
            assert!(document.pointer(place).is_some(), "{missing}: {error}");
        }
    }
}

/// Otherwise a body of 64 KiB would get a response of more than a megabyte.
#[tokio::test]
async fn a_response_lists_at_most_twenty_problems() {
    let api = Api::start().await;
    let mut document = api.new_client(json!({})).await;
    let attributes = document["data"]["attributes"].as_object_mut().unwrap();
    attributes.extend((0..5_000).map(|number| (format!("a{number}"), json!(1))));
    let response = api.create(&document).await;
    assert_eq!(response.status(), 400);
    let errors = body(response).await["errors"].as_array().unwrap().clone();
    assert_eq!(errors.len(), 20);
    assert!(errors.iter().all(|error| error["code"] == "unknown"));
}
