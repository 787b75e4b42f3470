//! The one door through which time comes in.

use std::fmt;
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use crate::model::Timestamp;

/// Tells the time. Handed to everything that asks for it, so that a test decides what time it is.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// The machine's own clock.
    #[must_use]
    pub fn system() -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the door that the lint points to"
        )]
        Self::from_fn(|| {
            let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH);
            Timestamp::from_epoch_seconds(since_epoch.map_or(0, |elapsed| elapsed.as_secs()))
        })
    }

    /// A clock that shows whatever `now` answers.
    pub fn from_fn(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The time now, in whole seconds.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

/// Measures how long something takes, for the log. Nothing is decided by it.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Begins to measure.
    #[must_use]
    pub fn start() -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the door that the lint points to"
        )]
        Self(Instant::now())
    }

    /// The milliseconds since then, to a microsecond.
    #[must_use]
    pub fn milliseconds(self) -> f64 {
        let micros = self.0.elapsed().as_micros();
        f64::from(u32::try_from(micros).unwrap_or(u32::MAX)) / 1_000.0
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Clock")
    }
}
