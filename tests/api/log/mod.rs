//! The log: one line for each request, with the members in `docs/logging.md` and no others. Every
//! black-box test ends with a check for secrets in the log; the tests here show that it finds them.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failing test panics"
)]

mod audit;
mod events;
mod leaks;
mod metrics;
mod token;

use serde_json::Value;

/// The names of the members of a line.
fn members(line: &Value) -> Vec<&str> {
    let members = line.as_object().unwrap().keys();
    members.map(String::as_str).collect()
}
