//! The program as a process: its output, files, signals and exit status.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy exempts only functions marked as tests, not their helpers"
)]

mod damage;
mod disk;
mod hints;
mod lock;
mod log;
mod nearest;
mod options;
mod restart;
mod running;
mod start;
mod stop;
