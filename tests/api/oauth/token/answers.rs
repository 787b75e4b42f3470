//! The token response, and every form of a valid request (RFC 6749 §2.3.1, §4.4, §5.1).

use serde_json::json;
use tests::{Latchkey, body};

use super::{FORM, JSON, PATH, basic, form_of, issued, json_of, post, post_with};

#[tokio::test]
async fn a_response_has_only_the_token_its_lifetime_and_its_type() {
    let (_latchkey, service) = Latchkey::start().await;
    let response = service.token(&service.bootstrap).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert_eq!(response.headers()["pragma"], "no-cache");
    let document = body(response).await;
    assert_eq!(document["token_type"], "Bearer");
    assert_eq!(document["expires_in"], json!(3600));
    assert!(document["access_token"].is_string());
    // No refresh token (RFC 6749 §4.4.3), and no scope, since none was requested.
    assert_eq!(document.as_object().unwrap().len(), 3, "{document}");
}

#[tokio::test]
async fn expires_in_is_the_lifetime_of_the_client() {
    let (_latchkey, service) = Latchkey::start().await;
    for seconds in [60, 86_400] {
        let attributes = json!({ "accessTokenLifetime": seconds });
        let client = service.new_client(attributes).await;
        let document = body(service.token(&client.credentials).await).await;
        assert_eq!(document["expires_in"], json!(seconds));
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs a stack with other settings")]
async fn the_request_in_the_guide_works_unchanged() {
    let audience = "https://api.sandbox.zusapi.com";
    let (_latchkey, service) =
        Latchkey::start_with(|options| options.parameters.set("DefaultAudience", audience)).await;
    let document = format!(
        r#"{{
    "client_id": "{}",
    "client_secret": "{}",
    "audience": "{audience}",
    "grant_type": "client_credentials"
  }}"#,
        service.bootstrap.id, service.bootstrap.secret
    );
    let response = post(&service, JSON, document).await;
    assert_eq!(response.status(), 200);
    let document = body(response).await;
    assert_eq!(document["expires_in"], json!(3600));
    assert_eq!(document["token_type"], "Bearer");
    assert_eq!(document.as_object().unwrap().len(), 3, "{document}");
}

#[tokio::test]
async fn a_form_works() {
    let (_latchkey, service) = Latchkey::start().await;
    issued(post(&service, FORM, form_of(&service.bootstrap)).await).await;
}

#[tokio::test]
async fn a_percent_encoded_form_works() {
    let (_latchkey, service) = Latchkey::start().await;
    let encoded = |text: &str| -> String { text.bytes().map(|b| format!("%{b:02x}")).collect() };
    let form = format!(
        "{}=client_credentials&{}={}&client_secret={}",
        encoded("grant_type"),
        encoded("client_id"),
        encoded(&service.bootstrap.id),
        encoded(&service.bootstrap.secret)
    );
    issued(post(&service, FORM, form).await).await;
}

#[tokio::test]
async fn empty_pairs_in_a_form_are_ignored() {
    let (_latchkey, service) = Latchkey::start().await;
    let form = format!("&&{}&&=&", form_of(&service.bootstrap));
    issued(post(&service, FORM, form).await).await;
}

#[tokio::test]
async fn json_with_whitespace_and_escapes_works() {
    let (_latchkey, service) = Latchkey::start().await;
    let document = json_of(&service.bootstrap).to_string();
    let document = document.replace("grant_type", "grant\\u005ftype");
    issued(post(&service, JSON, format!(" \r\n\t{document}\n")).await).await;
}

#[tokio::test]
async fn content_types_may_have_parameters_and_any_case() {
    let (_latchkey, service) = Latchkey::start().await;
    for content_type in [
        "application/x-www-form-urlencoded; charset=utf-8",
        "application/x-www-form-urlencoded;charset=\"UTF-8\"",
        "Application/X-WWW-Form-URLEncoded",
    ] {
        issued(post(&service, content_type, form_of(&service.bootstrap)).await).await;
    }
    for content_type in [
        "application/json; charset=utf-8",
        "application/json ;charset=UTF-8",
        "APPLICATION/JSON",
    ] {
        let document = json_of(&service.bootstrap).to_string();
        issued(post(&service, content_type, document).await).await;
    }
}

#[tokio::test]
async fn basic_credentials_work_with_a_form() {
    let (_latchkey, service) = Latchkey::start().await;
    let header = basic(&service.bootstrap.id, &service.bootstrap.secret);
    issued(post_with(&service, &header, "grant_type=client_credentials").await).await;
}

#[tokio::test]
async fn basic_credentials_work_with_json() {
    let (_latchkey, service) = Latchkey::start().await;
    let request = service.request("POST", PATH).header("content-type", JSON);
    let request = request.basic_auth(&service.bootstrap.id, Some(&service.bootstrap.secret));
    let document = json!({ "grant_type": "client_credentials" }).to_string();
    issued(request.body(document).send().await.unwrap()).await;
}

#[tokio::test]
async fn basic_credentials_may_be_form_encoded() {
    let (_latchkey, service) = Latchkey::start().await;
    let encoded = |text: &str| -> String { text.bytes().map(|b| format!("%{b:02X}")).collect() };
    let (id, secret) = (&service.bootstrap.id, &service.bootstrap.secret);
    for (id, secret) in [
        (encoded(id), encoded(secret)),
        (id.clone(), secret.replace('_', "%5f")),
    ] {
        let header = basic(&id, &secret);
        issued(post_with(&service, &header, "grant_type=client_credentials").await).await;
    }
}

/// RFC 9110 §11.1: the scheme is case-insensitive, and more than one space may follow it.
#[tokio::test]
async fn the_scheme_name_is_case_insensitive() {
    let (_latchkey, service) = Latchkey::start().await;
    let header = basic(&service.bootstrap.id, &service.bootstrap.secret);
    for scheme in ["basic ", "BASIC ", "bAsIc ", "Basic  "] {
        let header = header.replace("Basic ", scheme);
        issued(post_with(&service, &header, "grant_type=client_credentials").await).await;
    }
}

#[tokio::test]
async fn ids_and_secrets_need_no_encoding() {
    let (_latchkey, service) = Latchkey::start().await;
    let client = service.new_client(json!({})).await;
    let plain = |text: &str| {
        let mut bytes = text.bytes();
        bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    for credentials in [&service.bootstrap, &client.credentials] {
        assert!(plain(&credentials.id) && plain(&credentials.secret));
    }
}
