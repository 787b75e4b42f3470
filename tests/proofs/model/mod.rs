//! A model of the protocol between token requests, management changes and the database, which a
//! checker explores in every order that its steps can take.
//!
//! The model runs the service's own steps: `model::issuing` from the first to the last, `Gate::next`
//! below them, and `ClientCache`, which is what an instance knows. What it replaces is what they
//! wait for: the operations that change a client (`administrator`) and the database (`database`).
//!
//! The world is as small as it can be without losing an argument. A bucket is as long as a tick of
//! its time, and as the window of the quota; where within its tick something happens is open, so
//! two tokens in neighbouring ticks count as less than a window apart. A request reads a clock that
//! is right or a bucket behind, and its write may commit a bucket of time later. The instances are
//! alike, so that worlds in which they only change places are one.
//!
//! A Query is two reads of single items, in either order: DynamoDB isolates one item's read from a
//! transaction, but promises of a Query no more than read-committed, so a transaction may take place
//! between the two.
//!
//! Left out is what lies outside the protocol: the bytes, the number of tries after which a request
//! gives up (a disturbance may end it at any write instead), other clients, signing, and how a client
//! is made.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test that cannot go on panics; what was explored belongs into its output"
)]

mod administrator;
mod database;
mod faults;
mod judge;
mod promises;
mod protocol;
mod request;
mod scenarios;
mod world;
