//! The log: one line for each request, with what `docs/logging.md` says and nothing else. That no
//! secret is in any line is looked for after every black-box test; here, that the look finds one.
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
