//! A model of the protocol between token requests, management changes and the database. The checker
//! explores every interleaving of its steps.
//!
//! The model runs the service's own code: all steps of `model::issuing`, `Gate::next`, and
//! `ClientCache`, the cache of an instance. It replaces only the operations that change a client
//! (`administrator`) and the database (`database`).
//!
//! The world is as small as the argument allows. A bucket lasts one tick of time, and so does the
//! quota's window. An event may happen anywhere within its tick, so two tokens in neighbouring
//! ticks count as less than a window apart. A request reads a clock that is right or one bucket
//! behind, and its write may commit up to one bucket later. The instances are interchangeable:
//! worlds that differ only in their order are equal.
//!
//! A Query is two reads of single items, in either order. DynamoDB isolates the read of one item
//! from a transaction. It guarantees only read-committed isolation for a Query, so a transaction
//! may commit between the two.
//!
//! The client has up to two secrets, with ends and overlaps: the service's own `Secrets` changes and
//! compares them (`keyring`). The rules that they must follow are stated a second time in
//! `secret_rules`. The gate's days of last use are part of a world only in the scenarios about them.
//!
//! A scenario may begin with a damaged client: record and gate of different revisions, or one of them
//! missing. No step of the protocol can damage a client.
//!
//! The model omits everything outside the protocol: the bytes, other clients, signing, and the
//! creation of a client. It also omits the number of calls after which a request gives up; instead,
//! a disturbance may end a request at any write. The number of torn reads after which a request ends
//! is part of the steps.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "tests panic on failure and print the number of explored states"
)]

mod administrator;
mod beginning;
mod damage;
mod database;
mod faults;
mod judge;
mod keyring;
mod org;
mod promises;
mod protocol;
mod request;
mod scenarios;
mod secrets;
mod world;
