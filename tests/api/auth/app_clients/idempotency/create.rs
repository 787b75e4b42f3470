//! `POST /auth/app-clients`

use serde_json::json;

use tests::text;

use super::{Given, KEY, OTHER_KEY, create, made, named, send};
use crate::auth::policies::new_client_of;
use crate::auth::{Api, CLIENTS, client_path, header, refused};

#[tokio::test]
async fn a_repeat_gets_the_same_client_and_the_same_secret() {
    let api = Api::start().await;
    let document = named(&api, "Nightly import").await;
    let first = Given::of(create(&api, KEY, &document).await).await;
    assert_eq!(first.status, 201);
    assert_eq!(first.location, Some(client_path(&first.id())));
    assert!(!first.is_repeat);
    for _ in 0..2 {
        let repeat = Given::of(create(&api, KEY, &document).await).await;
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
    assert_eq!(made(&api).await, 1);
    assert!(api.accepts(&first.credentials()).await);
}

#[tokio::test]
async fn a_derived_secret_has_the_form_of_a_random_one() {
    let api = Api::start().await;
    let document = named(&api, "Nightly import").await;
    let derived = Given::of(create(&api, KEY, &document).await).await;
    let random = Given::of(api.create(&document).await).await;
    let is_base62 = |secret: &str| secret.bytes().all(|byte| byte.is_ascii_alphanumeric());
    for secret in [derived.secret(), random.secret()] {
        assert_eq!(secret.len(), 59);
        assert!(is_base62(secret.strip_prefix("lk_secret_").unwrap()));
    }
    assert_ne!(derived.secret(), random.secret());
}

#[tokio::test]
async fn another_key_creates_another_client() {
    let api = Api::start().await;
    let document = named(&api, "Nightly import").await;
    let one = Given::of(create(&api, KEY, &document).await).await;
    let other = Given::of(create(&api, OTHER_KEY, &document).await).await;
    assert!(!other.is_repeat);
    assert_ne!(one.id(), other.id());
    assert_ne!(one.secret(), other.secret());
}

#[tokio::test]
async fn a_repeat_shows_the_client_as_it_is_now() {
    let api = Api::start().await;
    let document = named(&api, "Nightly import").await;
    let first = Given::of(create(&api, KEY, &document).await).await;
    let change = json!({ "name": "Weekly import", "status": "disabled" });
    let changed = api.patch(&first.id(), change).await;
    let etag = changed.headers()["etag"].to_str().unwrap().to_owned();
    let repeat = Given::of(create(&api, KEY, &document).await).await;
    assert_eq!(repeat.status, 201);
    assert_eq!(repeat.location, first.location);
    assert_eq!(repeat.etag, etag);
    assert_eq!(repeat.secret(), first.secret());
    let mut expected = api.shown(&first.id()).await;
    assert_eq!(expected["attributes"]["name"], "Weekly import");
    expected["attributes"]["clientSecret"] = json!(first.secret());
    assert_eq!(repeat.data, expected);
}

#[tokio::test]
async fn parallel_repeats_create_one_client() {
    let api = Api::start().await;
    let document = named(&api, "Nightly import").await;
    let ask = async || Given::of(create(&api, KEY, &document).await).await;
    let (a, b, c, d) = tokio::join!(ask(), ask(), ask(), ask());
    let all = [a, b, c, d];
    assert_eq!(all.iter().filter(|given| !given.is_repeat).count(), 1);
    for given in &all {
        assert_eq!(given.status, 201);
        assert_eq!(given.data, all[0].data);
    }
    assert_eq!(made(&api).await, 1);
}

#[tokio::test]
async fn a_repeat_is_recognized_before_its_precondition() {
    let api = Api::start().await;
    let document = named(&api, "Nightly import").await;
    let first = Given::of(create(&api, KEY, &document).await).await;
    let fields = [("idempotency-key", KEY), ("if-match", "*")];
    let body = document.to_string();
    let repeat = send(&api, &api.admin, CLIENTS, &fields, Some(&body)).await;
    let repeat = Given::of(repeat).await;
    assert!(repeat.is_repeat);
    assert_eq!(repeat.data, first.data);
    let fields = [("idempotency-key", OTHER_KEY), ("if-match", "*")];
    let other = send(&api, &api.admin, CLIENTS, &fields, Some(&body)).await;
    refused(other, 412, "precondition_failed", header("If-Match")).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "writes to the table")]
async fn a_repeat_is_answered_although_its_role_is_gone() {
    let api = Api::start().await;
    let role = api.role_with(&[]).await;
    let document = new_client_of(&[&role], json!({}));
    let first = Given::of(create(&api, KEY, &document).await).await;
    let items = api.latchkey.table().items().await;
    let key = format!("ROLE#{role}");
    let item = items.iter().find(|item| item["sk"]["S"] == key.as_str());
    let partition = text(&item.unwrap()["pk"]["S"]);
    api.latchkey.table().delete_item(&partition, &key).await;
    let repeat = Given::of(create(&api, KEY, &document).await).await;
    assert_eq!(repeat.data, first.data);
}
