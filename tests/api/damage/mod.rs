//! Stored data that is damaged, or written by a newer version: each endpoint responds with a 500 in
//! its own format, and reveals nothing of the data.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failing test panics"
)]

mod clients;
mod keys;

use reqwest::Response;
use serde_json::Value;
use tests::Latchkey;

/// Asserts what all these responses have in common, and that the log states the cause. Returns the
/// log line.
fn is_a_server_error(latchkey: &Latchkey, response: &Response) -> Value {
    assert_eq!(response.status(), 500);
    assert_eq!(response.headers()["retry-after"], "1");
    assert_eq!(response.headers()["cache-control"], "no-store");
    let line = latchkey.lines.take().pop().unwrap();
    assert_eq!(line["outcome"], "failed");
    assert_eq!(line["error"], "server_error");
    assert!(line["cause"].as_str().unwrap().contains("cannot be read"));
    line
}
