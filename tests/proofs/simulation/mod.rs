//! The simulation: the real functions over the embedded DynamoDB. A seed determines the clock and
//! the network, and each run is followed by a check of every promise.
//!
//! ```text
//! cargo test -p tests --test proofs simulation::        50 seeds, and every fault in turn
//! LATCHKEY_SIMULATION_SEED=17 cargo test -p tests --test proofs every_seed -- --nocapture
//!                                                       replays one seed and prints its events
//! LATCHKEY_SIMULATION_SEEDS=100000 cargo test --profile simulation -p tests --test proofs \
//!     every_seed -- --nocapture                         a hundred thousand seeds, and their totals
//! LATCHKEY_SIMULATION_CLIENTS=10000 cargo test --profile simulation -p tests --test proofs \
//!     scale -- --nocapture                              the cost with many clients
//! ```
//!
//! A run has two to four instances with clocks up to 59 seconds apart, two to four clients with
//! small quotas, and an administrator. Some clients are damaged at the beginning: their gate has
//! another revision than their record, or is missing. A run lasts some hours, with bursts of 30 to
//! 80 actions in all: token requests with right and wrong secrets, changes of every attribute that
//! can change, and changes of the secrets. In half of the runs, Secrets Manager fails for some time.
//!
//! `network` is the SDK's HTTP client, `record` sorts the events by request and client, and
//! `checks` verifies them by the order of requests, commits and answers.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "tests panic on failure and print figures for a person"
)]

mod administrators;
mod answer;
mod ask;
mod checks;
mod clocks;
mod cost;
mod dice;
mod kinds;
mod log;
mod network;
mod outage;
mod record;
mod repeats;
mod roles;
mod run;
mod scale;
mod seeds;
mod settings;
mod sweep;
mod totals;
mod workload;
mod world;
mod writes;
