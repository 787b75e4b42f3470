//! The log: one JSON line for each request, whatever becomes of it. `docs/logging.md` lists what
//! stands in it and what never does.

mod line;
mod metrics;
mod notes;
mod outcome;
mod recorder;

use std::fmt;
use std::io::{self, Write as _};
use std::sync::Arc;

pub use notes::{Notebook, Notes};
pub use outcome::Outcome;
pub use recorder::Recorder;

type Sink = dyn Fn(&[u8]) + Send + Sync;

/// Where lines go. Handed to what writes them, so that a test reads what was logged.
#[derive(Clone)]
pub struct Log(Arc<Sink>);

impl Log {
    /// Standard output, which Lambda hands on to CloudWatch Logs.
    #[must_use]
    pub fn to_stdout() -> Self {
        // Nobody can be told that the log cannot be written; the request is answered all the same.
        Self::from_fn(|line| drop(io::stdout().lock().write_all(line)))
    }

    /// Standard error.
    #[must_use]
    pub fn to_stderr() -> Self {
        Self::from_fn(|line| drop(io::stderr().lock().write_all(line)))
    }

    /// Nowhere.
    #[must_use]
    pub fn to_nobody() -> Self {
        Self::from_fn(|_| {})
    }

    /// Hands each line, with the line feed that ends it, to `write`.
    pub fn from_fn(write: impl Fn(&[u8]) + Send + Sync + 'static) -> Self {
        Self(Arc::new(write))
    }

    fn write(&self, line: &[u8]) {
        (self.0)(line);
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Log")
    }
}
