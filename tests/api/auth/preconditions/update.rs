//! `PATCH` and `PUT /auth/app-clients/{id}`

use serde_json::Value;
use tests::Client;

use super::{Fields, OTHER, ask, client_with_tag, current, failed, name, rename, tag};
use crate::auth::{Api, client_path};

/// A document with the client's role that renames it, for either method.
async fn named(api: &Api, client: &Client) -> Value {
    let mut document = rename(client, "Other");
    let shown = api.shown(&client.id).await;
    document["data"]["relationships"] = shown["relationships"].clone();
    document
}

/// Renames a client under these fields.
async fn renames(fields: impl Fn(&str) -> Vec<(&'static str, String)>) {
    renames_by("PATCH", &fields).await;
    renames_by("PUT", &fields).await;
}

async fn renames_by(method: &str, fields: impl Fn(&str) -> Vec<(&'static str, String)>) {
    let api = Api::start().await;
    let (client, tag) = client_with_tag(&api).await;
    let fields = fields(&tag);
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let path = client_path(&client.id);
    let document = named(&api, &client).await;
    let response = ask(&api, method, &path, &fields, Some(&document)).await;
    assert_eq!(response.status(), 200, "{fields:?}");
    assert_eq!(name(&api, &client).await, "Other");
    let after = super::tag(&response);
    assert_ne!(after, tag);
    assert_eq!(after, current(&api, &path).await);
}

/// Fails to rename a client under these fields; `field` is the one that does not hold.
async fn does_not_rename(field: &str, fields: impl Fn(&str) -> Vec<(&'static str, String)>) {
    does_not_rename_by("PATCH", field, &fields).await;
    does_not_rename_by("PUT", field, &fields).await;
}

async fn does_not_rename_by(
    method: &str,
    field: &str,
    fields: impl Fn(&str) -> Vec<(&'static str, String)>,
) {
    let api = Api::start().await;
    let (client, tag) = client_with_tag(&api).await;
    let before = api.shown(&client.id).await;
    let fields = fields(&tag);
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let path = client_path(&client.id);
    let document = named(&api, &client).await;
    failed(
        ask(&api, method, &path, &fields, Some(&document)).await,
        field,
    )
    .await;
    assert_eq!(api.shown(&client.id).await, before);
    assert_eq!(current(&api, &path).await, tag);
}

#[tokio::test]
async fn the_expected_state_is_changed() {
    renames(|tag| vec![("if-match", tag.to_owned())]).await;
    renames(|tag| vec![("if-match", format!("{OTHER} , {tag}"))]).await;
    renames(|tag| vec![("if-match", OTHER.to_owned()), ("if-match", tag.to_owned())]).await;
}

#[tokio::test]
async fn if_match_with_an_asterisk_changes_any_state() {
    renames(|_| vec![("if-match", "*".to_owned())]).await;
}

#[tokio::test]
async fn if_none_match_with_another_state_changes_the_client() {
    renames(|_| vec![("if-none-match", OTHER.to_owned())]).await;
}

#[tokio::test]
async fn another_state_is_not_changed() {
    does_not_rename("If-Match", |_| vec![("if-match", OTHER.to_owned())]).await;
}

#[tokio::test]
async fn a_weak_tag_does_not_permit_a_change() {
    does_not_rename("If-Match", |tag| vec![("if-match", format!("W/{tag}"))]).await;
}

#[tokio::test]
async fn an_unwanted_state_is_not_changed() {
    let field = "If-None-Match";
    does_not_rename(field, |tag| vec![("if-none-match", format!("W/{tag}"))]).await;
    does_not_rename(field, |_| vec![("if-none-match", "*".to_owned())]).await;
}

/// Two people edit one client, in the same second. The second has not seen the change of the first.
#[tokio::test]
async fn a_stale_copy_does_not_overwrite_a_change_in_the_same_second() {
    let api = Api::start().await;
    let (client, seen) = client_with_tag(&api).await;
    let stale_copy = serde_json::json!({ "data": api.shown(&client.id).await });
    let disabled = api
        .patch(&client.id, serde_json::json!({ "status": "disabled" }))
        .await;
    assert_eq!(disabled.status(), 200);
    let path = client_path(&client.id);
    let fields: Fields<'_> = &[("if-match", &seen)];
    failed(
        ask(&api, "PATCH", &path, fields, Some(&stale_copy)).await,
        "If-Match",
    )
    .await;
    assert_eq!(
        api.shown(&client.id).await["attributes"]["status"],
        "disabled"
    );
    assert!(!api.accepts(&client.credentials).await);
}

#[tokio::test]
async fn without_a_precondition_a_change_applies_to_the_current_state() {
    let api = Api::start().await;
    let client = api.client().await;
    let disabled = api
        .patch(&client.id, serde_json::json!({ "status": "disabled" }))
        .await;
    assert_eq!(disabled.status(), 200);
    let path = client_path(&client.id);
    let renamed = ask(&api, "PATCH", &path, &[], Some(&rename(&client, "Other"))).await;
    assert_eq!(renamed.status(), 200);
    let shown = api.shown(&client.id).await;
    assert_eq!(shown["attributes"]["status"], "disabled");
    assert_eq!(shown["attributes"]["name"], "Other");
}

#[tokio::test]
async fn each_answer_has_the_tag_for_the_next_change() {
    let api = Api::start().await;
    let (client, mut current) = client_with_tag(&api).await;
    let path = client_path(&client.id);
    for name in ["One", "Two", "Three"] {
        let fields: Fields<'_> = &[("if-match", &current)];
        let response = ask(&api, "PATCH", &path, fields, Some(&rename(&client, name))).await;
        assert_eq!(response.status(), 200);
        current = tag(&response);
    }
    assert_eq!(name(&api, &client).await, "Three");
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "counts AWS calls")]
async fn a_precondition_costs_no_aws_call() {
    let api = Api::start().await;
    let (client, tag) = client_with_tag(&api).await;
    let path = client_path(&client.id);
    let document = rename(&client, "Other");
    ask(&api, "PATCH", &path, &[], Some(&document)).await;
    ask(
        &api,
        "DELETE",
        &client_path(&api.client().await.id),
        &[],
        None,
    )
    .await;
    let document = rename(&client, "Another");
    api.service.aws.calls();
    let stale: Fields<'_> = &[("if-match", &tag)];
    let any: Fields<'_> = &[("if-match", "*")];
    failed(
        ask(&api, "PATCH", &path, stale, Some(&document)).await,
        "If-Match",
    )
    .await;
    assert_eq!(api.service.aws.calls(), ["GetItem", "Query"]);
    ask(&api, "PATCH", &path, any, Some(&document)).await;
    assert_eq!(
        api.service.aws.calls(),
        ["GetItem", "Query", "TransactWriteItems"]
    );
    ask(&api, "DELETE", &path, any, None).await;
    assert_eq!(
        api.service.aws.calls(),
        ["GetItem", "GetItem", "TransactWriteItems"]
    );
}
