//! Clocks that are off by more than the minute for which the promises hold.

use serde_json::json;
use shared::clock::Clock;
use shared::model::Timestamp;
use tests::{BEGIN, Latchkey, Service, TestClock, body, text};

use super::{invoke, rotate, secret_keys, token};

const DAY: u64 = 86_400;

/// An instance whose clock is behind the one by which everything was created.
async fn behind(latchkey: &Latchkey, seconds: u64) -> (Service, TestClock) {
    let clock = TestClock::at(latchkey.clock.now() - seconds);
    (latchkey.instance_with_clock(&clock).await, clock)
}

/// A clock that stands still.
fn still(at: u64) -> Clock {
    Clock::from_fn(move || Timestamp::from_epoch_seconds(at))
}

fn kid(token: &str) -> String {
    jsonwebtoken::decode_header(token).unwrap().kid.unwrap()
}

#[tokio::test]
async fn the_first_key_signs_at_once_whatever_the_clock_said_and_the_line_names_the_clock() {
    let (latchkey, _service) = Latchkey::start().await;
    let (right, _) = behind(&latchkey, DAY).await;
    let _ = latchkey.lines.take();
    let token = right.access_token(&right.bootstrap).await;
    assert_eq!(latchkey.lines.take_one()["clock_behind_s"], DAY);
    let roles = right.manage(&token, "GET", "/auth/roles", None).await;
    assert_eq!(roles.status(), 200);
}

#[tokio::test]
async fn clocks_a_minute_apart_are_not_named() {
    let (latchkey, _service) = Latchkey::start().await;
    let (right, _) = behind(&latchkey, 60).await;
    let _ = latchkey.lines.take();
    right.access_token(&right.bootstrap).await;
    assert!(latchkey.lines.take_one().get("clock_behind_s").is_none());
}

#[tokio::test]
async fn a_key_that_replaces_leaked_ones_signs_at_once_whatever_the_clock_said() {
    let (latchkey, _service) = Latchkey::start().await;
    let emergency = json!({ "emergency": "drop-every-older-key" });
    invoke(&latchkey, emergency).await.unwrap();
    let (right, _) = behind(&latchkey, DAY).await;
    let token = right.access_token(&right.bootstrap).await;
    assert_eq!(kid(&token), secret_keys(&latchkey)[0].kid);
}

#[tokio::test]
async fn the_first_key_signs_until_its_successor_does_whatever_the_clock_said() {
    // Created a day ahead, rotated by the right clock.
    let mut latchkey = Latchkey::empty().await;
    latchkey.change(|options| options.clock = still(BEGIN + DAY));
    latchkey.bootstrap().await;
    latchkey.change(|options| options.clock = still(BEGIN));
    rotate(&latchkey, &token(1)).await.unwrap();
    let keys = secret_keys(&latchkey);
    assert_eq!(keys.len(), 2);
    // Also by a clock from before the rotation.
    for (at, signs) in [
        (BEGIN - DAY, 0),
        (BEGIN, 0),
        (keys[1].from - 1, 0),
        (keys[1].from, 1),
        (BEGIN + 2 * DAY, 1),
    ] {
        let service = latchkey.instance_with_clock(&TestClock::at(at)).await;
        let token = service.access_token(&service.bootstrap).await;
        assert_eq!(kid(&token), keys[signs].kid, "{at}");
    }
}

#[tokio::test]
async fn without_a_key_that_signs_yet_the_failure_names_the_clock() {
    let (latchkey, _service) = Latchkey::start().await;
    // Two rotations, after which the first key is dropped.
    for number in 1..=2 {
        rotate(&latchkey, &token(number)).await.unwrap();
        latchkey.clock.advance(3 * DAY);
    }
    rotate(&latchkey, &token(3)).await.unwrap();
    let keys = secret_keys(&latchkey);
    let (right, clock) = behind(&latchkey, 90 * DAY).await;
    let _ = latchkey.lines.take();
    assert_eq!(right.token(&right.bootstrap).await.status(), 503);
    let seconds = keys[0].from - clock.now();
    let cause = format!("no signing key signs for another {seconds} s; check the clock");
    assert_eq!(latchkey.lines.take_one()["cause"], cause);
}

#[tokio::test]
async fn an_instance_whose_clock_went_back_reads_the_keys_again() {
    let (latchkey, _service) = Latchkey::start().await;
    let clock = TestClock::at(BEGIN);
    let instance = latchkey.instance_with_clock(&clock).await;
    instance.access_token(&instance.bootstrap).await;
    let reads = || {
        let calls = instance.aws.calls();
        calls
            .iter()
            .filter(|call| *call == "GetSecretValue")
            .count()
    };
    for (back, expected) in [(0, 1), (60, 0), (DAY, 1), (0, 0)] {
        clock.go_back(back);
        instance.access_token(&instance.bootstrap).await;
        assert_eq!(reads(), expected, "{back} s back");
    }
}

#[tokio::test]
async fn an_instance_whose_clock_went_back_reads_the_key_set_again() {
    let (latchkey, _service) = Latchkey::start().await;
    let clock = TestClock::at(BEGIN);
    let instance = latchkey.instance_with_clock(&clock).await;
    let token = instance.access_token(&instance.bootstrap).await;
    instance.aws.calls();
    for (back, reads) in [(0, 1), (60, 0), (DAY, 1), (0, 0)] {
        clock.go_back(back);
        let roles = instance.manage(&token, "GET", "/auth/roles", None).await;
        assert_eq!(roles.status(), 200);
        // The key set, the caller and the roles.
        assert_eq!(instance.aws.calls().len(), reads + 2, "{back} s back");
    }
}

#[tokio::test]
async fn a_client_that_got_tokens_by_a_clock_that_was_ahead_gets_its_quota_and_then_the_line_names_it()
 {
    let (latchkey, service) = Latchkey::start().await;
    let client = service.new_client(json!({ "tokenQuota": 3 })).await;
    service.access_token(&client.credentials).await;
    let (right, clock) = behind(&latchkey, DAY).await;
    for _ in 0..2 {
        right.access_token(&client.credentials).await;
    }
    let _ = latchkey.lines.take();
    let refused = right.token(&client.credentials).await;
    assert_eq!(refused.status(), 429);
    assert_eq!(text(&body(refused).await["error"]), "too_many_requests");
    assert_eq!(latchkey.lines.take_one()["cause"], "clock_behind");
    // The quota holds in every hour of either clock, so the wait is as long as the clock is off.
    clock.advance(DAY);
    assert_eq!(right.token(&client.credentials).await.status(), 429);
    assert!(latchkey.lines.take_one().get("cause").is_none());
    clock.advance(64 * 60);
    right.access_token(&client.credentials).await;
}
