//! Conflicts between the gate's write and a management change, on either side.

use serde_json::json;
use tests::aws::Break;
use tests::{Latchkey, oauth_error};

#[tokio::test]
async fn a_token_request_that_conflicts_with_a_change_is_retried() {
    let (_latchkey, service) = Latchkey::start().await;
    let client = service.new_client(json!({})).await;
    service.access_token(&client.credentials).await;
    service.aws.break_next("UpdateItem", &[Break::Conflict; 4]);
    service.access_token(&client.credentials).await;
}

#[tokio::test]
async fn a_change_that_conflicts_with_a_token_request_is_retried() {
    let (_latchkey, service) = Latchkey::start().await;
    let admin = service.admin_token().await;
    let client = service
        .create_client(&admin, "Builder Admin", json!({}))
        .await;
    service
        .aws
        .break_next("TransactWriteItems", &[Break::Conflict; 4]);
    let fresh = service.rotate(&admin, &client).await;
    service.access_token(&fresh).await;
}

#[tokio::test]
async fn persistent_conflicts_get_a_503_and_no_token() {
    let (_latchkey, service) = Latchkey::start().await;
    let admin = service.admin_token().await;
    let client = service
        .create_client(&admin, "Builder Admin", json!({}))
        .await;
    service.aws.break_always("UpdateItem", Break::Conflict);
    let refused = service.token(&client.credentials).await;
    assert_eq!(refused.status(), 503);
    assert!(refused.headers().contains_key("retry-after"));
    assert_eq!(oauth_error(refused).await, "temporarily_unavailable");

    service
        .aws
        .break_always("TransactWriteItems", Break::Conflict);
    let refused = service
        .patch(&admin, &client.id, json!({ "name": "Other" }))
        .await;
    assert_eq!(refused.status(), 503);
    assert!(refused.headers().contains_key("retry-after"));

    service.aws.recover();
    service.access_token(&client.credentials).await;
}

#[tokio::test]
async fn a_change_whose_response_is_lost_is_made_once() {
    let (_latchkey, service) = Latchkey::start().await;
    let admin = service.admin_token().await;
    let client = service
        .create_client(&admin, "Builder Admin", json!({}))
        .await;
    service
        .aws
        .break_next("TransactWriteItems", &[Break::ResponseLost]);
    let fresh = service.rotate(&admin, &client).await;
    service.access_token(&fresh).await;
    assert_eq!(service.token(&client.credentials).await.status(), 401);
}

#[tokio::test]
async fn counts_whose_response_is_lost_do_not_exceed_the_quota() {
    let (_latchkey, service) = Latchkey::start().await;
    let client = service.new_client(json!({ "tokenQuota": 6 })).await;
    let mut issued = 0;
    for turn in 0..12 {
        if turn % 2 == 0 {
            service.aws.break_next("UpdateItem", &[Break::ResponseLost]);
        }
        match service.token(&client.credentials).await.status().as_u16() {
            200 => issued += 1,
            429 => {}
            other => panic!("status {other}"),
        }
    }
    assert!((1..=6).contains(&issued), "{issued}");
}

#[tokio::test]
async fn only_the_first_request_uses_quota_while_secrets_manager_is_down() {
    let (latchkey, service) = Latchkey::start().await;
    let client = service.new_client(json!({ "tokenQuota": 3 })).await;
    service.access_token(&client.credentials).await;
    latchkey.clock.advance(400);
    service
        .aws
        .break_always("GetSecretValue", Break::InternalError);
    for _ in 0..4 {
        let refused = service.token(&client.credentials).await;
        assert_eq!(refused.status(), 503);
        assert!(refused.headers().contains_key("retry-after"));
    }
    service.aws.recover();
    latchkey.clock.advance(2);
    // The first request counted in parallel with its failed read of the keys; the others did not.
    service.access_token(&client.credentials).await;
    assert_eq!(service.token(&client.credentials).await.status(), 429);
}

/// Conflicts and changes by others use up the same attempts.
#[tokio::test]
async fn a_change_makes_at_most_ten_transactions_for_any_mixture_of_causes() {
    let (_latchkey, service) = Latchkey::start().await;
    let admin = service.admin_token().await;
    let client = service.new_client(json!({})).await;
    let _ = service.aws.calls();
    let mixture = [Break::Conflict, Break::ConditionFailed].repeat(10);
    service.aws.break_next("TransactWriteItems", &mixture);
    let refused = service
        .patch(&admin, &client.id, json!({ "name": "Other" }))
        .await;
    assert_eq!(refused.status(), 503);
    let calls = service.aws.calls();
    let count = |operation| calls.iter().filter(|call| *call == operation).count();
    assert_eq!(count("TransactWriteItems"), 10, "{calls:?}");
}

/// As if the client were changed before each write.
#[tokio::test]
async fn a_token_request_that_is_overtaken_on_every_attempt_gets_a_503_after_ten_calls() {
    let (_latchkey, service) = Latchkey::start().await;
    let client = service.new_client(json!({})).await;
    service.access_token(&client.credentials).await;
    let _ = service.aws.calls();
    service
        .aws
        .break_always("UpdateItem", Break::ConditionFailed);
    let refused = service.token(&client.credentials).await;
    assert_eq!(refused.status(), 503);
    assert_eq!(oauth_error(refused).await, "temporarily_unavailable");
    let calls = service.aws.calls();
    assert_eq!(calls, ["UpdateItem", "Query"].repeat(5));

    let mixture = [Break::Conflict, Break::ConditionFailed].repeat(10);
    service.aws.recover();
    service.aws.break_next("UpdateItem", &mixture);
    assert_eq!(service.token(&client.credentials).await.status(), 503);
    assert_eq!(service.aws.calls().len(), 10);
}

/// Nothing is read after the last attempt.
#[tokio::test]
async fn a_change_that_is_overtaken_on_every_attempt_gets_a_503_after_ten() {
    let (_latchkey, service) = Latchkey::start().await;
    let admin = service.admin_token().await;
    let client = service
        .create_client(&admin, "Builder Admin", json!({}))
        .await;
    let _ = service.aws.calls();
    service
        .aws
        .break_always("TransactWriteItems", Break::ConditionFailed);
    let refused = service
        .patch(&admin, &client.id, json!({ "name": "Other" }))
        .await;
    assert_eq!(refused.status(), 503);
    assert!(refused.headers().contains_key("retry-after"));
    let calls = service.aws.calls();
    let count = |operation| calls.iter().filter(|call| *call == operation).count();
    assert_eq!(count("TransactWriteItems"), 10, "{calls:?}");
    // The key set, the caller and the client; then the client before each further attempt.
    assert_eq!(count("GetItem") + count("Query"), 3 + 9, "{calls:?}");
}
