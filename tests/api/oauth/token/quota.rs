//! The quota in the headers of a response, the response to an exceeded quota, and the requests that
//! use no quota.

use reqwest::Response;
use serde_json::json;
use tests::{Latchkey, Service};

use super::{FORM, PATH, form_of, issued, post, refused};

/// Checks the form of a 429 (RFC 6585 §4, and the headers of the IETF's draft), and returns its
/// `Retry-After` in seconds.
async fn seconds_to_wait(response: Response, quota: u64) -> u64 {
    let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    let wait: u64 = header("retry-after").parse().unwrap();
    assert!(wait >= 1);
    assert_eq!(
        header("ratelimit-policy"),
        format!("\"tokens\";q={quota};w=3600")
    );
    assert_eq!(header("ratelimit"), format!("\"tokens\";r=0;t={wait}"));
    refused(response, 429, "too_many_requests").await;
    wait
}

/// What `RateLimit` says in a response with a token: the tokens that are left, and the seconds until
/// there are more.
fn left(response: &Response, quota: u64) -> (u64, u64) {
    assert_eq!(response.status(), 200);
    let header = |name: &str| response.headers()[name].to_str().unwrap();
    let policy = format!("\"tokens\";q={quota};w=3600");
    assert_eq!(header("ratelimit-policy"), policy);
    let values = header("ratelimit").strip_prefix("\"tokens\";r=").unwrap();
    let (tokens, seconds) = values.split_once(";t=").unwrap();
    (tokens.parse().unwrap(), seconds.parse().unwrap())
}

async fn spend(service: &Service, client: &tests::Client, quota: u64) {
    for _ in 0..quota {
        issued(service.token(&client.credentials).await).await;
    }
}

