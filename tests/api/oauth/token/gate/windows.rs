//! Promise 3 over hours: no rolling hour exceeds the quota, also with clocks one bucket apart.

use std::sync::Arc;

use serde_json::json;
use tests::{BEGIN, Latchkey, TestClock};

use super::request_concurrently;

/// The largest number of tokens in any 3,600 seconds, from times of issue and counts.
fn fullest_hour(issued: &[(u64, usize)]) -> usize {
    let in_hour_from = |start: u64| {
        let in_it = issued
            .iter()
            .filter(|(at, _)| (start..start + 3_600).contains(at));
        in_it.map(|(_, count)| count).sum()
    };
    issued
        .iter()
        .map(|(at, _)| in_hour_from(*at))
        .max()
        .unwrap_or(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn no_rolling_hour_exceeds_the_quota() {
    let (latchkey, one) = Latchkey::start().await;
    let client = one.new_client(json!({ "tokenQuota": 9 })).await;
    let services = [Arc::new(one), Arc::new(latchkey.instance().await)];
    let mut issued = Vec::new();
    let mut step = 7;
    while latchkey.clock.now() < BEGIN + 5 * 3_600 {
        let (count, _) = request_concurrently(&services, &client.credentials, 4).await;
        issued.push((latchkey.clock.now(), count));
        step = step * 31 % 211;
        latchkey.clock.advance(step);
    }
    assert!(fullest_hour(&issued) <= 9);
    let total: usize = issued.iter().map(|(_, count)| count).sum();
    assert!(
        total >= 9 * 4,
        "the quota must renew, but only {total} tokens were issued"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn clocks_one_bucket_apart_do_not_exceed_the_quota() {
    let (latchkey, one) = Latchkey::start().await;
    let client = one.new_client(json!({ "tokenQuota": 6 })).await;
    let behind = TestClock::at(BEGIN - 60);
    let services = [
        Arc::new(one),
        Arc::new(latchkey.instance_with_clock(&behind).await),
    ];
    let mut issued = Vec::new();
    let mut step: usize = 13;
    while latchkey.clock.now() < BEGIN + 4 * 3_600 {
        step = step * 37 % 307;
        let service = &services[step % 2..=step % 2];
        let (count, _) = request_concurrently(service, &client.credentials, 3).await;
        issued.push((latchkey.clock.now(), count));
        latchkey.clock.advance(step as u64);
        behind.advance(step as u64);
    }
    assert!(fullest_hour(&issued) <= 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn rolls_during_requests_lose_no_count() {
    let (latchkey, one) = Latchkey::start().await;
    let client = one.new_client(json!({ "tokenQuota": 40 })).await;
    let services = [Arc::new(one), Arc::new(latchkey.instance().await)];
    // No count expires within these twenty minutes, so exactly the quota is issued.
    let clock = latchkey.clock.clone();
    let rolling = tokio::spawn(async move {
        for _ in 0..120 {
            clock.advance(10);
            tokio::task::yield_now().await;
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
    });
    let mut issued = 0;
    while !rolling.is_finished() {
        issued += request_concurrently(&services, &client.credentials, 16)
            .await
            .0;
    }
    assert_eq!(issued, 40);
}
