//! Conflicts between the gate's write and a management change, on either side.

use serde_json::json;
use tests::aws::Break;
use tests::{Latchkey, oauth_error};

#[tokio::test]
async fn a_token_that_meets_a_change_is_tried_again() {
    let (_latchkey, service) = Latchkey::start().await;
    let client = service.new_client(json!({})).await;
    service.access_token(&client.credentials).await;
    service.aws.break_next("UpdateItem", &[Break::Conflict; 4]);
    service.access_token(&client.credentials).await;
}

#[tokio::test]
async fn a_change_that_meets_a_token_is_tried_again() {
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
async fn conflicts_without_end_are_answered_with_503_and_no_token() {
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
async fn a_change_whose_answer_is_lost_is_made_once() {
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
async fn a_token_whose_count_is_lost_on_the_way_is_never_one_too_many() {
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
async fn while_secrets_manager_is_down_no_retry_spends_the_quota() {
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
    // One count went beside the first look at the keys that failed, and none after it.
    service.access_token(&client.credentials).await;
    assert_eq!(service.token(&client.credentials).await.status(), 429);
}

/// After the last attempt nothing is read in vain.
#[tokio::test]
async fn a_change_that_is_overtaken_every_time_is_answered_with_503_after_ten_attempts() {
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
    // The key set, the caller, the client, and the client again before each other attempt.
    assert_eq!(count("GetItem"), 3 + 9, "{calls:?}");
}
