//! The gate: the conditional write that verifies a client's state and counts a token, together with
//! the item that it writes.
//!
//! Time is divided into time buckets. A gate holds the token count of the current bucket, and the
//! final counts of the past buckets that still count against the quota. This module decides the
//! next write; `store::gates` makes it. `docs/architecture.md` explains the promises that depend on
//! it.

use std::collections::BTreeMap;

use super::{Day, Revision, Timestamp, TokenQuota};

/// The window of a quota, and its division into time buckets.
///
/// If `past_buckets · bucket_seconds ≥ seconds + 2 · bucket_seconds`, the quota holds in every
/// rolling window. One extra bucket is for clocks up to one bucket apart. The other is for writes
/// that commit up to one bucket after the clock was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The length of the window.
    pub seconds: u64,
    /// The length of a bucket.
    pub bucket_seconds: u64,
    /// The number of past buckets that count, in addition to the current one.
    pub past_buckets: u64,
}

impl Window {
    /// The window of every quota: an hour, in buckets of a minute.
    pub const HOUR: Self = Self {
        seconds: 3_600,
        bucket_seconds: 60,
        past_buckets: 62,
    };

    /// The bucket of `now`.
    #[must_use]
    pub const fn bucket(self, now: Timestamp) -> Bucket {
        Bucket(now.epoch_seconds() / self.bucket_seconds)
    }

    /// The day of a bucket: that in which it begins.
    #[must_use]
    pub const fn day(self, bucket: Bucket) -> Day {
        Timestamp::from_epoch_seconds(bucket.0.saturating_mul(self.bucket_seconds)).day()
    }

    /// Whether the tokens of `past` still count against the quota in `current`.
    const fn counts_in(self, past: Bucket, current: Bucket) -> bool {
        past.0.saturating_add(self.past_buckets) >= current.0
    }

    /// The time from which `bucket` no longer counts, by every clock at most one bucket behind.
    const fn stops_counting_at(self, bucket: Bucket) -> Timestamp {
        let first_without = bucket.0.saturating_add(self.past_buckets + 1);
        let by_every_clock = first_without.saturating_add(1);
        Timestamp::from_epoch_seconds(by_every_clock.saturating_mul(self.bucket_seconds))
    }
}

const _: () = {
    let hour = Window::HOUR;
    assert!(hour.past_buckets * hour.bucket_seconds >= hour.seconds + 2 * hour.bucket_seconds);
};

/// A time bucket, numbered from the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bucket(pub u64);

/// A client's gate, as read or written by an instance.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Gate {
    /// The state of the client under which tokens are issued.
    pub revision: Revision,
    /// The current time bucket. It only moves forward.
    pub bucket: Bucket,
    /// Tokens counted in the current bucket.
    pub issued: u32,
    /// The final counts of past buckets; buckets without tokens are left out. Within one current
    /// bucket this map never changes, so an instance that knows the bucket knows the map.
    pub past: BTreeMap<Bucket, u32>,
}

/// The conditional write that counts a token.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct GateWrite {
    /// Condition: the client has this revision.
    pub revision: Revision,
    /// Condition: this is the gate's current bucket.
    pub bucket: Bucket,
    /// Condition, if any: the count of that bucket is below this bound.
    pub issued_below: Option<u32>,
    /// `None` adds one to that bucket's count; otherwise the gate rolls into a later bucket.
    pub roll: Option<Roll>,
}

/// Moves a gate into a later bucket, in which the token is the first.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Roll {
    /// The later bucket.
    pub into: Bucket,
    /// Whether the bucket that ends still counts. If so, DynamoDB itself moves its count to the
    /// past ones: the writer need not know it.
    pub keeps_last: bool,
    /// Past buckets that no longer count, to remove.
    pub forgets: Vec<Bucket>,
}

