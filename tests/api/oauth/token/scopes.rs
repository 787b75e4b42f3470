//! Scopes (RFC 6749 §3.3). No audience defines a scope yet, so none can be granted.

use serde_json::json;
use tests::Latchkey;

use super::{FORM, JSON, form_of, issued, json_of, post, refused};

async fn is_refused(scope: &str) {
    let (_latchkey, service) = Latchkey::start().await;
    let mut document = json_of(&service.bootstrap);
    document["scope"] = scope.into();
    let response = post(&service, JSON, document.to_string()).await;
    refused(response, 400, "invalid_scope").await;
}

#[tokio::test]
async fn an_unknown_scope_is_refused() {
    for scope in [
        "read",
        "read write",
        "openid",
        "Builder",
        "*",
        "!",
        "#%&'()~",
    ] {
        is_refused(scope).await;
    }
}

#[tokio::test]
async fn a_scope_with_a_quote_is_refused() {
    is_refused("\"read\"").await;
}

#[tokio::test]
async fn a_scope_with_a_backslash_is_refused() {
    is_refused("read\\write").await;
}

#[tokio::test]
async fn scopes_with_two_spaces_between_them_are_refused() {
    is_refused("read  write").await;
}

#[tokio::test]
async fn scopes_with_spaces_around_them_are_refused() {
    for scope in [" ", " read", "read "] {
        is_refused(scope).await;
    }
}

#[tokio::test]
async fn a_scope_that_is_not_ascii_is_refused() {
    for scope in ["é", "read\u{a0}write", "\u{7f}"] {
        is_refused(scope).await;
    }
}

#[tokio::test]
async fn a_scope_with_a_control_character_is_refused() {
    for scope in ["read\twrite", "read\nwrite", "\0"] {
        is_refused(scope).await;
    }
}

#[tokio::test]
async fn an_empty_scope_counts_as_omitted() {
    let (_latchkey, service) = Latchkey::start().await;
    let form = format!("{}&scope=", form_of(&service.bootstrap));
    let response = post(&service, FORM, form).await;
    assert_eq!(response.status(), 200);
    assert!(tests::body(response).await.get("scope").is_none());
}

#[tokio::test]
async fn a_refused_scope_uses_no_quota() {
    let (_latchkey, service) = Latchkey::start().await;
    let client = service.new_client(json!({ "tokenQuota": 1 })).await;
    for scope in ["read", "%22", "a++b", "%C3%A9"] {
        let form = format!("{}&scope={scope}", form_of(&client.credentials));
        refused(post(&service, FORM, form).await, 400, "invalid_scope").await;
    }
    issued(service.token(&client.credentials).await).await;
    let spent = service.token(&client.credentials).await;
    refused(spent, 429, "too_many_requests").await;
}

/// Promise 5: only an authenticated client learns whether a scope exists.
#[tokio::test]
async fn an_unknown_client_does_not_learn_which_scopes_exist() {
    let (_latchkey, service) = Latchkey::start().await;
    let mut credentials = service.bootstrap.clone();
    credentials.id = "0".repeat(32);
    let form = format!("{}&scope=read", form_of(&credentials));
    refused(post(&service, FORM, form).await, 401, "invalid_client").await;
}
