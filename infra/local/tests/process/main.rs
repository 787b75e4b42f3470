//! `cargo run`, seen from outside.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy knows tests by their attribute only, not what they call"
)]

mod damage;
mod restart;
mod running;
mod start;
