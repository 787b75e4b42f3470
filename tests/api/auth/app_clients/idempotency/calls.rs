//! The AWS calls of requests with a key. Requests without one make the same calls as ever.

use serde_json::json;
use tests::aws::Break;

use super::{Given, KEY, OTHER_KEY, create, made, named, rotate, rotation, send};
use crate::auth::{Api, CLIENTS, refused};

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "counts AWS calls")]
async fn a_first_request_reads_the_pepper_every_five_minutes_and_a_repeat_makes_two_reads_more() {
    let api = Api::start().await;
    let document = named(&api, "Nightly import").await;
    let client = api.client().await;
    api.service.rotate(&api.admin, &client).await;
    let _ = api.service.aws.calls();
    create(&api, KEY, &document).await;
    let (write, read, client_read) = ("TransactWriteItems", "GetItem", "Query");
    let first = [read, "GetSecretValue", write];
    assert_eq!(api.service.aws.calls(), first);
    create(&api, OTHER_KEY, &document).await;
    assert_eq!(api.service.aws.calls(), [read, write]);
    create(&api, KEY, &document).await;
    let repeat = [read, write, read, client_read];
    assert_eq!(api.service.aws.calls(), repeat);
    rotate(&api, "a", &client.id).await;
    let first = [read, "GetSecretValue", client_read, write];
    assert_eq!(api.service.aws.calls(), first);
    let repeat = [read, client_read, write, read, client_read];
    rotate(&api, "a", &client.id).await;
    assert_eq!(api.service.aws.calls(), repeat);
    api.latchkey.clock.advance(299);
    rotate(&api, "a", &client.id).await;
    assert_eq!(api.service.aws.calls(), repeat);
    api.latchkey.clock.advance(1);
    rotate(&api, "a", &client.id).await;
    let mut with_pepper = repeat.to_vec();
    with_pepper.insert(1, "GetSecretValue");
    // The key set is five minutes old, too.
    with_pepper.insert(0, read);
    assert_eq!(api.service.aws.calls(), with_pepper);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "counts AWS calls")]
async fn a_request_without_a_key_does_not_read_the_pepper() {
    let api = Api::start().await;
    let client = api.client().await;
    let document = named(&api, "Nightly import").await;
    api.service.rotate(&api.admin, &client).await;
    let _ = api.service.aws.calls();
    for (path, document, found) in [
        (CLIENTS, Some(&document), None),
        (&rotation(&client.id), None, Some("Query")),
    ] {
        let response = api.ask("POST", path, document).await;
        assert!(response.status().is_success());
        let calls = [&["GetItem"], found.as_slice(), &["TransactWriteItems"]].concat();
        assert_eq!(api.service.aws.calls(), calls);
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn while_secrets_manager_fails_only_requests_with_a_key_get_503() {
    let api = Api::start().await;
    let client = api.client().await;
    let document = named(&api, "Nightly import").await;
    api.service
        .aws
        .break_always("GetSecretValue", Break::InternalError);
    for response in [
        create(&api, KEY, &document).await,
        rotate(&api, KEY, &client.id).await,
    ] {
        refused(response, 503, "temporarily_unavailable", json!(null)).await;
    }
    assert!(api.accepts(&client.credentials).await);
    assert_eq!(api.create(&document).await.status(), 201);
    api.service.rotate(&api.admin, &client).await;
    api.service.aws.recover();
    let given = Given::of(create(&api, KEY, &document).await).await;
    assert!(!given.is_repeat);
    assert_eq!(made(&api).await, 3);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "replaces the pepper")]
async fn a_pepper_that_is_too_short_gets_500_and_changes_nothing() {
    let api = Api::start().await;
    let client = api.client().await;
    let short = json!({
        "SecretId": local::Stack::IDEMPOTENCY_PEPPER,
        "SecretString": "p".repeat(31),
        "ClientRequestToken": "00000000-0000-0000-0000-000000000001",
    });
    let stored = api.latchkey.ask_secrets_manager("PutSecretValue", &short);
    assert!(stored.is_ok());
    let fields = [("idempotency-key", KEY)];
    let response = send(&api, &api.admin, &rotation(&client.id), &fields, None).await;
    refused(response, 500, "server_error", json!(null)).await;
    assert!(api.accepts(&client.credentials).await);
}
