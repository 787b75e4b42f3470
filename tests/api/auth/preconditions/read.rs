//! Requests that read.

use serde_json::{Value, json};
use tests::body;

use super::{Fields, OTHER, ask, client_with_tag, current, failed, rename, tag};
use crate::auth::{Api, CLIENTS, client_path};

const BUILDER_ADMIN: &str = "/auth/roles/6f1c0f2e-52f5-4a7c-9f0d-2c7c9f1f3a01";

/// Asserts that every path that shows one resource or several answers these fields with this status,
/// to GET and to HEAD.
async fn answers(fields: impl Fn(&str) -> Vec<(&'static str, String)>, status: u16) {
    let api = Api::start().await;
    let client = api.client().await;
    for path in [
        &client_path(&client.id),
        CLIENTS,
        BUILDER_ADMIN,
        "/auth/roles",
        "/auth/roles?filter[name]=Patient",
        "/auth/roles?filter[name]=None",
    ] {
        let tag = current(&api, path).await;
        let fields = fields(&tag);
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        for method in ["GET", "HEAD"] {
            let response = ask(&api, method, path, &fields, None).await;
            assert_eq!(response.status(), status, "{method} {path} {fields:?}");
            if status == 412 && method == "GET" {
                failed(response, "If-Match").await;
                continue;
            }
            if status == 412 {
                assert!(!response.headers().contains_key("etag"), "{path}");
            } else {
                assert_eq!(super::tag(&response), tag, "{method} {path}");
            }
            assert_eq!(response.headers()["cache-control"], "no-store");
            let has_type = response.headers().contains_key("content-type");
            let bytes = response.bytes().await.unwrap();
            assert_eq!(
                (has_type, !bytes.is_empty()),
                (status != 304, status == 200 && method == "GET"),
                "{method} {path}"
            );
        }
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "a gateway may add a content type")]
async fn a_known_state_gets_304_without_a_body() {
    answers(|tag| vec![("if-none-match", tag.to_owned())], 304).await;
}

/// RFC 9110 §8.6: a `Content-Length` would have to be that of the 200.
#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "a gateway may add a length")]
async fn a_304_has_no_content_length_for_get_and_for_head() {
    let api = Api::start().await;
    let path = client_path(&api.client().await.id);
    let tag = current(&api, &path).await;
    for method in ["GET", "HEAD"] {
        let response = ask(&api, method, &path, &[("if-none-match", &tag)], None).await;
        assert_eq!(response.status(), 304, "{method}");
        assert_eq!(super::tag(&response), tag, "{method}");
        let headers = response.headers();
        assert!(!headers.contains_key("content-length"), "{method}");
        assert!(!headers.contains_key("transfer-encoding"), "{method}");
        assert!(response.bytes().await.unwrap().is_empty(), "{method}");
    }
}

/// RFC 9110 §13.1.2: `If-None-Match` uses the weak comparison.
#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "a gateway may add a content type")]
async fn a_known_state_with_a_weak_tag_gets_304() {
    answers(|tag| vec![("if-none-match", format!("W/{tag}"))], 304).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "a gateway may add a content type")]
async fn one_known_state_among_others_gets_304() {
    answers(
        |tag| vec![("if-none-match", format!("{OTHER}, {tag}"))],
        304,
    )
    .await;
    let lines = |tag: &str| {
        vec![
            ("if-none-match", OTHER.to_owned()),
            ("if-none-match", tag.to_owned()),
        ]
    };
    answers(lines, 304).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "a gateway may add a content type")]
async fn if_none_match_with_an_asterisk_gets_304() {
    answers(|_| vec![("if-none-match", "*".to_owned())], 304).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "a gateway may add a content type")]
async fn an_unknown_state_is_shown() {
    answers(|_| vec![("if-none-match", OTHER.to_owned())], 200).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "a gateway may add a content type")]
async fn the_expected_state_is_shown() {
    answers(|tag| vec![("if-match", format!("{OTHER}, {tag}"))], 200).await;
    answers(|_| vec![("if-match", "*".to_owned())], 200).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "a gateway may add a content type")]
async fn a_state_that_is_not_the_expected_one_is_not_shown() {
    answers(|_| vec![("if-match", OTHER.to_owned())], 412).await;
}

/// RFC 9110 §13.1.1: `If-Match` uses the strong comparison.
#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "a gateway may add a content type")]
async fn a_weak_tag_in_if_match_never_matches() {
    answers(|tag| vec![("if-match", format!("W/{tag}"))], 412).await;
}

