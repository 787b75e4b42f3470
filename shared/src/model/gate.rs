//! The gate: what every token passes, and the count of those that passed.
//!
//! Beside each client's record lies one small item. Time is cut into buckets; the gate
//! holds the current bucket's count and the final counts of the buckets before that still weigh. This
//! module decides what to write next; `store::gates` writes it. The promises that hang on it, and
//! why it keeps them, stand in `docs/architecture.md`.

use std::collections::BTreeMap;

use super::{Revision, Timestamp, TokenQuota};

/// How time is cut. The quota holds in every rolling `seconds`, for clocks up to a bucket apart and
/// writes that commit up to a bucket after the clock was read, as long as
/// `past_buckets · bucket_seconds ≥ seconds + 2 · bucket_seconds`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The time that a quota is for.
    pub seconds: u64,
    /// The length of a bucket.
    pub bucket_seconds: u64,
    /// How many past buckets weigh beside the current one.
    pub past_buckets: u64,
}

impl Window {
    /// The window of every quota: an hour, in buckets of a minute.
    pub const HOUR: Self = Self {
        seconds: 3_600,
        bucket_seconds: 60,
        past_buckets: 62,
    };

    /// The bucket that `now` lies in.
    #[must_use]
    pub const fn bucket(self, now: Timestamp) -> Bucket {
        Bucket(now.epoch_seconds() / self.bucket_seconds)
    }

    /// Whether tokens of `past` weigh on one that is issued in `current`.
    const fn weighs(self, past: Bucket, current: Bucket) -> bool {
        past.0 + self.past_buckets >= current.0
    }

    /// When a bucket has stopped to weigh by every clock that is at most a bucket behind.
    const fn forgets(self, bucket: Bucket) -> Timestamp {
        let first_without = bucket.0 + self.past_buckets + 1;
        Timestamp::from_epoch_seconds((first_without + 1) * self.bucket_seconds)
    }
}

const _: () = {
    let hour = Window::HOUR;
    assert!(hour.past_buckets * hour.bucket_seconds >= hour.seconds + 2 * hour.bucket_seconds);
};

/// A stretch of time, counted from the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bucket(pub u64);

/// A client's gate as somebody has seen it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Gate {
    /// The state of the client under which tokens pass.
    pub revision: Revision,
    /// The bucket that is counted in. It only moves forward.
    pub bucket: Bucket,
    /// How many tokens passed in that bucket.
    pub issued: u32,
    /// How many passed in the buckets before; buckets without tokens are left out. In one bucket this
    /// never changes, so whoever knows the bucket knows this.
    pub past: BTreeMap<Bucket, u32>,
}

/// The one conditional write that counts a token.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct GateWrite {
    /// Condition: the client is in this state.
    pub revision: Revision,
    /// Condition: the gate is in this bucket.
    pub bucket: Bucket,
    /// Condition, when there is one: fewer than this have passed in that bucket.
    pub issued_below: Option<u32>,
    /// In the same bucket, one is added to its count; otherwise the gate rolls on.
    pub roll: Option<Roll>,
}

/// How a gate moves into a later bucket, where the token is the first.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Roll {
    /// The later bucket.
    pub into: Bucket,
    /// Whether the bucket that ends still weighs, so that its count goes to the past as the database
    /// holds it: the writer need not know it.
    pub keeps_last: bool,
    /// Past buckets that weigh no more.
    pub forgets: Vec<Bucket>,
}

/// There is no room for another token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Full {
    /// The quota that is spent.
    pub quota: TokenQuota,
    /// Seconds until a client that is alone gets a token again.
    pub retry_after: u64,
}

impl Gate {
    /// The gate of a client that has just been made.
    #[must_use]
    pub const fn new(revision: Revision, bucket: Bucket) -> Self {
        Self {
            revision,
            bucket,
            issued: 0,
            past: BTreeMap::new(),
        }
    }

    /// The write that counts one more token at `now`. If its conditions hold, the token is counted.
    ///
    /// # Errors
    /// [`Full`] when there is no room, as far as this gate tells.
    pub fn next(
        &self,
        window: Window,
        now: Timestamp,
        quota: TokenQuota,
    ) -> Result<GateWrite, Full> {
        // An instance whose clock is behind counts in the gate's bucket.
        let current = window.bucket(now).max(self.bucket);
        let weighing: u32 = self
            .past
            .iter()
            .filter(|(bucket, _)| window.weighs(**bucket, current))
            .fold(0, |sum, (_, issued)| sum.saturating_add(*issued));
        let last_weighs = window.weighs(self.bucket, current);
        let room = quota.tokens().saturating_sub(weighing);
        let known_to_be_spent = if last_weighs { self.issued } else { 0 };
        if known_to_be_spent >= room {
            return Err(self.full(window, now, quota));
        }
        Ok(GateWrite {
            revision: self.revision,
            bucket: self.bucket,
            issued_below: last_weighs.then_some(room),
            roll: (current > self.bucket).then(|| Roll {
                into: current,
                keeps_last: last_weighs,
                forgets: self
                    .past
                    .keys()
                    .copied()
                    .filter(|bucket| !window.weighs(*bucket, current))
                    .collect(),
            }),
        })
    }

    fn full(&self, window: Window, now: Timestamp, quota: TokenQuota) -> Full {
        let mut counts = self.past.clone();
        counts.insert(self.bucket, self.issued);
        let mut weighing = counts
            .values()
            .fold(0_u64, |sum, issued| sum + u64::from(*issued));
        let mut room_at = now;
        for (bucket, issued) in counts {
            if weighing < u64::from(quota.tokens()) {
                break;
            }
            weighing -= u64::from(issued);
            room_at = window.forgets(bucket);
        }
        Full {
            quota,
            retry_after: room_at.seconds_since(now).max(1),
        }
    }
}

#[cfg(test)]
mod tests;
