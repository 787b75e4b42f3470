//! The gate: what every token passes, and the count of those that passed.
//!
//! Beside each client's record lies one small item. Time is cut into slots; the gate
//! holds the current slot's count and the final counts of the slots before that still weigh. This
//! module decides what to write next; `store::gate` writes it. The promises that hang on it, and
//! why it keeps them, stand in `docs/architecture.md`.

use std::collections::BTreeMap;

use super::{Revision, Timestamp, TokenQuota};

/// How time is cut. The quota holds in every rolling `seconds`, for clocks up to a slot apart, as
/// long as `past_slots · slot_seconds ≥ seconds + slot_seconds`.
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
        past_slots: 61,
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
    assert!(hour.past_slots * hour.slot_seconds >= hour.seconds + hour.slot_seconds);
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

/// What to do for one more token.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Try this write. If its conditions hold, the token is counted.
    Write(GateWrite),
    /// There is no room, as far as this gate tells.
    Full(Full),
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

    /// What to do for one more token at `now`.
    #[must_use]
    pub fn next(&self, window: Window, now: Timestamp, quota: TokenQuota) -> Step {
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
            return Step::Full(self.full(window, now, quota));
        }
        Step::Write(GateWrite {
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
mod tests {
    use super::*;
    use uuid::Uuid;

    const HOUR: Window = Window::HOUR;
    const NOON: Timestamp = Timestamp::from_epoch_seconds(1_800_000_000);

    fn quota(tokens: u64) -> TokenQuota {
        TokenQuota::per_hour(tokens).unwrap()
    }

    fn gate() -> Gate {
        Gate::new(Revision::new(Uuid::from_u128(1)), HOUR.slot(NOON))
    }

    /// What the database does when the conditions hold.
    fn written(gate: &Gate, write: &GateWrite) -> Gate {
        assert_eq!(gate.revision, write.revision);
        assert_eq!(gate.slot, write.slot);
        assert!(write.issued_below.is_none_or(|bound| gate.issued < bound));
        let mut after = gate.clone();
        match &write.roll {
            None => after.issued += 1,
            Some(roll) => {
                if roll.keeps_last {
                    after.past.insert(gate.slot, gate.issued);
                }
                for slot in &roll.forgets {
                    after.past.remove(slot);
                }
                after.slot = roll.into;
                after.issued = 1;
            }
        }
        after
    }

    fn issue(gate: &mut Gate, now: Timestamp, quota: TokenQuota) -> Result<(), Full> {
        match gate.next(HOUR, now, quota) {
            Step::Write(write) => {
                *gate = written(gate, &write);
                Ok(())
            }
            Step::Full(full) => Err(full),
        }
    }

    #[test]
    fn the_quota_is_exact_within_a_slot() {
        let mut gate = gate();
        for _ in 0..5 {
            issue(&mut gate, NOON, quota(5)).unwrap();
        }
        assert!(issue(&mut gate, NOON, quota(5)).is_err());
    }

    #[test]
    fn no_rolling_hour_holds_more_than_the_quota() {
        let mut gate = gate();
        let mut issued_at = Vec::new();
        for minute in 0..400 {
            let now = NOON.plus(minute * 47);
            while issue(&mut gate, now, quota(7)).is_ok() {
                issued_at.push(now);
            }
        }
        for from in &issued_at {
            let in_the_hour = issued_at
                .iter()
                .filter(|at| **at >= *from && at.seconds_since(*from) < 3_600);
            assert!(in_the_hour.count() <= 7);
        }
        assert!(issued_at.len() > 7 * 4);
    }

    #[test]
    fn a_client_that_waits_as_told_gets_its_token_even_from_a_clock_that_is_a_slot_behind() {
        for burst in 1..=3 {
            let mut gate = gate();
            let mut now = NOON;
            for _ in 0..3 {
                while issue(&mut gate, now, quota(3 * burst)).is_ok() {}
                let full = issue(&mut gate, now, quota(3 * burst)).unwrap_err();
                assert!(full.retry_after <= 3_600 + 3 * HOUR.slot_seconds);
                now = now.plus(full.retry_after);
                let behind = Timestamp::from_epoch_seconds(now.epoch_seconds() - HOUR.slot_seconds);
                assert!(issue(&mut gate, behind, quota(3 * burst)).is_ok());
            }
        }
    }

    #[test]
    fn the_wait_is_for_the_oldest_tokens_only() {
        let mut gate = gate();
        issue(&mut gate, NOON, quota(2)).unwrap();
        issue(&mut gate, NOON.plus(1_800), quota(2)).unwrap();
        let now = NOON.plus(3_000);
        let full = issue(&mut gate, now, quota(2)).unwrap_err();
        assert!(full.retry_after <= 600 + 3 * HOUR.slot_seconds, "{full:?}");
    }

    #[test]
    fn an_instance_whose_clock_is_behind_counts_in_the_gates_slot() {
        let mut gate = gate();
        issue(&mut gate, NOON.plus(60), quota(9)).unwrap();
        let ahead = gate.slot;
        issue(&mut gate, NOON, quota(9)).unwrap();
        assert_eq!(gate.slot, ahead);
        assert_eq!(gate.issued, 2);
    }

    #[test]
    fn a_smaller_quota_counts_what_was_issued_under_the_larger_one() {
        let mut gate = gate();
        for _ in 0..5 {
            issue(&mut gate, NOON, quota(5)).unwrap();
        }
        assert!(issue(&mut gate, NOON.plus(600), quota(3)).is_err());
        assert!(issue(&mut gate, NOON.plus(600), quota(6)).is_ok());
    }

    #[test]
    fn slots_that_weigh_no_more_are_forgotten() {
        let mut gate = gate();
        for hour in 0..30 {
            issue(&mut gate, NOON.plus(hour * 1_000), quota(100)).unwrap();
        }
        assert!(gate.past.len() <= 5, "{:?}", gate.past);
        issue(&mut gate, NOON.plus(1_000_000), quota(100)).unwrap();
        assert!(gate.past.is_empty());
    }

    #[test]
    fn a_roll_does_not_depend_on_the_count_that_was_seen() {
        let seen = gate();
        let mut real = gate();
        for _ in 0..4 {
            issue(&mut real, NOON, quota(6)).unwrap();
        }
        let Step::Write(write) = seen.next(HOUR, NOON.plus(60), quota(6)) else {
            panic!("there is room");
        };
        let mut real = written(&real, &write);
        assert_eq!(real.past.get(&seen.slot), Some(&4));
        issue(&mut real, NOON.plus(61), quota(6)).unwrap();
        assert!(issue(&mut real, NOON.plus(62), quota(6)).is_err());
    }
}
