//! What is to be said of a step: whether it broke a promise, and what it shows to be possible.

use std::collections::BTreeSet;
use std::hash::{Hash as _, Hasher};

use shared::model::Timestamp;
use shared::model::gate::{Bucket, Gate, GateWrite};

use crate::model::protocol::{FIRST_QUOTA, WINDOW};
use crate::model::world::{Count, Record, Request, World};

/// What must not be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Broken {
    /// A token was counted under a state that an answered change had ended.
    OldState,
    /// A token was counted under a state that the database did not hold then.
    OtherState,
    /// A window holds more tokens than the quota.
    Quota,
    /// A request was refused, and neither state nor quota ever said so while it ran.
    Refusal,
    /// A change that nobody overtook did not go through.
    ChangeBlocked,
    /// A write was turned away from a gate that had neither moved nor filled up.
    WriteBlocked,
    /// A request did a second thing in vain although the gate had not moved since the first.
    InVain,
}

/// What has to be possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    IssuedInOneCall,
    IssuedWithNewSecret,
    IssuedAfterEnabling,
    IssuedUnderALargerQuota,
    IssuedByAClockBehind,
    IssuedAfterAnEmptyWindow,
    Rolled,
    RefusedByQuota,
    RefusedOldSecret,
    RefusedDisabled,
    RefusedDeleted,
    OldRevisionTurnedAway,
    OldBucketTurnedAway,
    FullBucketTurnedAway,
    ReadAcrossAChange,
    CountedWithoutToken,
    Overtaken,
}

/// What is to be said of one step.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) broken: BTreeSet<Broken>,
    pub(crate) shown: Vec<Event>,
}

impl Outcome {
    pub(crate) fn show(&mut self, event: Event) {
        self.shown.push(event);
    }

    fn show_if(&mut self, is_so: bool, event: Event) {
        if is_so {
            self.show(event);
        }
    }

    fn broken_unless(&mut self, is_so: bool, broken: Broken) {
        if !is_so {
            self.broken.insert(broken);
        }
    }

    /// A token was counted this moment, to go out as that record permits.
    pub(crate) fn issued(
        &mut self,
        world: &World,
        record: &Record,
        warm: bool,
        request: &Request,
        write: &GateWrite,
    ) {
        let there = world.database.record.as_ref();
        self.broken_unless(record.state >= world.answered, Broken::OldState);
        self.broken_unless(
            there.is_some_and(|there| there.state == record.state),
            Broken::OtherState,
        );
        let in_window = |count: &&Count| {
            // Both lie somewhere in their ticks.
            count.issued && world.time - count.at <= WINDOW.seconds
        };
        let issued = 1 + world.counts.iter().filter(in_window).count();
        let quota = there.map_or(0, |there| there.quota.tokens());
        self.broken_unless(issued <= quota as usize, Broken::Quota);

        let gate = world.database.gate.as_ref();
        let ahead = gate.is_some_and(|gate| gate.bucket > WINDOW.bucket(request.now));
        let empty = write.roll.as_ref().is_some_and(|roll| !roll.keeps_last);
        self.show_if(warm, Event::IssuedInOneCall);
        self.show_if(record.secret > 0, Event::IssuedWithNewSecret);
        // The second change disables the client wherever this is asked.
        self.show_if(record.state > 2, Event::IssuedAfterEnabling);
        self.show_if(
            issued > usize::from(FIRST_QUOTA),
            Event::IssuedUnderALargerQuota,
        );
        self.show_if(ahead, Event::IssuedByAClockBehind);
        self.show_if(empty, Event::IssuedAfterAnEmptyWindow);
        self.show_if(write.roll.is_some(), Event::Rolled);
    }

    /// The database refused a write of somebody who had seen the gate like this.
    pub(crate) fn turned_away(&mut self, gate: Option<&Gate>, seen: &Gate, write: &GateWrite) {
        let Some(gate) = gate else {
            return;
        };
        let bound = write.issued_below;
        let revision = gate.revision != seen.revision;
        let bucket = gate.bucket != seen.bucket;
        let full = bound.is_some_and(|issued_below| gate.issued >= issued_below);
        self.broken_unless(revision || bucket || full, Broken::WriteBlocked);
        self.show_if(revision, Event::OldRevisionTurnedAway);
        self.show_if(bucket, Event::OldBucketTurnedAway);
        self.show_if(full, Event::FullBucketTurnedAway);
    }

    /// A request has done something that brought it no nearer to its end.
    pub(crate) fn in_vain(&mut self, request: &mut Request) {
        request.in_vain += 1;
        self.broken_unless(request.in_vain <= 1, Broken::InVain);
    }

    pub(crate) fn refused_by_quota(&mut self, request: &Request) {
        self.broken_unless(request.quota_refused, Broken::Refusal);
        self.show(Event::RefusedByQuota);
    }

    pub(crate) fn refused_by_state(&mut self, request: &Request, there: Option<&Record>) {
        self.broken_unless(request.state_refused, Broken::Refusal);
        match there {
            None => self.show(Event::RefusedDeleted),
            Some(there) => {
                self.show_if(!there.enabled, Event::RefusedDisabled);
                self.show_if(there.secret != request.secret, Event::RefusedOldSecret);
            }
        }
    }
}

impl World {
    /// Takes note, for each request under way, of what the world says of it at this moment.
    pub(crate) fn observe(&mut self) {
        let record = self.database.record;
        let gate_bucket = self
            .database
            .gate
            .as_ref()
            .map_or(Bucket(0), |gate| gate.bucket);
        let counts = self.counts.clone();
        for request in self.requests() {
            let permitting = record.filter(|record| record.permits(request.secret));
            let Some(record) = permitting else {
                request.state_refused = true;
                continue;
            };
            // No clock is ahead, so no count lies in a bucket after that of its moment.
            let current = WINDOW.bucket(request.now).max(gate_bucket);
            let weighing = counts.iter().filter(|count| {
                let at = Timestamp::from_epoch_seconds(count.at);
                WINDOW.bucket(at).0 + WINDOW.past_buckets >= current.0
            });
            request.quota_refused |= weighing.count() >= record.quota.tokens() as usize;
        }
    }

    /// The gate is in another bucket, in another state or gone: what requests saw of it is not so any
    /// more, and that is somebody's progress.
    pub(crate) fn moved(&mut self) {
        for request in self.requests() {
            request.in_vain = 0;
        }
    }

    /// Drops what makes no difference any more, so that worlds which will go on alike are one.
    pub(crate) fn settle(&mut self, oldest_reading: u64) {
        let weighs = WINDOW.past_buckets + oldest_reading;
        self.counts.retain(|count| count.at + weighs >= self.time);
        if self.requests_left == 0 {
            for instance in &mut self.instances {
                instance.cache.refresh((), None);
            }
        }
        self.instances.sort_by_cached_key(|instance| {
            let mut hasher = Mixer(0);
            instance.hash(&mut hasher);
            hasher.finish()
        });
    }
}

/// A hash that is cheap in a build that is not optimised. Instances that it does not tell apart only
/// make two worlds of one.
struct Mixer(u64);

impl Hasher for Mixer {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = (self.0.rotate_left(5) ^ value).wrapping_mul(0x517c_c1b7_2722_0a95);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