#[tokio::test]
async fn each_token_comes_with_the_number_of_tokens_that_are_left() {
    let (_latchkey, service) = Latchkey::start().await;
    let client = service.new_client(json!({ "tokenQuota": 3 })).await;
    for expected in [2, 1, 0] {
        let (tokens, seconds) = left(&service.token(&client.credentials).await, 3);
        assert_eq!(tokens, expected);
        assert!((3_540..=3_600 + 4 * 60).contains(&seconds), "{seconds}");
    }
    seconds_to_wait(service.token(&client.credentials).await, 3).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn the_last_token_comes_with_the_time_to_wait_of_the_next_refusal() {
    let (latchkey, service) = Latchkey::start().await;
    let client = service.new_client(json!({ "tokenQuota": 2 })).await;
    spend(&service, &client, 1).await;
    latchkey.clock.advance(1_799);
    let (tokens, seconds) = left(&service.token(&client.credentials).await, 2);
    assert_eq!(tokens, 0);
    let wait = seconds_to_wait(service.token(&client.credentials).await, 2).await;
    assert_eq!(seconds, wait);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn more_tokens_are_left_after_the_stated_time() {
    let (latchkey, service) = Latchkey::start().await;
    let client = service.new_client(json!({ "tokenQuota": 9 })).await;
    spend(&service, &client, 3).await;
    latchkey.clock.advance(1_800);
    let (tokens, seconds) = left(&service.token(&client.credentials).await, 9);
    assert_eq!(tokens, 5);
    latchkey.clock.advance(seconds);
    // The first three tokens no longer count, and this one does.
    let (tokens, _) = left(&service.token(&client.credentials).await, 9);
    assert_eq!(tokens, 7);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs a second instance")]
async fn the_tokens_of_other_instances_are_not_left() {
    let (latchkey, service) = Latchkey::start().await;
    let other = latchkey.instance().await;
    let client = service.new_client(json!({ "tokenQuota": 4 })).await;
    for (service, expected) in [(&service, 3), (&other, 2), (&service, 1), (&other, 0)] {
        let (tokens, _) = left(&service.token(&client.credentials).await, 4);
        assert_eq!(tokens, expected);
    }
}

#[tokio::test]
async fn a_new_quota_counts_the_former_tokens_at_once() {
    let (_latchkey, service) = Latchkey::start().await;
    let admin = service.admin_token().await;
    let client = service.new_client(json!({ "tokenQuota": 9 })).await;
    spend(&service, &client, 2).await;
    let change = json!({ "tokenQuota": 4 });
    let changed = service.patch(&admin, &client.id, change).await;
    assert_eq!(changed.status(), 200);
    let (tokens, _) = left(&service.token(&client.credentials).await, 4);
    assert_eq!(tokens, 1);
}

#[tokio::test]
async fn an_exceeded_quota_is_refused_with_the_time_to_wait() {
    let (_latchkey, service) = Latchkey::start().await;
    let client = service.new_client(json!({ "tokenQuota": 3 })).await;
    spend(&service, &client, 3).await;
    let wait = seconds_to_wait(service.token(&client.credentials).await, 3).await;
    // It may exceed the hour by the width of the buckets and the margin for clocks.
    assert!((3_540..=3_600 + 4 * 60).contains(&wait), "{wait}");
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn a_client_that_waits_for_retry_after_gets_a_token() {
    let (latchkey, service) = Latchkey::start().await;
    let client = service.new_client(json!({ "tokenQuota": 2 })).await;
    spend(&service, &client, 1).await;
    latchkey.clock.advance(1_799);
    spend(&service, &client, 1).await;
    for _ in 0..4 {
        let wait = seconds_to_wait(service.token(&client.credentials).await, 2).await;
        latchkey.clock.advance(wait);
        issued(service.token(&client.credentials).await).await;
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn the_time_to_wait_decreases() {
    let (latchkey, service) = Latchkey::start().await;
    let client = service.new_client(json!({ "tokenQuota": 1 })).await;
    spend(&service, &client, 1).await;
    let first = seconds_to_wait(service.token(&client.credentials).await, 1).await;
    latchkey.clock.advance(1_000);
    let later = seconds_to_wait(service.token(&client.credentials).await, 1).await;
    assert_eq!(first - later, 1_000);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs a second instance")]
async fn another_instance_gives_the_same_time_to_wait() {
    let (latchkey, service) = Latchkey::start().await;
    let other = latchkey.instance().await;
    let client = service.new_client(json!({ "tokenQuota": 2 })).await;
    spend(&service, &client, 2).await;
    let here = seconds_to_wait(service.token(&client.credentials).await, 2).await;
    let there = seconds_to_wait(other.token(&client.credentials).await, 2).await;
    assert_eq!(here, there);
}

#[tokio::test]
async fn an_exceeded_quota_does_not_affect_other_clients() {
    let (_latchkey, service) = Latchkey::start().await;
    let one = service.new_client(json!({ "tokenQuota": 1 })).await;
    let other = service.new_client(json!({ "tokenQuota": 1 })).await;
    spend(&service, &one, 1).await;
    seconds_to_wait(service.token(&one.credentials).await, 1).await;
    issued(service.token(&other.credentials).await).await;
}

#[tokio::test]
async fn the_default_quota_is_200_tokens_an_hour() {
    let (_latchkey, service) = Latchkey::start().await;
    let client = service.new_client(json!({})).await;
    spend(&service, &client, 200).await;
    seconds_to_wait(service.token(&client.credentials).await, 200).await;
}

#[tokio::test]
async fn wrong_secrets_use_no_quota() {
    let (_latchkey, service) = Latchkey::start().await;
    let client = service.new_client(json!({ "tokenQuota": 1 })).await;
    let mut wrong = client.credentials.clone();
    wrong.secret = service.bootstrap.secret.clone();
    for _ in 0..3 {
        refused(service.token(&wrong).await, 401, "invalid_client").await;
    }
    issued(service.token(&client.credentials).await).await;
    // A wrong secret does not reveal that the quota is exceeded.
    refused(service.token(&wrong).await, 401, "invalid_client").await;
    seconds_to_wait(service.token(&client.credentials).await, 1).await;
}

#[tokio::test]
async fn malformed_requests_use_no_quota() {
    let (_latchkey, service) = Latchkey::start().await;
    let client = service.new_client(json!({ "tokenQuota": 1 })).await;
    let good = form_of(&client.credentials);
    for form in [
        good.replace("client_credentials", "password"),
        good.replace("grant_type", "x"),
        format!("{good}&client_id=x"),
        format!("{good}&x=%ff"),
    ] {
        assert_eq!(post(&service, FORM, form).await.status(), 400);
    }
    let response = service.form(&format!("{PATH}?client_id=x"), &good).await;
    refused(response, 400, "invalid_request").await;
    assert_eq!(post(&service, "text/plain", good).await.status(), 400);
    issued(service.token(&client.credentials).await).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn a_429_uses_no_quota() {
    let (latchkey, service) = Latchkey::start().await;
    let client = service.new_client(json!({ "tokenQuota": 1 })).await;
    spend(&service, &client, 1).await;
    let wait = seconds_to_wait(service.token(&client.credentials).await, 1).await;
    for _ in 0..5 {
        latchkey.clock.advance(wait / 6);
        seconds_to_wait(service.token(&client.credentials).await, 1).await;
    }
    latchkey.clock.advance(wait - 5 * (wait / 6));
    issued(service.token(&client.credentials).await).await;
}

#[tokio::test]
async fn an_invalid_target_is_refused_before_the_quota_is_checked() {
    let (_latchkey, service) = Latchkey::start().await;
    let client = service.new_client(json!({ "tokenQuota": 1 })).await;
    spend(&service, &client, 1).await;
    let form = format!("{}&audience=x", form_of(&client.credentials));
    refused(post(&service, FORM, form).await, 400, "invalid_target").await;
}