/// The quota is exhausted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Full {
    /// The exhausted quota.
    pub quota: TokenQuota,
    /// Seconds until a client that sends no other requests gets a token again.
    pub retry_after: u64,
    /// Whether the gate is in a bucket that no clock should have reached: the clock was ahead when
    /// the gate was rolled, or is behind now. The wait may then be long.
    pub is_clock_behind: bool,
}

/// What is left of a quota.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// The quota.
    pub quota: TokenQuota,
    /// The tokens that a client can still get.
    pub tokens: u32,
    /// Seconds until a client that sends no other requests can get more than these.
    pub more_after: u64,
}

impl GateWrite {
    /// The bucket in which the token is counted. From one write to the next, it only moves forward.
    #[must_use]
    pub fn counts_in(&self) -> Bucket {
        self.roll.as_ref().map_or(self.bucket, |roll| roll.into)
    }
}

impl Gate {
    /// The gate of a new client.
    #[must_use]
    pub const fn new(revision: Revision, bucket: Bucket) -> Self {
        Self {
            revision,
            bucket,
            issued: 0,
            past: BTreeMap::new(),
        }
    }

    /// The write that counts one more token at `now`, if its condition holds.
    ///
    /// # Errors
    /// [`Full`] if the quota has no room, according to this gate.
    pub fn next(
        &self,
        window: Window,
        now: Timestamp,
        quota: TokenQuota,
    ) -> Result<GateWrite, Full> {
        // An instance whose clock is behind counts in the gate's bucket.
        let current = window.bucket(now).max(self.bucket);
        let keeps_last = window.counts_in(self.bucket, current);
        let room = self.room(window, current, quota);
        let used = if keeps_last { self.issued } else { 0 };
        if used >= room {
            return Err(Full {
                quota,
                retry_after: self.more_after(window, now, quota),
                is_clock_behind: self.bucket.0 > window.bucket(now).0 + 1,
            });
        }
        Ok(GateWrite {
            revision: self.revision,
            bucket: self.bucket,
            issued_below: keeps_last.then_some(room),
            roll: (current > self.bucket).then(|| Roll {
                into: current,
                keeps_last,
                forgets: self
                    .past
                    .keys()
                    .copied()
                    .filter(|bucket| !window.counts_in(*bucket, current))
                    .collect(),
            }),
        })
    }

    /// What is left of the quota after the write that led to this gate. Later requests count in its
    /// bucket or a later one, where no more past tokens count, so a client can get as many tokens.
    #[must_use]
    pub fn allowance(&self, window: Window, now: Timestamp, quota: TokenQuota) -> Allowance {
        let room = self.room(window, self.bucket, quota);
        Allowance {
            quota,
            tokens: room.saturating_sub(self.issued),
            more_after: self.more_after(window, now, quota),
        }
    }

    /// The tokens that the past buckets leave of the quota in `current`.
    fn room(&self, window: Window, current: Bucket, quota: TokenQuota) -> u32 {
        let counting = self.past.iter();
        let counting = counting.filter(|(bucket, _)| window.counts_in(**bucket, current));
        let past = counting.fold(0_u32, |sum, (_, issued)| sum.saturating_add(*issued));
        quota.tokens().saturating_sub(past)
    }

    /// Seconds until the quota has room for one token more than now. If it has room already, that is
    /// when the oldest tokens no longer count.
    fn more_after(&self, window: Window, now: Timestamp, quota: TokenQuota) -> u64 {
        let counts = || self.past.iter().chain([(&self.bucket, &self.issued)]);
        let mut tokens: u64 = counts().map(|(_, issued)| u64::from(*issued)).sum();
        let fewer_than = tokens.min(quota.tokens().into());
        let mut more_at = now;
        for (bucket, issued) in counts() {
            if tokens < fewer_than {
                break;
            }
            tokens -= u64::from(*issued);
            more_at = window.stops_counting_at(*bucket);
        }
        more_at.seconds_since(now).max(1)
    }
}

#[cfg(test)]
mod tests;
