//! RFC 6749 §3.2: the client "MUST use the HTTP POST method".

use tests::Latchkey;

use super::{FORM, PATH, form_of, refused};

async fn is_not_allowed(method: &str) {
    let (_latchkey, service) = Latchkey::start().await;
    let bare = service.request(method, PATH);
    let full = service.request(method, PATH).header("content-type", FORM);
    let full = full.body(form_of(&service.bootstrap));
    for request in [bare, full] {
        let response = request.send().await.unwrap();
        assert_eq!(response.headers()["allow"], "POST, OPTIONS");
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
async fn options_gets_no_token() {
    let (_latchkey, service) = Latchkey::start().await;
    let request = service
        .request("OPTIONS", PATH)
        .header("content-type", FORM);
    let request = request.body(form_of(&service.bootstrap));
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 204);
    assert_eq!(response.headers()["allow"], "POST, OPTIONS");
    assert!(response.bytes().await.unwrap().is_empty());
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
    assert_eq!(response.headers()["allow"], "POST, OPTIONS");
    assert_eq!(response.headers()["cache-control"], "no-store");
}

#[tokio::test]
async fn get_with_credentials_in_the_query_gets_no_token() {
    let (_latchkey, service) = Latchkey::start().await;
    let path = format!("{PATH}?{}", form_of(&service.bootstrap));
    let response = service.request("GET", &path).send().await.unwrap();
    refused(response, 405, "invalid_request").await;
}
