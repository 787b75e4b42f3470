//! `GET /auth/roles` and `GET /auth/roles/{id}`

use serde_json::{Value, json};
use tests::{body, text};

use crate::auth::{Api, NO_ROLE, header, not_found, parameter, refused};

const NAMES: [&str; 4] = [
    "Builder Admin",
    "Care Team User",
    "Patient",
    "Permissionless",
];

#[tokio::test]
async fn a_name_finds_one_role() {
    let api = Api::start().await;
    for name in NAMES {
        let path = format!("/auth/roles?filter[name]={}", name.replace(' ', "%20"));
        let response = api.get(&path).await;
        assert_eq!(response.status(), 200);
        assert_eq!(
            response.headers()["content-type"],
            "application/vnd.api+json"
        );
        assert_eq!(response.headers()["cache-control"], "no-store");
        let found = body(response).await;
        let id = text(&found["data"]["id"]);
        let attributes = &found["data"]["attributes"];
        assert!(!text(&attributes["description"]).is_empty());
        let permissions = attributes["permissions"].as_array().unwrap();
        assert!(permissions.iter().all(Value::is_string));
        let expected = json!({
            "data": {
                "type": "auth/roles",
                "id": id,
                "attributes": {
                    "name": name,
                    "description": attributes["description"],
                    "accessPolicy": attributes["accessPolicy"],
                    "isManaged": true,
                    "permissions": permissions,
                    "createdAt": attributes["createdAt"],
                    "updatedAt": attributes["updatedAt"],
                },
                "links": { "self": format!("/auth/roles/{id}") },
            }
        });
        assert_eq!(found, expected);
    }
}

#[tokio::test]
async fn the_query_may_be_percent_encoded_or_form_encoded() {
    let api = Api::start().await;
    let role = api.service.role(&api.admin, "Builder Admin").await;
    for query in [
        "filter[name]=Builder+Admin",
        "filter%5Bname%5D=Builder%20Admin",
        "filter%5bname%5d=%42uilder+Admin",
    ] {
        let found = body(api.get(&format!("/auth/roles?{query}")).await).await;
        assert_eq!(found["data"]["id"], role, "{query}");
    }
}

#[tokio::test]
async fn an_unknown_name_finds_null() {
    let api = Api::start().await;
    for name in ["Nobody", "builder%20admin", "Builder%20Admin%20", ""] {
        let response = api.get(&format!("/auth/roles?filter[name]={name}")).await;
        assert_eq!(response.status(), 200);
        assert_eq!(body(response).await, json!({ "data": null }), "{name}");
    }
}

#[tokio::test]
async fn all_roles_are_listed_in_an_array() {
    let api = Api::start().await;
    let response = api.get("/auth/roles").await;
    assert_eq!(response.status(), 200);
    let all = body(response).await;
    // Other tests may create roles in the org.
    let mut roles = all["data"].as_array().unwrap().clone();
    roles.retain(|role| role["attributes"]["isManaged"] == true);
    let names: Vec<_> = roles
        .iter()
        .map(|role| &role["attributes"]["name"])
        .collect();
    assert_eq!(names, NAMES);
    for role in roles {
        let id = text(&role["id"]);
        let one = api.get(&format!("/auth/roles/{id}")).await;
        assert_eq!(one.status(), 200);
        assert_eq!(body(one).await, json!({ "data": role }));
    }
}

#[tokio::test]
async fn a_role_with_an_unknown_id_is_not_found() {
    let api = Api::start().await;
    not_found(api.get(&format!("/auth/roles/{NO_ROLE}")).await).await;
}

#[tokio::test]
async fn a_role_id_that_is_not_a_uuid_is_not_found() {
    let api = Api::start().await;
    for id in ["x", "Builder%20Admin", "%00", "ROLE%23x"] {
        not_found(api.get(&format!("/auth/roles/{id}")).await).await;
    }
}

#[tokio::test]
async fn every_spelling_of_a_role_id_is_the_same_role() {
    let api = Api::start().await;
    let id = api.service.role(&api.admin, "Patient").await;
    let without_hyphens = id.replace('-', "");
    for spelling in [id.to_uppercase(), without_hyphens] {
        let role = body(api.get(&format!("/auth/roles/{spelling}")).await).await;
        assert_eq!(role["data"]["id"], id);
        let document = tests::new_client(&spelling, json!({}));
        let created = body(api.create(&document).await).await;
        let related = &created["data"]["relationships"]["auth/roles"]["data"]["id"];
        assert_eq!(related, &json!(id));
        let client = text(&created["data"]["id"]);
        let mut document = document;
        document["data"]["id"] = json!(client);
        let path = crate::auth::client_path(&client);
        let changed = api.ask("PATCH", &path, Some(&document)).await;
        assert_eq!(changed.status(), 200);
    }
}

#[tokio::test]
async fn an_unknown_filter_is_refused() {
    let api = Api::start().await;
    let response = api.get("/auth/roles?filter[id]=x").await;
    refused(response, 400, "invalid_parameter", parameter("filter[id]")).await;
}

#[tokio::test]
async fn roles_cannot_be_sorted() {
    let api = Api::start().await;
    let response = api.get("/auth/roles?sort=name").await;
    refused(response, 400, "invalid_parameter", parameter("sort")).await;
}

#[tokio::test]
async fn roles_cannot_include_other_resources() {
    let api = Api::start().await;
    let role = api.service.role(&api.admin, "Patient").await;
    for path in ["/auth/roles".to_owned(), format!("/auth/roles/{role}")] {
        let response = api.get(&format!("{path}?include=x")).await;
        refused(response, 400, "invalid_parameter", parameter("include")).await;
    }
}

#[tokio::test]
async fn a_repeated_filter_is_refused() {
    let api = Api::start().await;
    let response = api
        .get("/auth/roles?filter[name]=Patient&filter%5Bname%5D=Patient")
        .await;
    let source = parameter("filter[name]");
    refused(response, 400, "invalid_parameter", source).await;
}

#[tokio::test]
async fn one_role_cannot_be_filtered() {
    let api = Api::start().await;
    let role = api.service.role(&api.admin, "Patient").await;
    let response = api
        .get(&format!("/auth/roles/{role}?filter[name]=Patient"))
        .await;
    let source = parameter("filter[name]");
    refused(response, 400, "invalid_parameter", source).await;
}

#[tokio::test]
async fn roles_in_another_media_type_get_406() {
    let api = Api::start().await;
    let role = api.service.role(&api.admin, "Patient").await;
    for path in ["/auth/roles".to_owned(), format!("/auth/roles/{role}")] {
        let request = api.service.request("GET", &path).bearer_auth(&api.admin);
        let request = request.header("accept", "application/vnd.api+json; version=2");
        let response = request.send().await.unwrap();
        refused(response, 406, "not_acceptable", header("Accept")).await;
    }
}
