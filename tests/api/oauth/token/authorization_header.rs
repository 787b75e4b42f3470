//! The `Authorization` header (RFC 6749 §2.3.1, RFC 7617): malformed HTTP Basic credentials, other
//! schemes, and credentials in both the header and the body.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Response;
use tests::http::raw;
use tests::{Credentials, Latchkey, Service};

use super::client_authentication::{ASSERTION, GRANT};
use super::{FORM, PATH, basic, described, form_of, issued, post_with, refused};

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
async fn an_empty_authorization_header_does_not_authenticate_a_client() {
    header_is_refused(|_| String::new()).await;
}

/// RFC 9110 §5.5: whitespace is not part of a value, so this one is empty too.
#[tokio::test]
async fn an_empty_authorization_header_beside_credentials_in_the_body_counts_as_omitted() {
    let (_latchkey, service) = Latchkey::start().await;
    for empty in ["", " ", "\t "] {
        issued(post_with(&service, empty, &form_of(&service.bootstrap)).await).await;
    }
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
async fn the_error_says_which_header_is_in_the_way_of_the_credentials_in_the_body() {
    let (_latchkey, service) = Latchkey::start().await;
    let form = form_of(&service.bootstrap);
    let another = "The request contains credentials in the body and an Authorization header for \
                   another scheme than HTTP Basic. Remove the header.";
    for header in [
        "Bearer",
        "Bearer undefined",
        "undefined",
        "null",
        "bearer a.b.c",
        "Digest x",
    ] {
        described(post_with(&service, header, &form).await, 400, another).await;
    }
    let both = "The request contains credentials both in the Authorization header and in the body.";
    for header in [&basic(&service.bootstrap.id, "x"), "Basic", "basic Og=="] {
        described(post_with(&service, header, &form).await, 400, both).await;
    }
}

#[tokio::test]
async fn a_header_that_is_not_basic_is_described() {
    let (_latchkey, service) = Latchkey::start().await;
    let credentials = basic(&service.bootstrap.id, &service.bootstrap.secret);
    let (begin, end) = credentials.split_at(40);
    for header in [
        "Bearer undefined",
        "Basic",
        "Basic %",
        &format!("{begin} {end}"),
    ] {
        described(
            post_with(&service, header, GRANT).await,
            401,
            "The Authorization header does not contain valid credentials for HTTP Basic.",
        )
        .await;
    }
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
