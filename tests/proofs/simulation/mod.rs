//! The simulation: the real functions over the embedded DynamoDB, on a clock and a network that a
//! seed decides, with every promise checked after each run.
//!
//! ```text
//! cargo test -p tests --test proofs simulation::        hundreds of seeds, and every fault in turn
//! LATCHKEY_SIMULATION_SEED=17 cargo test -p tests --test proofs every_seed -- --nocapture
//!                                                       one seed again, with all that happens in it
//! LATCHKEY_SIMULATION_SEEDS=100000 cargo test --profile simulation -p tests --test proofs \
//!     every_seed -- --nocapture                         a hundred thousand seeds, and their totals
//! LATCHKEY_SIMULATION_CLIENTS=10000 cargo test --profile simulation -p tests --test proofs \
//!     scale -- --nocapture                              what crowds cost
//! ```
//!
//! A run has two to four instances whose clocks differ by up to 59 seconds, two to four clients with
//! small quotas, an administrator, and some hours in which 30 to 80 deeds are done in bursts: tokens
//! for right and wrong secrets, and changes of everything that can be changed. `network` is the
//! SDK's HTTP client; `record` sorts what happened; `checks` says what must be true of it, by the
//! order in which requests came, writes were committed and answers went out.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that cannot go on panics, and what was counted is for people to read"
)]

mod answer;
mod ask;
mod checks;
mod clocks;
mod cost;
mod dice;
mod kinds;
mod log;
mod network;
mod record;
mod run;
mod scale;
mod seeds;
mod settings;
mod sweep;
mod totals;
mod workload;
mod world;
mod writes;
