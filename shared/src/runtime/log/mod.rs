//! The log: one JSON line for each request. `docs/logging.md` lists what it contains and what it
//! never contains.

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

/// The destination of log lines. Everything that logs gets one, so tests can read the log.
#[derive(Clone)]
pub struct Log(Arc<Sink>);

impl Log {
    /// Standard output, which Lambda sends to CloudWatch Logs.
    #[must_use]
    pub fn to_stdout() -> Self {
        // A failed write cannot be reported anywhere; the request is answered anyway.
        Self::from_fn(|line| drop(io::stdout().lock().write_all(line)))
    }

    /// Standard error.
    #[must_use]
    pub fn to_stderr() -> Self {
        Self::from_fn(|line| drop(io::stderr().lock().write_all(line)))
    }

    /// Discards every line.
    #[must_use]
    pub fn discard() -> Self {
        Self::from_fn(|_| {})
    }

    /// Passes each line, with its final line feed, to `write`.
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
