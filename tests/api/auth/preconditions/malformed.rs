//! Header fields that are no lists of entity tags.

use serde_json::json;
use tests::api_error;

use super::{ask, client_with_tag, current, rename};
use crate::auth::{Api, CLIENTS, client_path, first_secret, header, refused};

/// Asserts that this value gets 400 from every endpoint, which then has no effect.
async fn is_malformed(value: &str) {
    let api = Api::start().await;
    let (client, tag) = client_with_tag(&api).await;
    let path = client_path(&client.id);
    let new = api.new_client(json!({})).await;
    let change = rename(&client, "Other");
    for (method, path, document) in [
        ("GET", CLIENTS.to_owned(), None),
        ("GET", path.clone(), None),
        ("GET", "/auth/roles".to_owned(), None),
        ("GET", format!("/auth/roles/{}", crate::auth::NO_ROLE), None),
        ("POST", CLIENTS.to_owned(), Some(&new)),
        ("PATCH", path.clone(), Some(&change)),
        ("POST", path.clone() + "/rotate-secret", None),
        ("GET", path.clone() + "/secrets", None),
        ("POST", path.clone() + "/secrets", None),
        (
            "GET",
            format!("{path}/secrets/{}", first_secret(&client)),
            None,
        ),
        (
            "DELETE",
            format!("{path}/secrets/{}", first_secret(&client)),
            None,
        ),
        ("DELETE", path.clone(), None),
    ] {
        for field in ["If-Match", "If-None-Match"] {
            let response = ask(&api, method, &path, &[(field, value)], document).await;
            refused(response, 400, "invalid_precondition", header(field)).await;
        }
    }
    assert_eq!(current(&api, &path).await, tag);
    assert_eq!(api.all_clients().await.len(), 2);
    assert!(api.accepts(&client.credentials).await);
}

#[tokio::test]
async fn a_tag_without_quotes_is_refused() {
    is_malformed("nope").await;
}

#[tokio::test]
async fn a_tag_in_single_quotes_is_refused() {
    is_malformed("'nope'").await;
}

#[tokio::test]
async fn a_tag_whose_quote_does_not_end_is_refused() {
    is_malformed("\"nope").await;
}

#[tokio::test]
async fn tags_without_a_comma_between_them_are_refused() {
    is_malformed("\"a\" \"b\"").await;
}

#[tokio::test]
async fn a_weak_tag_with_a_small_letter_is_refused() {
    is_malformed("w/\"a\"").await;
}

#[tokio::test]
async fn an_asterisk_with_a_tag_is_refused() {
    is_malformed("*, \"a\"").await;
}

/// What a script sends whose variable is empty.
#[tokio::test]
async fn an_empty_field_is_refused() {
    is_malformed("").await;
}

#[tokio::test]
async fn the_error_says_what_a_tag_looks_like() {
    let api = Api::start().await;
    let response = ask(&api, "GET", CLIENTS, &[("if-match", "nope")], None).await;
    let error = api_error(response).await;
    let detail = "If-Match must be * or a list of entity tags in double quotes.";
    assert_eq!(error["detail"], detail);
}
