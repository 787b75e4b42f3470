//! A rotation that is interrupted at any AWS call.

use serde_json::json;
use tests::Latchkey;
use tests::aws::{Aws, Break};

use super::watch::Watch;
use super::{ask, published, rotate, secret_keys, token, try_rotate, version};

const DAY: u64 = 86_400;

/// The number of AWS calls of a rotation.
async fn calls() -> usize {
    let (latchkey, _service) = Latchkey::start().await;
    let aws = Aws::default();
    try_rotate(&latchkey, &aws, &token(1)).await.unwrap();
    aws.calls().len()
}

/// Interrupts a rotation at every call, in every way. Three hours later, `resume` rotates again.
async fn interrupt(resume: impl AsyncFn(&Latchkey)) {
    for number in 0..calls().await {
        for how in [Break::Unreached, Break::ResponseLost] {
            let (latchkey, service) = Latchkey::start().await;
            let mut watch = Watch::new(&latchkey, &service).await;
            watch.fetch().await;
            watch.issue().await;
            let aws = Aws::default();
            aws.break_nth(number, how, true);
            try_rotate(&latchkey, &aws, &token(1)).await.unwrap_err();
            watch.pass(3 * 3_600, 3_600).await;
            resume(&latchkey).await;
            watch.fetch().await;
            watch.pass(900, 150).await;
            watch.pass(3 * 3_600, 3_600).await;
            watch.check().await;
            let last = secret_keys(&latchkey).pop().unwrap();
            assert_eq!(watch.kids().pop(), Some(last.kid), "call {number}, {how:?}");

            // Keys that were published in vain are removed: secret and key set stay bounded.
            for number in 3..=4 {
                latchkey.clock.advance(3 * DAY);
                rotate(&latchkey, &token(number)).await.unwrap();
            }
            assert_eq!(secret_keys(&latchkey).len(), 2);
            assert_eq!(published(&latchkey).await.len(), 2);
        }
    }
}

#[tokio::test]
async fn a_rotation_interrupted_at_any_call_continues_with_the_same_token() {
    interrupt(async |latchkey| rotate(latchkey, &token(1)).await.unwrap()).await;
}

#[tokio::test]
async fn a_rotation_interrupted_at_any_call_can_be_abandoned_for_another() {
    interrupt(async |latchkey| {
        // As `aws secretsmanager update-secret-version-stage`: removes AWSPENDING from the version.
        let pending = version(latchkey, "AWSPENDING");
        if pending != version(latchkey, "AWSCURRENT") {
            let off = json!({ "VersionStage": "AWSPENDING", "RemoveFromVersionId": pending });
            ask(latchkey, "UpdateSecretVersionStage", off).unwrap();
        }
        rotate(latchkey, &token(2)).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_unfinished_rotation_prevents_another() {
    let (latchkey, _service) = Latchkey::start().await;
    let aws = Aws::default();
    aws.break_nth(0, Break::Unreached, true);
    try_rotate(&latchkey, &aws, &token(1)).await.unwrap_err();
    let refusal = rotate(&latchkey, &token(2)).await.unwrap_err();
    assert!(refusal.contains("A previous rotation isn't complete"));
}

#[tokio::test]
async fn a_call_that_fails_once_is_retried() {
    for number in 0..calls().await {
        for how in [Break::Throttled, Break::InternalError] {
            let (latchkey, _service) = Latchkey::start().await;
            let aws = Aws::default();
            aws.break_nth(number, how, false);
            try_rotate(&latchkey, &aws, &token(1)).await.unwrap();
            assert_eq!(secret_keys(&latchkey).len(), 2);
            assert_eq!(published(&latchkey).await.len(), 2);
        }
    }
}
