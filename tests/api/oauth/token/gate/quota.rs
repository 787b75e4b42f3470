//! Promise 3: the quota is exact.

use std::sync::Arc;

use serde_json::json;
use tests::{Latchkey, oauth_error};

use super::request_concurrently;

#[tokio::test(flavor = "multi_thread")]
async fn exactly_200_of_260_concurrent_requests_get_a_token() {
    let (_latchkey, service) = Latchkey::start().await;
    let client = service.new_client(json!({})).await;
    let service = [Arc::new(service)];
    let answers = request_concurrently(&service, &client.credentials, 260).await;
    assert_eq!(answers, (200, 60));
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_requests_get_exactly_the_remaining_quota() {
    let (latchkey, service) = Latchkey::start().await;
    let client = service.new_client(json!({ "tokenQuota": 50 })).await;
    for _ in 0..7 {
        service.access_token(&client.credentials).await;
    }
    // The bucket before the roll counts too.
    latchkey.clock.advance(60);
    let service = [Arc::new(service)];
    let answers = request_concurrently(&service, &client.credentials, 64).await;
    assert_eq!(answers, (43, 21));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_warm_instances_share_the_quota() {
    let (latchkey, one) = Latchkey::start().await;
    let client = one.new_client(json!({ "tokenQuota": 30 })).await;
    let services = [Arc::new(one), Arc::new(latchkey.instance().await)];
    assert_eq!(
        request_concurrently(&services, &client.credentials, 8).await,
        (8, 0)
    );
    latchkey.clock.advance(60);
    assert_eq!(
        request_concurrently(&services, &client.credentials, 64).await,
        (22, 42)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn many_cold_instances_share_the_quota() {
    let (latchkey, service) = Latchkey::start().await;
    let client = service.new_client(json!({ "tokenQuota": 20 })).await;
    let mut services = Vec::new();
    for _ in 0..8 {
        services.push(Arc::new(latchkey.instance().await));
    }
    assert_eq!(
        request_concurrently(&services, &client.credentials, 64).await,
        (20, 44)
    );
}

#[tokio::test]
async fn a_client_that_waits_for_retry_after_gets_a_token_from_any_instance() {
    let (latchkey, service) = Latchkey::start().await;
    let client = service.new_client(json!({ "tokenQuota": 3 })).await;
    // The other instance's clock is one bucket behind.
    let behind = tests::TestClock::at(latchkey.clock.now() - 60);
    let other = latchkey.instance_with_clock(&behind).await;
    for _ in 0..3 {
        for _ in 0..3 {
            service.access_token(&client.credentials).await;
        }
        let refused = service.token(&client.credentials).await;
        assert_eq!(refused.status(), 429);
        let wait: u64 = refused.headers()["retry-after"]
            .to_str()
            .unwrap()
            .parse()
            .unwrap();
        assert!((1..=3_840).contains(&wait), "{wait}");
        latchkey.clock.advance(wait);
        behind.advance(wait);
        other.access_token(&client.credentials).await;
        latchkey.clock.advance(4_000);
        behind.advance(4_000);
    }
}

#[tokio::test]
async fn a_429_states_the_limits_and_uses_no_quota() {
    let (latchkey, service) = Latchkey::start().await;
    let client = service.new_client(json!({ "tokenQuota": 1 })).await;
    service.access_token(&client.credentials).await;
    for _ in 0..5 {
        latchkey.clock.advance(60);
        let refused = service.token(&client.credentials).await;
        assert_eq!(refused.status(), 429);
        let headers = refused.headers();
        assert_eq!(headers["ratelimit-policy"], "\"tokens\";q=1;w=3600");
        let wait = headers["retry-after"].to_str().unwrap();
        assert_eq!(headers["ratelimit"], format!("\"tokens\";r=0;t={wait}"));
        assert_eq!(oauth_error(refused).await, "too_many_requests");
    }
    latchkey.clock.advance(3_600);
    service.access_token(&client.credentials).await;
}

#[tokio::test]
async fn counts_survive_every_change_including_one_of_the_quota() {
    let (latchkey, service) = Latchkey::start().await;
    let admin = service.admin_token().await;
    let client = service
        .create_client(&admin, "Permissionless", json!({ "tokenQuota": 4 }))
        .await;
    let mut credentials = client.credentials.clone();
    for _ in 0..2 {
        service.access_token(&credentials).await;
    }
    latchkey.clock.advance(60);
    service.access_token(&credentials).await;
    credentials = service.rotate(&admin, &client).await;
    for quota in [3, 2, 1] {
        let changed = service
            .patch(&admin, &client.id, json!({ "tokenQuota": quota }))
            .await;
        assert_eq!(changed.status(), 200);
        assert_eq!(service.token(&credentials).await.status(), 429);
    }
    service
        .patch(&admin, &client.id, json!({ "tokenQuota": 5 }))
        .await;
    service.access_token(&credentials).await;
    service.access_token(&credentials).await;
    assert_eq!(service.token(&credentials).await.status(), 429);
}
