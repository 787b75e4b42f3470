//! Judges each step: the promises that it violates and the events that it shows to be possible.

use std::collections::BTreeSet;
use std::hash::{Hash as _, Hasher};

use shared::model::Timestamp;
use shared::model::gate::{Bucket, Gate, GateWrite};
use shared::model::issuing::TORN_READS;

use crate::model::protocol::{FIRST_QUOTA, WINDOW};
use crate::model::world::{Count, Database, Record, Request, World};

/// A violation of a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Violation {
    /// A token was counted under a state that a completed change had replaced.
    OldState,
    /// A token was counted under a state other than the one in the database.
    OtherState,
    /// A window contains more tokens than the quota.
    Quota,
    /// A request was refused, although state and quota permitted it throughout.
    Refusal,
    /// A change failed without a concurrent change.
    ChangeBlocked,
    /// A write's condition failed, although the gate had neither moved nor filled up.
    WriteBlocked,
    /// A request wasted a second step, although the gate had not moved since the first. For a
    /// damaged client, it is the sixth.
    WastedStep,
    /// A client was reported as damaged that was not.
    FalseAlarm,
    /// A token was counted for a secret whose removal had been answered.
    RemovedSecret,
    /// A token was counted for a secret that had ended, or that the client never had.
    EndedSecret,
    /// A request was refused without a read.
    RefusedUnread,
    /// A change left other secrets than the rules name, or more than two.
    SecretRules,
    /// A new secret was added to other secrets than its request had read first.
    OvertakenSecrets,
    /// A secret has, or a response shows, the day of another one's last use.
    ForeignUse,
    /// A secret has no day of last use, although a token was counted for it.
    LostUse,
}

/// An event that must be possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    IssuedInOneCall,
    IssuedWithNewSecret,
    IssuedAfterEnabling,
    IssuedUnderLargerQuota,
    IssuedWithClockBehind,
    IssuedAfterEmptyWindow,
    Rolled,
    RefusedByQuota,
    RefusedOldSecret,
    RefusedDisabled,
    RefusedDeleted,
    OldRevisionRejected,
    OldBucketRejected,
    FullBucketRejected,
    ReadDuringChange,
    CountedWithoutToken,
    ChangeConditionFailed,
    ReportedDamaged,
    RefusedWhileDamaged,
    IssuedWithEachSecret,
    RefusedEndedSecret,
    SecretsOvertaken,
    ChangeOfSecretsRefused,
    SecretReplaced,
    ShownDuringChange,
    ShownUse,
}

/// The judgement of one step.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) violations: BTreeSet<Violation>,
    pub(crate) shown: Vec<Event>,
}

impl Outcome {
    pub(crate) fn show(&mut self, event: Event) {
        self.shown.push(event);
    }

    pub(crate) fn show_if(&mut self, happened: bool, event: Event) {
        if happened {
            self.show(event);
        }
    }

    pub(crate) fn require(&mut self, holds: bool, violation: Violation) {
        if !holds {
            self.violations.insert(violation);
        }
    }

    /// A token was just counted on the basis of `record`.
    pub(crate) fn issued(
        &mut self,
        world: &World,
        record: &Record,
        warm: bool,
        request: &Request,
        write: &GateWrite,
    ) {
        let current = world.database.record.as_ref();
        self.require(record.state >= world.answered, Violation::OldState);
        self.require(
            current.is_some_and(|current| current.state == record.state),
            Violation::OtherState,
        );
        self.require(
            world.removed & 1 << request.secret == 0,
            Violation::RemovedSecret,
        );
        self.require(
            current.is_some_and(|current| current.permits(request.secret, request.now))
                || current.is_none_or(|current| current.state != record.state),
            Violation::EndedSecret,
        );
        let in_window = |count: &&Count| {
            // Each may lie anywhere within its tick.
            count.issued && world.time - count.at <= WINDOW.seconds
        };
        let issued = 1 + world.counts.iter().filter(in_window).count();
        let quota = current.map_or(0, |current| current.quota.tokens());
        self.require(issued <= quota as usize, Violation::Quota);

        let gate = world.database.gate.as_ref();
        let ahead = gate.is_some_and(|gate| gate.bucket > WINDOW.bucket(request.now));
        let empty = write.roll.as_ref().is_some_and(|roll| !roll.keeps_last);
        self.show_if(warm, Event::IssuedInOneCall);
        self.show_if(request.secret > 0, Event::IssuedWithNewSecret);
        let newest = record.keyring.places().last();
        self.show_if(
            newest.is_some_and(|(newest, _)| newest != request.secret),
            Event::IssuedWithEachSecret,
        );
        // In every scenario that expects this event, the second change disables the client.
        self.show_if(record.state > 2, Event::IssuedAfterEnabling);
        self.show_if(
            issued > usize::from(FIRST_QUOTA),
            Event::IssuedUnderLargerQuota,
        );
        self.show_if(ahead, Event::IssuedWithClockBehind);
        self.show_if(empty, Event::IssuedAfterEmptyWindow);
        self.show_if(write.roll.is_some(), Event::Rolled);
    }

