//! The entity tag of a client stands for its revision and the day of its last token. A precondition for a
//! write compares the revision.

use tests::BEGIN;

use super::{Fields, ask, client_with_tag, current, failed, rename, tag};
use crate::auth::{Api, client_path};

const DAY: u64 = 86_400;

#[tokio::test]
async fn a_token_between_a_read_and_a_change_does_not_fail_the_change() {
    let api = Api::start().await;
    let (client, unused) = client_with_tag(&api).await;
    let path = client_path(&client.id);
    api.service.access_token(&client.credentials).await;
    let change = rename(&client, "Changed");
    let fields: Fields<'_> = &[("if-match", &unused)];
    let changed = ask(&api, "PATCH", &path, fields, Some(&change)).await;
    assert_eq!(changed.status(), 200);
    let tag = tag(&changed);
    assert_eq!(current(&api, &path).await, tag, "the whole state");
    let rotate = path.clone() + "/rotate-secret";
    let rotated = ask(&api, "POST", &rotate, &[("if-match", &tag)], None).await;
    assert_eq!(rotated.status(), 200);
    let stale = ask(&api, "DELETE", &path, &[("if-match", &tag)], None).await;
    failed(stale, "If-Match").await;
    let tag = super::tag(&rotated);
    assert_eq!(current(&api, &path).await, tag);
    let deleted = ask(&api, "DELETE", &path, &[("if-match", &tag)], None).await;
    assert_eq!(deleted.status(), 204);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn the_first_token_of_a_day_changes_the_tag_and_no_other_does() {
    let api = Api::start().await;
    let (client, unused) = client_with_tag(&api).await;
    let path = client_path(&client.id);
    let mut tags = vec![unused];
    for seconds in [0, 1, DAY - BEGIN % DAY - 2, 1, DAY] {
        api.latchkey.clock.advance(seconds);
        api.service.access_token(&client.credentials).await;
        let admin = api.service.admin_token().await;
        let read = api.service.manage(&admin, "GET", &path, None).await;
        tags.push(tag(&read));
    }
    let [unused, first, second, last, next, after] = tags.try_into().unwrap();
    assert_eq!([&first, &second], [&last; 2], "the same day");
    let mut different = vec![unused, first, next, after];
    different.dedup();
    assert_eq!(different.len(), 4, "{different:?}");
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn a_known_state_gets_304_until_a_token_of_another_day() {
    let api = Api::start().await;
    let (client, unused) = client_with_tag(&api).await;
    let path = client_path(&client.id);
    api.service.access_token(&client.credentials).await;
    let known = current(&api, &path).await;
    api.service.access_token(&client.credentials).await;
    for (sent, status) in [(&known, 304), (&unused, 200)] {
        let fields: Fields<'_> = &[("if-none-match", sent)];
        assert_eq!(ask(&api, "GET", &path, fields, None).await.status(), status);
    }
    // Both have the revision that the caller expects.
    for sent in [&unused, &known] {
        let fields: Fields<'_> = &[("if-match", sent)];
        assert_eq!(ask(&api, "GET", &path, fields, None).await.status(), 200);
    }
    api.latchkey.clock.advance(DAY);
    api.service.access_token(&client.credentials).await;
    let admin = api.service.admin_token().await;
    let read = api.service.request("GET", &path).bearer_auth(&admin);
    let read = read.header("if-none-match", &known).send().await.unwrap();
    assert_eq!(read.status(), 200);
}

/// A write replaces a revision, whatever the day.
#[tokio::test]
async fn a_change_that_does_not_want_this_revision_is_refused() {
    let api = Api::start().await;
    let (client, unused) = client_with_tag(&api).await;
    let path = client_path(&client.id);
    api.service.access_token(&client.credentials).await;
    let used = current(&api, &path).await;
    let change = rename(&client, "Changed");
    for sent in [unused, used] {
        let fields: Fields<'_> = &[("if-none-match", &sent)];
        let response = ask(&api, "PATCH", &path, fields, Some(&change)).await;
        failed(response, "If-None-Match").await;
    }
}
