//! `GET /.well-known/…`: the key set (RFC 7517) and the metadata (RFC 8414).
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failing test panics"
)]

mod jwks;
mod metadata;

use reqwest::Response;
use tests::Service;

const JWKS: &str = "/.well-known/jwks.json";
const METADATA: [&str; 2] = [
    "/.well-known/oauth-authorization-server",
    "/.well-known/openid-configuration",
];

async fn get(service: &Service, path: &str) -> Response {
    service.request("GET", path).send().await.unwrap()
}

/// Asserts a 200 with JSON that any cache may keep for at most two hours.
fn assert_cacheable(response: &Response) {
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "application/json");
    let caching = response.headers()["cache-control"].to_str().unwrap();
    let seconds = caching
        .strip_prefix("public, max-age=")
        .map(str::parse::<u64>);
    assert!(matches!(seconds, Some(Ok(1..=7_200))), "{caching}");
}
