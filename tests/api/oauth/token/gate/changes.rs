//! Promise 2: once a change is acknowledged, no instance issues a token under the old state, and
//! every instance applies the new one.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use serde_json::json;
use tests::{Client, Credentials, Latchkey, Service, oauth_error};
use tokio::sync::RwLock;

/// A deployment with two instances that have both cached the client.
async fn two_warm_instances() -> (Latchkey, [Service; 2], String, Client) {
    let (latchkey, one) = Latchkey::start().await;
    let other = latchkey.instance().await;
    let admin = one.admin_token().await;
    let client = one.create_client(&admin, "Builder Admin", json!({})).await;
    one.access_token(&client.credentials).await;
    other.access_token(&client.credentials).await;
    (latchkey, [one, other], admin, client)
}

async fn assert_rejected(service: &Service, credentials: &Credentials) {
    let refused = service.token(credentials).await;
    assert_eq!(refused.status(), 401);
    assert_eq!(oauth_error(refused).await, "invalid_client");
}

#[tokio::test]
async fn every_warm_instance_accepts_only_the_new_secret_after_a_rotation() {
    let (_latchkey, services, admin, client) = two_warm_instances().await;
    let fresh = services[0].rotate(&admin, &client).await;
    for service in &services {
        assert_rejected(service, &client.credentials).await;
        service.access_token(&fresh).await;
        assert_rejected(service, &client.credentials).await;
    }
}

#[tokio::test]
async fn every_warm_instance_rejects_a_disabled_client_until_it_is_enabled() {
    let (_latchkey, services, admin, client) = two_warm_instances().await;
    for (status, expected) in [("disabled", 401), ("enabled", 200), ("disabled", 401)] {
        let changed = services[1]
            .patch(&admin, &client.id, json!({ "status": status }))
            .await;
        assert_eq!(changed.status(), 200);
        for service in &services {
            let answer = service.token(&client.credentials).await;
            assert_eq!(answer.status(), expected);
        }
    }
}

#[tokio::test]
async fn every_warm_instance_rejects_a_deleted_client() {
    let (_latchkey, services, admin, client) = two_warm_instances().await;
    let path = format!("/auth/app-clients/{}", client.id);
    let deleted = services[0].manage(&admin, "DELETE", &path, None).await;
    assert_eq!(deleted.status(), 204);
    for service in &services {
        assert_rejected(service, &client.credentials).await;
    }
}

#[tokio::test]
async fn every_warm_instance_applies_a_smaller_quota() {
    let (_latchkey, services, admin, client) = two_warm_instances().await;
    let changed = services[0]
        .patch(&admin, &client.id, json!({ "tokenQuota": 3 }))
        .await;
    assert_eq!(changed.status(), 200);
    services[1].access_token(&client.credentials).await;
    for service in &services {
        assert_eq!(service.token(&client.credentials).await.status(), 429);
    }
}

#[tokio::test]
async fn every_warm_instance_applies_a_new_lifetime() {
    let (_latchkey, services, admin, client) = two_warm_instances().await;
    let changed = services[0]
        .patch(&admin, &client.id, json!({ "accessTokenLifetime": 60 }))
        .await;
    assert_eq!(changed.status(), 200);
    for service in &services {
        let answer = tests::body(service.token(&client.credentials).await).await;
        assert_eq!(answer["expires_in"], 60);
    }
}

/// All secrets of a client, newest last.
type Secrets = Arc<RwLock<Vec<Credentials>>>;

#[tokio::test(flavor = "multi_thread")]
async fn no_old_secret_gets_a_token_while_a_busy_client_is_rotated_repeatedly() {
    let (_latchkey, [one, other], admin, client) = two_warm_instances().await;
    let changed = one
        .patch(&admin, &client.id, json!({ "tokenQuota": 100_000 }))
        .await;
    assert_eq!(changed.status(), 200);
    let services = [Arc::new(one), Arc::new(other)];
    let secrets: Secrets = Arc::new(RwLock::new(vec![client.credentials.clone()]));
    let (done, issued) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicUsize::new(0)),
    );
    let mut workers = Vec::new();
    for number in 0..16 {
        let service = Arc::clone(&services[number % 2]);
        let (secrets, done, issued) =
            (Arc::clone(&secrets), Arc::clone(&done), Arc::clone(&issued));
        workers.push(tokio::spawn(async move {
            while !done.load(Ordering::SeqCst) {
                // Half of the time the newest secret, otherwise the invalid one before it.
                let known = secrets.read().await.clone();
                let back = 1 + (issued.load(Ordering::SeqCst) + number) % 2;
                let place = known.len().saturating_sub(back);
                let status = service.token(&known[place]).await.status();
                if place + 1 < known.len() {
                    assert_eq!(status, 401, "an old secret got a token");
                }
                if status == 200 {
                    issued.fetch_add(1, Ordering::SeqCst);
                }
            }
        }));
    }
    for _ in 0..25 {
        let fresh = services[0].rotate(&admin, &client).await;
        secrets.write().await.push(fresh);
    }
    done.store(true, Ordering::SeqCst);
    for worker in workers {
        worker.await.unwrap();
    }
    assert!(
        issued.load(Ordering::SeqCst) > 0,
        "the client must have got tokens"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn exactly_one_secret_works_after_concurrent_rotations() {
    let (_latchkey, [one, other], admin, client) = two_warm_instances().await;
    for _ in 0..5 {
        let (first, second, third) = tokio::join!(
            one.rotate_unless_changed(&admin, &client),
            other.rotate_unless_changed(&admin, &client),
            one.rotate_unless_changed(&admin, &client)
        );
        let mut good = 0;
        for credentials in [first, second, third].into_iter().flatten() {
            let status = other.token(&credentials).await.status();
            good += usize::from(status == 200);
        }
        assert_eq!(good, 1);
    }
}
