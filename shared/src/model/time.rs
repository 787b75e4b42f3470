//! Points in time.

use std::fmt;

/// A point in time, in whole seconds since 1970-01-01T00:00:00Z. This is the unit of JWT's
/// `NumericDate` (RFC 7519 §2) and of every time in the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

/// A day in UTC, numbered from 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(u64);

const SECONDS_OF_A_DAY: u64 = 86_400;

impl Timestamp {
    /// The time `seconds` after the epoch.
    #[must_use]
    pub const fn from_epoch_seconds(seconds: u64) -> Self {
        Self(seconds)
    }

    /// Seconds since the epoch.
    #[must_use]
    pub const fn epoch_seconds(self) -> u64 {
        self.0
    }

    /// The day.
    #[must_use]
    pub const fn day(self) -> Day {
        Day(self.0 / SECONDS_OF_A_DAY)
    }

    /// The time `seconds` after this one.
    #[must_use]
    pub const fn plus(self, seconds: u64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// Seconds from `earlier` to this time; zero if `earlier` is later.
    #[must_use]
    pub const fn seconds_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl Day {
    /// The day with this number in the table.
    pub(crate) const fn from_stored(number: u64) -> Self {
        Self(number)
    }

    /// Days since the epoch.
    #[must_use]
    pub const fn epoch_days(self) -> u64 {
        self.0
    }

    /// The time at which the day begins.
    #[must_use]
    pub const fn start(self) -> Timestamp {
        Timestamp(self.0.saturating_mul(SECONDS_OF_A_DAY))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}
