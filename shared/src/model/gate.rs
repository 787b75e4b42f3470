//! The gate: what every token passes, and the count of those that passed.
//!
//! Beside each client's record lies one small item. Time is cut into slots; the gate
//! holds the current slot's count and the final counts of the slots before that still weigh. This
//! module decides what to write next; `store::gate` writes it. The promises that hang on it, and
//! why it keeps them, stand in `docs/architecture.md`.

use std::collections::BTreeMap;

use super::{Revision, Timestamp, TokenQuota};

/// How time is cut. The quota holds in every rolling `seconds`, for clocks up to a slot apart and
/// writes that commit up to a slot after the clock was read, as long as
/// `past_slots · slot_seconds ≥ seconds + 2 · slot_seconds`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The time that a quota is for.
    pub seconds: u64,
    /// The length of a slot.
    pub slot_seconds: u64,
    /// How many past slots weigh beside the current one.
    pub past_slots: u64,
}

impl Window {
    /// The window of every quota: an hour, in slots of a minute.
    pub const HOUR: Self = Self {
        seconds: 3_600,
        slot_seconds: 60,
        past_slots: 62,
    };

    /// The slot that `now` lies in.
    #[must_use]
    pub const fn slot(self, now: Timestamp) -> Slot {
        Slot(now.epoch_seconds() / self.slot_seconds)
    }

    /// Whether tokens of `past` weigh on one that is issued in `current`.
    const fn weighs(self, past: Slot, current: Slot) -> bool {
        past.0 + self.past_slots >= current.0
    }

    /// When a slot has stopped to weigh by every clock that is at most a slot behind.
    const fn forgets(self, slot: Slot) -> Timestamp {
        let first_without = slot.0 + self.past_slots + 1;
        Timestamp::from_epoch_seconds((first_without + 1) * self.slot_seconds)
    }
}

const _: () = {
    let hour = Window::HOUR;
    assert!(hour.past_slots * hour.slot_seconds >= hour.seconds + 2 * hour.slot_seconds);
};

/// A stretch of time, counted from the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(pub u64);

/// A client's gate as somebody has seen it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Gate {
    /// The state of the client under which tokens pass.
    pub revision: Revision,
    /// The slot that is counted in. It only moves forward.
    pub slot: Slot,
    /// How many tokens passed in that slot.
    pub issued: u32,
    /// How many passed in the slots before; slots without tokens are left out. In one slot this
    /// never changes, so whoever knows the slot knows this.
    pub past: BTreeMap<Slot, u32>,
}

/// The one conditional write that counts a token.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct GateWrite {
    /// Condition: the client is in this state.
    pub revision: Revision,
    /// Condition: the gate is in this slot.
    pub slot: Slot,
    /// Condition, when there is one: fewer than this have passed in that slot.
    pub issued_below: Option<u32>,
    /// In the same slot, one is added to its count; otherwise the gate rolls on.
    pub roll: Option<Roll>,
}

/// How a gate moves into a later slot, where the token is the first.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Roll {
    /// The later slot.
    pub into: Slot,
    /// Whether the slot that ends still weighs, so that its count goes to the past as the database
    /// holds it: the writer need not know it.
    pub keeps_last: bool,
    /// Past slots that weigh no more.
    pub forgets: Vec<Slot>,
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
    pub const fn new(revision: Revision, slot: Slot) -> Self {
        Self {
            revision,
            slot,
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
        // An instance whose clock is behind counts in the gate's slot.
        let current = window.slot(now).max(self.slot);
        let weighing: u32 = self
            .past
            .iter()
            .filter(|(slot, _)| window.weighs(**slot, current))
            .fold(0, |sum, (_, issued)| sum.saturating_add(*issued));
        let last_weighs = window.weighs(self.slot, current);
        let room = quota.tokens().saturating_sub(weighing);
        let known_to_be_spent = if last_weighs { self.issued } else { 0 };
        if known_to_be_spent >= room {
            return Err(self.full(window, now, quota));
        }
        Ok(GateWrite {
            revision: self.revision,
            slot: self.slot,
            issued_below: last_weighs.then_some(room),
            roll: (current > self.slot).then(|| Roll {
                into: current,
                keeps_last: last_weighs,
                forgets: self
                    .past
                    .keys()
                    .copied()
                    .filter(|slot| !window.weighs(*slot, current))
                    .collect(),
            }),
        })
    }

    fn full(&self, window: Window, now: Timestamp, quota: TokenQuota) -> Full {
        let mut counts = self.past.clone();
        counts.insert(self.slot, self.issued);
        let mut weighing = counts
            .values()
            .fold(0_u64, |sum, issued| sum + u64::from(*issued));
        let mut room_at = now;
        for (slot, issued) in counts {
            if weighing < u64::from(quota.tokens()) {
                break;
            }
            weighing -= u64::from(issued);
            room_at = window.forgets(slot);
        }
        Full {
            quota,
            retry_after: room_at.seconds_since(now).max(1),
        }
    }
}

#[cfg(test)]
mod tests;