    /// A write's condition failed. `seen` is the gate that the request had observed.
    pub(crate) fn condition_failed(&mut self, gate: Option<&Gate>, seen: &Gate, write: &GateWrite) {
        let Some(gate) = gate else {
            return;
        };
        let bound = write.issued_below;
        let revision = gate.revision != seen.revision;
        let bucket = gate.bucket != seen.bucket;
        let full = bound.is_some_and(|issued_below| gate.issued >= issued_below);
        self.require(revision || bucket || full, Violation::WriteBlocked);
        self.show_if(revision, Event::OldRevisionRejected);
        self.show_if(bucket, Event::OldBucketRejected);
        self.show_if(full, Event::FullBucketRejected);
    }

    /// A request took a step that brought it no closer to its end.
    pub(crate) fn wasted_step(&mut self, request: &mut Request) {
        request.wasted_steps += 1;
        let most = if request.was_damaged { TORN_READS } else { 1 };
        self.require(request.wasted_steps <= most, Violation::WastedStep);
    }

    pub(crate) fn refused(&mut self, request: &Request) {
        self.require(request.has_called, Violation::RefusedUnread);
    }

    pub(crate) fn refused_by_quota(&mut self, request: &Request) {
        self.require(request.quota_refused, Violation::Refusal);
        self.show(Event::RefusedByQuota);
    }

    pub(crate) fn reported_damaged(&mut self, request: &Request) {
        self.require(request.was_damaged, Violation::FalseAlarm);
        self.show(Event::ReportedDamaged);
    }

    pub(crate) fn refused_by_state(&mut self, request: &Request, database: &Database) {
        self.require(request.state_refused, Violation::Refusal);
        self.show_if(!database.is_whole(), Event::RefusedWhileDamaged);
        match &database.record {
            None => self.show(Event::RefusedDeleted),
            Some(current) => {
                self.show_if(!current.enabled, Event::RefusedDisabled);
                let known = current.keyring.known(request.secret);
                self.show_if(known.is_none(), Event::RefusedOldSecret);
                let has_ended = !current.permits(request.secret, request.now) && current.enabled;
                self.show_if(known.is_some() && has_ended, Event::RefusedEndedSecret);
            }
        }
    }
}

impl World {
    /// Records, for each active request, whether the current state or quota refuses it.
    pub(crate) fn observe(&mut self) {
        let record = self.database.record;
        let gate_bucket = self
            .database
            .gate
            .as_ref()
            .map_or(Bucket(0), |gate| gate.bucket);
        let counts = self.counts.clone();
        let is_damaged = !self.database.is_whole();
        for request in self.requests() {
            request.was_damaged |= is_damaged;
            let permitted = record.filter(|record| record.permits(request.secret, request.now));
            let Some(record) = permitted else {
                request.state_refused = true;
                continue;
            };
            // No clock is ahead, so no count is in a bucket later than its own time.
            let current = WINDOW.bucket(request.now).max(gate_bucket);
            let counted = counts.iter().filter(|count| {
                let at = Timestamp::from_epoch_seconds(count.at);
                WINDOW.bucket(at).0 + WINDOW.past_buckets >= current.0
            });
            request.quota_refused |= counted.count() >= record.quota.tokens() as usize;
        }
    }

    /// The gate is in another bucket, in another state or deleted. Observations of it are stale,
    /// but some other request or change made progress.
    pub(crate) fn gate_moved(&mut self) {
        for request in self.requests() {
            request.wasted_steps = 0;
        }
    }

    /// Removes irrelevant details, so that worlds with the same future are equal.
    pub(crate) fn normalize(&mut self, oldest_reading: u64) {
        let relevant_for = WINDOW.past_buckets + oldest_reading;
        self.counts
            .retain(|count| count.at + relevant_for >= self.time);
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

/// A hash that is cheap even without optimization. After a collision, two equivalent worlds are
/// only explored separately.
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
