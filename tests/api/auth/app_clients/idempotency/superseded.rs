//! A repeat whose result is no longer available gets 409, and changes nothing.

use local::Stack;
use serde_json::json;

use super::{Given, KEY, OTHER_KEY, create, made, named, refused_for_its_key, rotate};
use crate::auth::{Api, client_path};

const UNAVAILABLE: &str = "result_unavailable";

async fn current(api: &Api, id: &str) -> String {
    let response = api.get(&client_path(id)).await;
    response.headers()["etag"].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_repeated_rotation_after_another_one_gets_409() {
    let api = Api::start().await;
    let client = api.client().await;
    let first = Given::of(rotate(&api, KEY, &client.id).await).await;
    let second = Given::of(rotate(&api, OTHER_KEY, &client.id).await).await;
    refused_for_its_key(rotate(&api, KEY, &client.id).await, 409, UNAVAILABLE).await;
    let third = api.service.rotate(&api.admin, &client).await;
    for key in [KEY, OTHER_KEY] {
        refused_for_its_key(rotate(&api, key, &client.id).await, 409, UNAVAILABLE).await;
    }
    assert!(!api.accepts(&first.credentials()).await);
    assert!(!api.accepts(&second.credentials()).await);
    assert!(api.accepts(&third).await);
}

#[tokio::test]
async fn a_repeated_creation_after_a_rotation_gets_409() {
    let api = Api::start().await;
    let document = named(&api, "Nightly import").await;
    let first = Given::of(create(&api, KEY, &document).await).await;
    rotate(&api, OTHER_KEY, &first.id()).await;
    let before = current(&api, &first.id()).await;
    refused_for_its_key(create(&api, KEY, &document).await, 409, UNAVAILABLE).await;
    assert_eq!(current(&api, &first.id()).await, before);
    assert_eq!(made(&api).await, 1);
}

#[tokio::test]
async fn a_repeat_after_the_deletion_of_its_client_gets_409() {
    let api = Api::start().await;
    let client = api.client().await;
    rotate(&api, KEY, &client.id).await;
    let document = named(&api, "Nightly import").await;
    let created = Given::of(create(&api, OTHER_KEY, &document).await).await;
    for id in [&client.id, &created.id()] {
        let deleted = api.ask("DELETE", &client_path(id), None).await;
        assert_eq!(deleted.status(), 204);
    }
    refused_for_its_key(rotate(&api, KEY, &client.id).await, 409, UNAVAILABLE).await;
    let repeat = create(&api, OTHER_KEY, &document).await;
    refused_for_its_key(repeat, 409, UNAVAILABLE).await;
    assert_eq!(made(&api).await, 0);
}

/// The hash in the record tells that it would be another secret.
#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "replaces the pepper")]
async fn a_repeat_after_the_pepper_was_replaced_gets_409_instead_of_a_wrong_secret() {
    let api = Api::start().await;
    let client = api.client().await;
    let first = Given::of(rotate(&api, KEY, &client.id).await).await;
    let pepper = json!({
        "SecretId": Stack::IDEMPOTENCY_PEPPER,
        "SecretString": "p".repeat(64),
        "ClientRequestToken": "00000000-0000-0000-0000-000000000001",
    });
    api.latchkey
        .ask_secrets_manager("PutSecretValue", &pepper)
        .unwrap();
    api.latchkey.clock.advance(299);
    let repeat = Given::of(rotate(&api, KEY, &client.id).await).await;
    assert_eq!(repeat.secret(), first.secret());
    api.latchkey.clock.advance(1);
    refused_for_its_key(rotate(&api, KEY, &client.id).await, 409, UNAVAILABLE).await;
    assert!(api.accepts(&first.credentials()).await);
    let next = Given::of(rotate(&api, OTHER_KEY, &client.id).await).await;
    let repeat = Given::of(rotate(&api, OTHER_KEY, &client.id).await).await;
    assert_eq!(repeat.secret(), next.secret());
}
