//! A request can be repeated for 24 hours, whether or not DynamoDB has deleted its item.

use serde_json::{Value, json};
use tests::BEGIN;

use super::{Given, KEY, create, kept, named, rotate};
use crate::auth::Api;

const DAY: u64 = 24 * 3_600;

/// Advances the clock, and gets a new token.
async fn later(mut api: Api, seconds: u64) -> Api {
    api.latchkey.clock.advance(seconds);
    api.admin = api.service.admin_token().await;
    api
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn the_last_second_of_24_hours_is_a_repeat_and_the_next_one_is_not() {
    let api = Api::start().await;
    let document = named(&api, "Nightly import").await;
    let first = Given::of(create(&api, KEY, &document).await).await;
    let api = later(api, DAY - 1).await;
    let repeat = Given::of(create(&api, KEY, &document).await).await;
    assert!(repeat.is_repeat);
    assert_eq!(repeat.data, first.data);
    let api = later(api, 1).await;
    let next = Given::of(create(&api, KEY, &document).await).await;
    assert!(!next.is_repeat);
    assert_ne!(next.id(), first.id());
    assert_eq!(kept(&api).await.len(), 1);
    let repeat = Given::of(create(&api, KEY, &document).await).await;
    assert_eq!(repeat.data, next.data);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn the_same_key_after_24_hours_gives_another_secret() {
    let api = Api::start().await;
    let client = api.client().await;
    let first = Given::of(rotate(&api, KEY, &client.id).await).await;
    let api = later(api, DAY).await;
    let second = Given::of(rotate(&api, KEY, &client.id).await).await;
    assert!(!second.is_repeat);
    assert_ne!(second.secret(), first.secret());
    assert!(api.accepts(&second.credentials()).await);
    assert!(!api.accepts(&first.credentials()).await);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn another_request_may_use_the_key_after_24_hours() {
    let api = Api::start().await;
    let client = api.client().await;
    rotate(&api, KEY, &client.id).await;
    let api = later(api, DAY).await;
    let document = named(&api, "Nightly import").await;
    let given = Given::of(create(&api, KEY, &document).await).await;
    assert_eq!((given.status.as_u16(), given.is_repeat), (201, false));
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "reads the table")]
async fn the_item_has_a_time_to_live_and_neither_the_key_nor_the_secret_nor_its_hash() {
    let api = Api::start().await;
    let client = api.client().await;
    let given = Given::of(rotate(&api, KEY, &client.id).await).await;
    let [item] = kept(&api).await.try_into().unwrap();
    assert_eq!(
        item["expires_at"],
        json!({ "N": (BEGIN + DAY).to_string() })
    );
    let hash = api.latchkey.table().record(&client.id).await["secret"]["S"].take();
    for secret in [KEY, &given.secret(), hash.as_str().unwrap()] {
        assert!(!item.to_string().contains(secret));
    }
    let mut names: Vec<_> = item.as_object().unwrap().keys().collect();
    names.sort();
    let expected = [
        "client",
        "created_at",
        "expires_at",
        "fingerprint",
        "nonce",
        "pk",
        "sk",
    ];
    assert_eq!(names, expected);
    assert_eq!(item["client"], json!({ "S": client.id }));
    // TTL would delete a client's record with this attribute.
    let record: Value = api.latchkey.table().record(&client.id).await;
    assert!(record.get("expires_at").is_none());
}
