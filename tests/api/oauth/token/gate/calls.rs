//! Promise 1: the number of AWS calls for a token.

use serde_json::json;
use tests::Latchkey;

#[tokio::test]
async fn a_cold_instance_makes_three_calls() {
    let (latchkey, service) = Latchkey::start().await;
    let client = service.new_client(json!({})).await;
    let cold = latchkey.instance().await;
    assert_eq!(cold.token(&client.credentials).await.status(), 200);
    let mut calls = cold.aws.calls();
    calls.sort();
    assert_eq!(calls, ["GetSecretValue", "Query", "UpdateItem"]);
}

#[tokio::test]
async fn a_warm_instance_makes_one_call() {
    let (latchkey, service) = Latchkey::start().await;
    let client = service.new_client(json!({})).await;
    service.access_token(&client.credentials).await;
    service.aws.calls();
    service.access_token(&client.credentials).await;
    assert_eq!(service.aws.calls(), ["UpdateItem"]);
    for _ in 0..3 {
        latchkey.clock.advance(60);
        service.access_token(&client.credentials).await;
        latchkey.clock.advance(7);
        service.access_token(&client.credentials).await;
        let calls = service.aws.calls();
        let gate: Vec<_> = calls
            .iter()
            .filter(|call| *call != "GetSecretValue")
            .collect();
        assert_eq!(gate, ["UpdateItem", "UpdateItem"]);
    }
}

#[tokio::test]
async fn a_warm_instance_makes_one_call_after_another_counted_in_the_same_bucket() {
    let (latchkey, one) = Latchkey::start().await;
    let other = latchkey.instance().await;
    let client = one.new_client(json!({})).await;
    one.access_token(&client.credentials).await;
    other.access_token(&client.credentials).await;
    one.aws.calls();
    one.access_token(&client.credentials).await;
    assert_eq!(one.aws.calls(), ["UpdateItem"]);
    other.access_token(&client.credentials).await;
    latchkey.clock.advance(60);
    one.access_token(&client.credentials).await;
    assert_eq!(one.aws.calls(), ["UpdateItem"]);
}

#[tokio::test]
async fn a_warm_instance_makes_two_calls_after_another_rolled_the_bucket() {
    let (latchkey, one) = Latchkey::start().await;
    let other = latchkey.instance().await;
    let client = one.new_client(json!({})).await;
    one.access_token(&client.credentials).await;
    latchkey.clock.advance(60);
    other.access_token(&client.credentials).await;
    one.aws.calls();
    one.access_token(&client.credentials).await;
    assert_eq!(one.aws.calls(), ["UpdateItem", "UpdateItem"]);
}

#[tokio::test]
async fn a_warm_instance_reads_the_record_again_after_a_change() {
    let (_latchkey, service) = Latchkey::start().await;
    let admin = service.admin_token().await;
    let client = service
        .create_client(&admin, "Builder Admin", json!({}))
        .await;
    service.access_token(&client.credentials).await;
    let changed = service
        .patch(&admin, &client.id, json!({ "name": "Other" }))
        .await;
    assert_eq!(changed.status(), 200);
    service.aws.calls();
    service.access_token(&client.credentials).await;
    assert_eq!(service.aws.calls(), ["UpdateItem", "Query", "UpdateItem"]);
}

#[tokio::test]
async fn the_keys_are_read_again_every_five_minutes() {
    let (latchkey, service) = Latchkey::start().await;
    let client = service.new_client(json!({})).await;
    service.access_token(&client.credentials).await;
    latchkey.clock.advance(299);
    service.aws.calls();
    service.access_token(&client.credentials).await;
    assert_eq!(service.aws.calls(), ["UpdateItem"]);
    latchkey.clock.advance(1);
    service.access_token(&client.credentials).await;
    let mut calls = service.aws.calls();
    calls.sort();
    assert_eq!(calls, ["GetSecretValue", "UpdateItem"]);
}

#[tokio::test]
async fn malformed_credentials_cost_no_call_and_wrong_ones_cost_one() {
    let (_latchkey, service) = Latchkey::start().await;
    let client = service.new_client(json!({})).await;
    service.access_token(&client.credentials).await;
    service.aws.calls();

    let mut malformed = client.credentials.clone();
    malformed.secret.pop();
    assert_eq!(service.token(&malformed).await.status(), 401);
    assert!(service.aws.calls().is_empty());

    let mut wrong_secret = client.credentials.clone();
    wrong_secret.secret = service.bootstrap.secret.clone();
    assert_eq!(service.token(&wrong_secret).await.status(), 401);
    assert_eq!(service.aws.calls(), ["Query"]);

    let mut unknown = client.credentials.clone();
    unknown.id = "0".repeat(32);
    assert_eq!(service.token(&unknown).await.status(), 401);
    assert_eq!(service.aws.calls(), ["Query"]);

    // Requests with wrong credentials do not remove the client from the cache.
    service.access_token(&client.credentials).await;
    assert_eq!(service.aws.calls(), ["UpdateItem"]);
}

#[tokio::test]
async fn wrong_credentials_never_make_an_instance_read_the_keys_again() {
    let (latchkey, service) = Latchkey::start().await;
    let client = service.new_client(json!({})).await;
    service.access_token(&client.credentials).await;
    latchkey.clock.advance(400);
    service.aws.calls();
    let mut wrong_secret = client.credentials.clone();
    wrong_secret.secret = service.bootstrap.secret.clone();
    assert_eq!(service.token(&wrong_secret).await.status(), 401);
    assert_eq!(service.aws.calls(), ["Query"]);
}

/// How many clients the cache holds is tested next to the code, in
/// `functions/token/src/clients.rs`.
#[tokio::test]
async fn a_client_that_got_no_token_on_an_instance_is_not_cached_there() {
    let (latchkey, service) = Latchkey::start().await;
    let client = service.new_client(json!({ "tokenQuota": 1 })).await;
    let client = client.credentials;
    let mut wrong_secret = client.clone();
    wrong_secret.secret = service.bootstrap.secret.clone();
    let mut scoped = client.clone();
    scoped.secret += "&scope=unknown";
    for (refused, status) in [(wrong_secret, 401), (scoped, 400), (client.clone(), 429)] {
        let instance = latchkey.instance().await;
        if status == 429 {
            service.access_token(&client).await;
        }
        assert_eq!(instance.token(&refused).await.status(), status);
        // The quota is available again.
        latchkey.clock.advance(2 * 3_600);
        for expected in [&["Query", "UpdateItem"][..], &["UpdateItem"]] {
            instance.aws.calls();
            instance.access_token(&client).await;
            let mut calls = instance.aws.calls();
            calls.retain(|call| call != "GetSecretValue");
            assert_eq!(calls, expected, "after {status}");
            latchkey.clock.advance(2 * 3_600);
        }
    }
}
