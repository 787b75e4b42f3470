//! The `Authorization` header (RFC 6749 §2.3.1, RFC 7617): malformed HTTP Basic credentials, other
//! schemes, and credentials in both the header and the body.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Response;
use tests::http::raw;
use tests::{Credentials, Latchkey, Service};

use super::client_authentication::{ASSERTION, GRANT};
use super::{FORM, PATH, basic, form_of, issued, post_with, refused};

async fn header_is_refused(header: impl FnOnce(&Credentials) -> String) {
    let (_latchkey, service) = Latchkey::start().await;
    let header = header(&service.bootstrap);
    refused(
        post_with(&service, &header, GRANT).await,
        401,
        "invalid_client",
    )
    .await;
}

#[tokio::test]
async fn basic_without_a_colon_is_refused() {
    header_is_refused(|client| format!("Basic {}", STANDARD.encode(&client.id))).await;
}

#[tokio::test]
async fn basic_that_is_not_base64_is_refused() {
    header_is_refused(|client| format!("Basic {}:{}", client.id, client.secret)).await;
}

#[tokio::test]
async fn basic_that_is_not_utf_8_is_refused() {
    header_is_refused(|_| format!("Basic {}", STANDARD.encode(b"\xff\xfe:\xff"))).await;
}

#[tokio::test]
async fn basic_with_a_secret_that_decodes_to_invalid_utf_8_is_refused() {
    header_is_refused(|client| basic(&client.id, "%ff")).await;
}

#[tokio::test]
async fn basic_with_an_empty_id_is_refused() {
    header_is_refused(|client| basic("", &client.secret)).await;
}

#[tokio::test]
async fn basic_with_an_empty_secret_is_refused() {
    header_is_refused(|client| basic(&client.id, "")).await;
}

#[tokio::test]
async fn basic_with_a_colon_in_the_secret_is_split_at_the_first_and_refused() {
    header_is_refused(|client| basic(&client.id, &format!(":{}", client.secret))).await;
}

#[tokio::test]
async fn basic_without_credentials_is_refused() {
    header_is_refused(|_| "Basic".to_owned()).await;
}

#[tokio::test]
async fn an_empty_authorization_header_is_refused() {
    header_is_refused(|_| String::new()).await;
}

#[tokio::test]
async fn a_bearer_token_is_refused() {
    let (_latchkey, service) = Latchkey::start().await;
    let header = format!("Bearer {}", service.admin_token().await);
    refused(
        post_with(&service, &header, GRANT).await,
        401,
        "invalid_client",
    )
    .await;
}

#[tokio::test]
async fn another_scheme_with_valid_credentials_is_refused() {
    header_is_refused(|client| basic(&client.id, &client.secret).replace("Basic", "Digest")).await;
}

async fn post_with_basic(form: &str) -> (Service, Response) {
    let (_latchkey, service) = Latchkey::start().await;
    let Credentials { id, secret } = &service.bootstrap;
    let form = form.replace("{id}", id).replace("{secret}", secret);
    let header = basic(id, secret);
    let response = post_with(&service, &header, &format!("{GRANT}&{form}")).await;
    (service, response)
}

#[tokio::test]
async fn basic_and_credentials_in_the_body_are_refused() {
    let (_service, response) = post_with_basic("client_id={id}&client_secret={secret}").await;
    refused(response, 400, "invalid_request").await;
}

#[tokio::test]
async fn basic_and_only_a_secret_in_the_body_are_refused() {
    let (_service, response) = post_with_basic("client_secret={secret}").await;
    refused(response, 400, "invalid_request").await;
}

#[tokio::test]
async fn another_scheme_and_credentials_in_the_body_are_refused() {
    let (_latchkey, service) = Latchkey::start().await;
    let form = form_of(&service.bootstrap);
    let response = post_with(&service, "Bearer abc", &form).await;
    refused(response, 400, "invalid_request").await;
}

#[tokio::test]
async fn basic_and_the_same_client_id_in_the_body_are_accepted() {
    let (_service, response) = post_with_basic("client_id={id}").await;
    issued(response).await;
}

#[tokio::test]
async fn basic_and_another_client_id_in_the_body_are_refused() {
    let other = format!("client_id={}", "0".repeat(32));
    let (_service, response) = post_with_basic(&other).await;
    refused(response, 400, "invalid_request").await;
}

#[tokio::test]
async fn basic_and_an_assertion_are_refused() {
    let (_service, response) = post_with_basic(ASSERTION).await;
    refused(response, 400, "invalid_request").await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "sends raw bytes")]
async fn two_authorization_headers_get_no_token() {
    let (_latchkey, service) = Latchkey::start().await;
    let good = basic(&service.bootstrap.id, &service.bootstrap.secret);
    for (first, second) in [
        (good.as_str(), good.as_str()),
        (&good, "Bearer x"),
        ("x", &good),
    ] {
        let request = format!(
            "POST {PATH} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
             authorization: {first}\r\nauthorization: {second}\r\n\
             content-type: {FORM}\r\ncontent-length: {}\r\n\r\n{GRANT}",
            GRANT.len()
        );
        let (status, answer) = raw(&service.url, request.as_bytes()).await;
        assert!(matches!(status, 400 | 401), "{answer}");
        assert!(!answer.contains("access_token"));
    }
}
