use std::fmt;

/// A point in time: whole seconds since 1970-01-01T00:00:00Z, the unit of JWT's `NumericDate`
/// (RFC 7519 §2) and of every time that the API shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

impl Timestamp {
    /// The time that many seconds after the epoch.
    #[must_use]
    pub const fn from_epoch_seconds(seconds: u64) -> Self {
        Self(seconds)
    }

    /// Seconds since the epoch.
    #[must_use]
    pub const fn epoch_seconds(self) -> u64 {
        self.0
    }

    /// Days since the epoch.
    #[must_use]
    pub const fn epoch_days(self) -> u64 {
        self.0 / 86_400
    }

    /// This time and `seconds` more.
    #[must_use]
    pub const fn plus(self, seconds: u64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// Seconds from `earlier` to this time; zero when `earlier` is later.
    #[must_use]
    pub const fn seconds_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}
