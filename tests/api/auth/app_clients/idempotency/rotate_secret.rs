//! `POST /auth/app-clients/{id}/rotate-secret`

use serde_json::json;

use super::{Given, KEY, OTHER_KEY, rotate, rotation, send};
use crate::auth::{Api, client_path, header, refused};

#[tokio::test]
async fn a_repeat_gets_the_same_secret_and_rotates_nothing() {
    let api = Api::start().await;
    let client = api.client().await;
    let first = Given::of(rotate(&api, KEY, &client.id).await).await;
    assert_eq!(first.status, 200);
    assert!(!first.is_repeat);
    for _ in 0..2 {
        let repeat = Given::of(rotate(&api, KEY, &client.id).await).await;
        assert!(repeat.is_repeat);
        let is_repeat = false;
        assert_eq!(
            Given {
                is_repeat,
                ..repeat
            },
            first
        );
    }
    assert!(!api.accepts(&client.credentials).await);
    assert!(api.accepts(&first.credentials()).await);
}

/// The change itself is why `If-Match` does not hold any longer.
#[tokio::test]
async fn a_repeat_is_recognized_before_its_precondition() {
    let api = Api::start().await;
    let client = api.client().await;
    let before = api.get(&client_path(&client.id)).await;
    let tag = before.headers()["etag"].to_str().unwrap().to_owned();
    let ask = async |key| {
        let fields = [("idempotency-key", key), ("if-match", tag.as_str())];
        send(&api, &api.admin, &rotation(&client.id), &fields, None).await
    };
    let first = Given::of(ask(KEY).await).await;
    let repeat = Given::of(ask(KEY).await).await;
    assert!(repeat.is_repeat);
    assert_eq!(repeat.data, first.data);
    let other = ask(OTHER_KEY).await;
    refused(other, 412, "precondition_failed", header("If-Match")).await;
    assert!(api.accepts(&first.credentials()).await);
}

#[tokio::test]
async fn a_repeat_after_another_change_shows_it() {
    let api = Api::start().await;
    let client = api.client().await;
    let first = Given::of(rotate(&api, KEY, &client.id).await).await;
    api.patch(&client.id, json!({ "name": "Weekly import" }))
        .await;
    let repeat = Given::of(rotate(&api, KEY, &client.id).await).await;
    assert_eq!(repeat.secret(), first.secret());
    assert_ne!(repeat.etag, first.etag);
    assert_eq!(repeat.data["attributes"]["name"], "Weekly import");
}

#[tokio::test]
async fn parallel_repeats_rotate_once() {
    let api = Api::start().await;
    let client = api.client().await;
    let ask = async || Given::of(rotate(&api, KEY, &client.id).await).await;
    let (a, b, c, d) = tokio::join!(ask(), ask(), ask(), ask());
    let all = [a, b, c, d];
    assert_eq!(all.iter().filter(|given| !given.is_repeat).count(), 1);
    for given in &all {
        assert_eq!((given.status, &given.data), (all[0].status, &all[0].data));
    }
    assert!(api.accepts(&all[0].credentials()).await);
}

#[tokio::test]
async fn another_key_rotates_again() {
    let api = Api::start().await;
    let client = api.client().await;
    let first = Given::of(rotate(&api, KEY, &client.id).await).await;
    let second = Given::of(rotate(&api, OTHER_KEY, &client.id).await).await;
    assert!(!second.is_repeat);
    assert!(!api.accepts(&first.credentials()).await);
    assert!(api.accepts(&second.credentials()).await);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "reads the log")]
async fn the_audit_event_says_that_a_request_was_a_repeat() {
    let api = Api::start().await;
    let client = api.client().await;
    for (is_repeat, expected) in [(false, json!(null)), (true, json!(true))] {
        let _ = api.latchkey.lines.take();
        let given = Given::of(rotate(&api, KEY, &client.id).await).await;
        assert_eq!(given.is_repeat, is_repeat);
        let line = api.latchkey.lines.take_one();
        let audit = &line["audit"];
        assert_eq!(audit["action"], "IAM:RotateM2MClientSecret");
        assert_eq!(audit["resource_id"], client.id.as_str());
        assert_eq!(audit["repeat"], expected);
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "reads the log")]
async fn the_audit_event_of_a_repeated_creation_names_the_first_client_and_no_change() {
    let api = Api::start().await;
    let document = super::named(&api, "Nightly import").await;
    let first = Given::of(super::create(&api, KEY, &document).await).await;
    let _ = api.latchkey.lines.take();
    super::create(&api, KEY, &document).await;
    let line = api.latchkey.lines.take_one();
    let audit = &line["audit"];
    assert_eq!(audit["resource_id"], first.id().as_str());
    assert_eq!(audit["repeat"], true);
    assert!(audit.get("changed").is_none());
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "reads the log")]
async fn the_audit_event_of_another_request_under_a_key_names_no_resource_of_the_attempt() {
    let api = Api::start().await;
    let document = super::named(&api, "Nightly import").await;
    super::create(&api, KEY, &document).await;
    let other = super::named(&api, "Weekly import").await;
    let _ = api.latchkey.lines.take();
    let refused = super::create(&api, KEY, &other).await;
    assert_eq!(refused.status(), 422);
    let line = api.latchkey.lines.take_one();
    let audit = &line["audit"];
    assert_eq!(audit["action"], "IAM:CreateM2MClient");
    assert!(audit.get("resource_id").is_none() && audit.get("changed").is_none());
}