/// RFC 9110 §13.2.2: `If-Match` is evaluated first.
#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "a gateway may add a content type")]
async fn if_match_counts_before_if_none_match() {
    let fields = |tag: &str| {
        vec![
            ("if-none-match", tag.to_owned()),
            ("if-match", OTHER.to_owned()),
        ]
    };
    answers(fields, 412).await;
    let fields = |tag: &str| {
        vec![
            ("if-none-match", tag.to_owned()),
            ("if-match", tag.to_owned()),
        ]
    };
    answers(fields, 304).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "reads the log")]
async fn a_304_is_logged_as_done() {
    let api = Api::start().await;
    let (client, tag) = client_with_tag(&api).await;
    let _ = api.latchkey.lines.take();
    let fields: Fields<'_> = &[("if-none-match", &tag)];
    ask(&api, "GET", &client_path(&client.id), fields, None).await;
    let line = api.latchkey.lines.take_one();
    assert_eq!(
        (&line["status"], &line["outcome"]),
        (&json!(304), &json!("done"))
    );
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs a second instance")]
async fn the_tag_of_a_state_is_the_same_on_every_instance() {
    let api = Api::start().await;
    let client = api.client().await;
    let other = api.latchkey.instance().await;
    let mut tags = std::collections::BTreeSet::new();
    for path in [
        &client_path(&client.id),
        BUILDER_ADMIN,
        "/auth/roles",
        CLIENTS,
    ] {
        let here = current(&api, path).await;
        let there = other.manage(&api.admin, "GET", path, None).await;
        assert_eq!(tag(&there), here, "{path}");
        tags.insert(here);
    }
    assert_eq!(tags.len(), 4);
}

#[tokio::test]
async fn every_role_has_another_tag() {
    let api = Api::start().await;
    let roles = body(api.get("/auth/roles").await).await;
    let mut tags = std::collections::BTreeSet::new();
    // Other tests may create roles in the org.
    let is_managed = |role: &&Value| role["attributes"]["isManaged"] == true;
    for role in roles["data"].as_array().unwrap().iter().filter(is_managed) {
        let path = role["links"]["self"].as_str().unwrap();
        tags.insert(current(&api, path).await);
    }
    assert_eq!(tags.len(), 4);
}

#[tokio::test]
async fn every_change_gives_a_client_another_tag() {
    let api = Api::start().await;
    let (client, first) = client_with_tag(&api).await;
    let path = client_path(&client.id);
    let mut tags = vec![first];
    for (method, path, document) in [
        // All in the same second, and back to a former value.
        ("PATCH", path.clone(), Some(rename(&client, "Other"))),
        (
            "PATCH",
            path.clone(),
            Some(rename(&client, "Nightly import")),
        ),
        ("POST", path.clone() + "/rotate-secret", None),
    ] {
        let changed = ask(&api, method, &path, &[], document.as_ref()).await;
        let tag = tag(&changed);
        assert_eq!(
            tag,
            current(&api, &client_path(&client.id)).await,
            "{method}"
        );
        assert!(!tags.contains(&tag), "{method}");
        tags.push(tag);
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "a list may be late")]
async fn a_list_has_another_tag_after_a_change() {
    let api = Api::start().await;
    let client = api.client().await;
    let before = current(&api, CLIENTS).await;
    api.patch(&client.id, json!({ "name": "Other" })).await;
    let after = current(&api, CLIENTS).await;
    assert_ne!(after, before);
    let page = current(&api, "/auth/app-clients?page[size]=1").await;
    assert_ne!(page, after);
}

/// JSON:API 1.1 has no place for a tag in a list, so a tag comes only with a single resource.
#[tokio::test]
async fn a_tag_is_not_part_of_the_document() {
    let api = Api::start().await;
    let (client, tag) = client_with_tag(&api).await;
    let shown: Value = api.shown(&client.id).await;
    assert!(
        !shown.to_string().contains(tag.trim_matches('"')),
        "{shown}"
    );
}

#[tokio::test]
async fn an_error_and_a_deletion_have_no_tag() {
    let api = Api::start().await;
    let client = api.client().await;
    let path = client_path(&client.id);
    let deleted = ask(&api, "DELETE", &path, &[], None).await;
    let missing = api.get(&path).await;
    for (response, status) in [(deleted, 204), (missing, 404)] {
        assert_eq!(response.status(), status);
        assert!(!response.headers().contains_key("etag"));
    }
}
