//! `POST /auth/app-clients`

use serde_json::{Value, json};
use tests::{BEGIN, Latchkey, api_error, body, text};

use crate::auth::{Api, CLIENTS, parameter, pointer, refused};

/// A client with all defaults, as the API shows it.
fn expected(id: &str, secret: Option<&str>, role: &str, created_at: u64) -> Value {
    let mut expected = json!({
        "type": "auth/app-clients",
        "id": id,
        "attributes": {
            "clientId": id.replace('-', ""),
            "name": "Nightly import",
            "description": "",
            "type": "machine_to_machine",
            "userType": "builder",
            "status": "enabled",
            "accessTokenLifetime": 3_600,
            "tokenQuota": 200,
            "createdAt": created_at,
            "updatedAt": created_at,
            "lastUsedOn": null,
        },
        "relationships": { "auth/roles": { "data": { "type": "auth/roles", "id": role } } },
        "links": { "self": format!("/auth/app-clients/{id}") },
    });
    if let Some(secret) = secret {
        expected["attributes"]["clientSecret"] = json!(secret);
    }
    expected
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn a_new_client_gets_a_token_that_works() {
    let api = Api::start().await;
    let role = api.service.role(&api.admin, "Builder Admin").await;
    api.latchkey.clock.advance(42);

    let document = json!({
        "data": {
            "type": "auth/app-clients",
            "attributes": {
                "type": "machine_to_machine",
                "name": "Nightly import",
                "userType": "builder"
            },
            "relationships": {
                "auth/roles": { "data": { "type": "auth/roles", "id": role } }
            }
        }
    });
    let response = api.create(&document).await;
    assert_eq!(response.status(), 201);
    let headers = response.headers().clone();
    let created = body(response).await;
    let location = headers["location"].to_str().unwrap();
    assert_eq!(created["data"]["links"]["self"], location);
    assert_eq!(headers["content-type"], "application/vnd.api+json");
    assert_eq!(headers["cache-control"], "no-store");
    let id = text(&created["data"]["id"]);
    let secret = text(&created["data"]["attributes"]["clientSecret"]);
    let resource = expected(&id, Some(&secret), &role, BEGIN + 42);
    assert_eq!(created, json!({ "data": resource }));
    assert_eq!(id, id.to_lowercase());

    let request = json!({
        "client_id": created["data"]["attributes"]["clientId"],
        "client_secret": secret,
        "audience": api.latchkey.issuer,
        "grant_type": "client_credentials"
    });
    let request = api.service.request("POST", "/oauth/token").json(&request);
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    let token = body(response).await;
    assert_eq!(token["token_type"], "Bearer");
    assert_eq!(token["expires_in"], 3_600);

    let token = text(&token["access_token"]);
    let path = text(&created["data"]["links"]["self"]);
    let response = api.service.manage(&token, "GET", &path, None).await;
    assert_eq!(response.status(), 200);
    let mut shown = expected(&id, None, &role, BEGIN + 42);
    shown["attributes"]["lastUsedOn"] = (BEGIN - BEGIN % 86_400).into();
    assert_eq!(body(response).await, json!({ "data": shown }));
}

#[tokio::test]
async fn a_secret_has_a_prefix_and_49_alphanumeric_characters() {
    let api = Api::start().await;
    let client = api.client().await;
    let digits = client.credentials.secret.strip_prefix("lk_secret_");
    let digits = digits.unwrap();
    assert_eq!(digits.len(), 49);
    assert!(digits.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    assert_ne!(
        client.credentials.secret,
        api.client().await.credentials.secret
    );
}

#[tokio::test]
async fn the_user_type_may_be_omitted() {
    let api = Api::start().await;
    let mut document = api.new_client(json!({})).await;
    let attributes = document["data"]["attributes"].as_object_mut();
    attributes.unwrap().remove("userType");
    let response = api.create(&document).await;
    assert_eq!(response.status(), 201);
    let created = body(response).await;
    assert_eq!(created["data"]["attributes"]["userType"], "builder");
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs a stack with other settings")]
async fn a_client_without_a_quota_gets_the_deployments_default() {
    let (_latchkey, service) =
        Latchkey::start_with(|options| options.parameters.set("TokenQuota", 7)).await;
    let admin = service.admin_token().await;
    let client = service.create_client(&admin, "Patient", json!({})).await;
    let path = crate::auth::client_path(&client.id);
    let shown = body(service.manage(&admin, "GET", &path, None).await).await;
    assert_eq!(shown["data"]["attributes"]["tokenQuota"], 7);
}

#[tokio::test]
async fn every_writable_attribute_can_be_set() {
    let api = Api::start().await;
    let chosen = json!({
        "name": "Chosen", "description": "Why", "status": "disabled",
        "accessTokenLifetime": 61, "tokenQuota": 3
    });
    let document = api.new_client(chosen.clone()).await;
    let created = body(api.create(&document).await).await;
    let shown = api.shown(&text(&created["data"]["id"])).await;
    for (name, value) in chosen.as_object().unwrap() {
        assert_eq!(created["data"]["attributes"][name], *value);
        assert_eq!(shown["attributes"][name], *value);
    }
}

#[tokio::test]
async fn a_client_created_as_disabled_gets_no_token() {
    let api = Api::start().await;
    let disabled = json!({ "status": "disabled" });
    let client = api.client_with("Builder Admin", disabled).await;
    assert!(!api.accepts(&client.credentials).await);
}

#[tokio::test]
async fn two_clients_may_have_the_same_name() {
    let api = Api::start().await;
    let document = api.new_client(json!({})).await;
    let (one, other) = (api.create(&document).await, api.create(&document).await);
    assert_eq!(
        (one.status(), other.status()),
        (201.try_into().unwrap(), 201.try_into().unwrap())
    );
    let (one, other) = (body(one).await, body(other).await);
    assert_ne!(one["data"]["id"], other["data"]["id"]);
}

#[tokio::test]
async fn a_client_generated_id_is_refused() {
    let api = Api::start().await;
    for id in [json!(crate::auth::NO_CLIENT), json!("x"), json!(7)] {
        let mut document = api.new_client(json!({})).await;
        document["data"]["id"] = id;
        let response = api.create(&document).await;
        refused(response, 403, "client_generated_id", pointer("/data/id")).await;
    }
    assert_eq!(api.all_clients().await.len(), 1);
}

#[tokio::test]
async fn an_id_that_is_null_or_empty_counts_as_omitted() {
    let api = Api::start().await;
    for id in [json!(null), json!("")] {
        let mut document = api.new_client(json!({})).await;
        document["data"]["id"] = id;
        let response = api.create(&document).await;
        assert_eq!(response.status(), 201);
        assert_ne!(body(response).await["data"]["id"], document["data"]["id"]);
    }
}

/// Libraries for JSON:API write null for every attribute of a new resource without a value.
#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn an_attribute_that_is_null_counts_as_omitted() {
    let api = Api::start().await;
    let role = api.service.role(&api.admin, "Builder Admin").await;
    let nulls = json!({
        "clientId": null, "clientSecret": null, "description": null, "userType": null,
        "status": null, "accessTokenLifetime": null, "tokenQuota": null, "createdAt": null,
        "updatedAt": null, "lastUsedOn": null
    });
    let document = api.new_client(nulls).await;
    let response = api.create(&document).await;
    assert_eq!(response.status(), 201);
    let id = text(&body(response).await["data"]["id"]);
    assert_eq!(api.shown(&id).await, expected(&id, None, &role, BEGIN));
}

#[tokio::test]
async fn a_required_or_unknown_attribute_that_is_null_is_refused() {
    let api = Api::start().await;
    for (name, status, code) in [
        ("name", 422, "invalid_value"),
        ("type", 422, "invalid_value"),
        ("colour", 400, "unknown"),
    ] {
        let document = api.new_client(json!({ name: null })).await;
        let source = pointer(&format!("/data/attributes/{name}"));
        refused(api.create(&document).await, status, code, source).await;
    }
}

/// Asserts that a document without this member is refused. Another test checks the pointer.
async fn is_missing(parent: &str, name: &str) {
    let api = Api::start().await;
    let mut document = api.new_client(json!({})).await;
    let parent = document.pointer_mut(parent).unwrap().as_object_mut();
    parent.unwrap().remove(name).unwrap();
    let response = api.create(&document).await;
    assert_eq!(response.status(), 400);
    assert_eq!(api_error(response).await["code"], "missing");
    assert_eq!(api.all_clients().await.len(), 1);
}

#[tokio::test]
async fn a_client_without_a_name_is_refused() {
    is_missing("/data/attributes", "name").await;
}

#[tokio::test]
async fn a_client_without_a_client_type_is_refused() {
    is_missing("/data/attributes", "type").await;
}

#[tokio::test]
async fn a_client_without_a_role_is_refused() {
    is_missing("/data/relationships", "auth/roles").await;
}

#[tokio::test]
async fn a_client_without_relationships_is_refused() {
    is_missing("/data", "relationships").await;
}

#[tokio::test]
async fn a_client_without_attributes_gets_an_error_for_each_required_one() {
    let api = Api::start().await;
    let mut document = api.new_client(json!({})).await;
    document["data"]
        .as_object_mut()
        .unwrap()
        .remove("attributes");
    let response = api.create(&document).await;
    assert_eq!(response.status(), 400);
    let errors = body(response).await;
    let errors = errors["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 2);
    assert!(errors.iter().all(|error| error["code"] == "missing"));
}

async fn is_refused(name: &str, value: Value) {
    let api = Api::start().await;
    let document = api.new_client(json!({ name: value })).await;
    let source = pointer(&format!("/data/attributes/{name}"));
    refused(api.create(&document).await, 422, "invalid_value", source).await;
    assert_eq!(api.all_clients().await.len(), 1);
}

#[tokio::test]
async fn an_unknown_client_type_is_refused() {
    for other in [
        json!("single_page"),
        json!("Machine_To_Machine"),
        json!(null),
    ] {
        is_refused("type", other).await;
    }
}

#[tokio::test]
async fn an_unknown_user_type_is_refused() {
    for other in [json!("patient"), json!(""), json!(7)] {
        is_refused("userType", other).await;
    }
}

#[tokio::test]
async fn attributes_set_by_the_service_are_refused() {
    let api = Api::start().await;
    for name in ["clientId", "clientSecret", "createdAt", "updatedAt"] {
        let document = api.new_client(json!({ name: 1 })).await;
        let source = pointer(&format!("/data/attributes/{name}"));
        refused(api.create(&document).await, 400, "unknown", source).await;
    }
}

#[tokio::test]
async fn a_query_parameter_is_refused() {
    let api = Api::start().await;
    let document = api.new_client(json!({})).await;
    for name in ["include", "sort", "x"] {
        let path = format!("{CLIENTS}?{name}=auth/roles");
        let response = api.ask("POST", &path, Some(&document)).await;
        refused(response, 400, "invalid_parameter", parameter(name)).await;
    }
    assert_eq!(api.all_clients().await.len(), 1);
}
