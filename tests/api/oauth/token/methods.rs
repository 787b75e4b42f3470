//! RFC 6749 §3.2: the client "MUST use the HTTP POST method".

use serde_json::json;
use tests::{Latchkey, body};

use super::{FORM, PATH, form_of, refused};

async fn is_not_allowed(method: &str) {
    let (_latchkey, service) = Latchkey::start().await;
    let bare = service.request(method, PATH);
    let full = service.request(method, PATH).header("content-type", FORM);
    let full = full.body(form_of(&service.bootstrap));
    for request in [bare, full] {
        let response = request.send().await.unwrap();
        assert_eq!(response.headers()["allow"], "POST");
        refused(response, 405, "invalid_request").await;
    }
}

#[tokio::test]
async fn get_is_not_allowed() {
    is_not_allowed("GET").await;
}

#[tokio::test]
async fn put_is_not_allowed() {
    is_not_allowed("PUT").await;
}

#[tokio::test]
async fn patch_is_not_allowed() {
    is_not_allowed("PATCH").await;
}

#[tokio::test]
async fn delete_is_not_allowed() {
    is_not_allowed("DELETE").await;
}

#[tokio::test]
async fn options_is_not_allowed() {
    is_not_allowed("OPTIONS").await;
}

/// The template's parameter `AllowedOrigins` is empty by default.
#[tokio::test]
async fn cors_is_disabled_by_default() {
    let (_latchkey, service) = Latchkey::start().await;
    for (method, path) in [("OPTIONS", PATH), ("GET", "/.well-known/jwks.json")] {
        let request = service.request(method, path);
        let request = request.header("origin", "https://app.example.com");
        let request = request.header("access-control-request-method", "POST");
        let response = request.send().await.unwrap();
        let mut names = response.headers().keys();
        assert!(!names.any(|name| name.as_str().starts_with("access-control")));
    }
}

#[tokio::test]
async fn an_unknown_method_is_not_allowed() {
    is_not_allowed("BREW").await;
}

#[tokio::test]
async fn a_method_in_lower_case_is_not_allowed() {
    is_not_allowed("post").await;
}

#[tokio::test]
async fn head_is_not_allowed() {
    let (_latchkey, service) = Latchkey::start().await;
    let response = service.request("HEAD", PATH).send().await.unwrap();
    assert_eq!(response.status(), 405);
    assert_eq!(response.headers()["allow"], "POST");
    assert_eq!(response.headers()["cache-control"], "no-store");
}

#[tokio::test]
async fn get_with_credentials_in_the_query_gets_no_token() {
    let (_latchkey, service) = Latchkey::start().await;
    let path = format!("{PATH}?{}", form_of(&service.bootstrap));
    let response = service.request("GET", &path).send().await.unwrap();
    refused(response, 405, "invalid_request").await;
}

#[tokio::test]
async fn an_unknown_path_is_not_found() {
    let (_latchkey, service) = Latchkey::start().await;
    for path in [
        "/",
        "/oauth",
        "/oauth/",
        "/oauth/tokens",
        "/oauth/token/",
        "/oauth/token/x",
    ] {
        for method in ["GET", "POST"] {
            let response = service.request(method, path).send().await.unwrap();
            assert_eq!(response.status(), 404, "{path}");
            assert_eq!(response.headers()["content-type"], "application/json");
            assert_eq!(body(response).await, json!({ "message": "Not Found" }));
        }
    }
}
