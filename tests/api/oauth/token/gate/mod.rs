//! The gate: promises 1 to 3, over HTTP, with clocks that the tests set.
#![expect(clippy::panic, reason = "a failing test panics")]

mod calls;
mod changes;
mod contention;
mod damage;
mod quota;
mod windows;

use std::sync::Arc;

use tests::{Credentials, Service};
use tokio::task::JoinSet;

/// Requests `count` tokens concurrently, spread over the services. Returns how many responses were
/// 200 and 429; any other status fails the test.
async fn request_concurrently(
    services: &[Arc<Service>],
    credentials: &Credentials,
    count: usize,
) -> (usize, usize) {
    let mut requests = JoinSet::new();
    for service in services.iter().cycle().take(count) {
        let (service, credentials) = (Arc::clone(service), credentials.clone());
        requests.spawn(async move { service.token(&credentials).await.status().as_u16() });
    }
    let (mut issued, mut refused) = (0, 0);
    while let Some(status) = requests.join_next().await {
        match status.unwrap() {
            200 => issued += 1,
            429 => refused += 1,
            other => panic!("status {other}"),
        }
    }
    (issued, refused)
}
