//! What the token function does with a request: the loop of `functions/token/src/gate.rs`, cut at
//! each call of the database.
//!
//! Between two calls nobody sees what a request does, so its deciding belongs to the step before.

use shared::model::Timestamp;
use shared::model::attempt::{Attempt, Known, Next};
use shared::model::gate::{Gate, GateWrite};

use crate::model::faults::Fault;
use crate::model::judge::{Event, Verdict};
use crate::model::protocol::Protocol;
use crate::model::world::{Count, Record, Request, Waiting, World};

impl Protocol {
    pub(crate) fn begin(
        &self,
        world: &mut World,
        verdict: &mut Verdict,
        at: usize,
        secret: u8,
        behind: u64,
    ) {
        let attempt = match world.instances[at].remembered.clone() {
            // Cold, it reads before anything else, as after it has lost what it went by.
            None => Attempt::Lost,
            Some(known) if self.fault == Fault::CacheRefuses => Attempt::Knowing(Some(known)),
            Some(known) => Attempt::Remembering(known),
        };
        let request = Request {
            secret,
            now: Timestamp::from_epoch_seconds(world.time - behind),
            attempt,
            waiting: Waiting::Read,
            in_vain: 0,
            state_refused: false,
            quota_refused: false,
        };
        world.instances[at].request = Some(request);
        world.witness();
        self.go_on(world, verdict, at);
    }

    pub(crate) fn see_record(&self, world: &mut World, verdict: &mut Verdict, at: usize) {
        let record = world.database.record;
        match world.awaiting(at) {
            Waiting::Record(gate) => {
                let gate = gate.take();
                self.read(world, verdict, at, record.zip(gate));
            }
            waiting => *waiting = Waiting::Gate(record),
        }
    }

    pub(crate) fn see_gate(&self, world: &mut World, verdict: &mut Verdict, at: usize) {
        let gate = world.database.gate.clone();
        match world.awaiting(at) {
            Waiting::Gate(record) => {
                let record = record.take();
                self.read(world, verdict, at, record.zip(gate));
            }
            waiting => *waiting = Waiting::Record(gate),
        }
    }

    /// A Query has come to its end, with both items or without the client.
    fn read(
        &self,
        world: &mut World,
        verdict: &mut Verdict,
        at: usize,
        found: Option<(Record, Gate)>,
    ) {
        let found = found.map(|(mut client, gate)| {
            if client.revision != gate.revision {
                verdict.show(Event::ReadAcrossAChange);
            }
            if self.fault == Fault::QueryTakenForOneMoment {
                client.revision = gate.revision;
            }
            Known { client, gate }
        });
        let instance = &mut world.instances[at];
        match &found {
            None => instance.remembered = None,
            Some(found) => {
                if let Some(known) = &mut instance.remembered {
                    known.clone_from(found);
                }
            }
        }
        let request = instance.request.as_mut().unwrap();
        request.attempt = Attempt::Knowing(found);
        self.go_on(world, verdict, at);
        if let Some(request) = &mut world.instances[at].request
            && request.waiting == Waiting::Read
        {
            verdict.in_vain(request);
        }
    }

    pub(crate) fn write(&self, world: &mut World, verdict: &mut Verdict, at: usize) {
        let write = world.awaited_write(at).unwrap().clone();
        let request = world.instances[at].request.clone().unwrap();
        let (warm, seen) = match &request.attempt {
            Attempt::Remembering(known) => (true, Some(known)),
            Attempt::Knowing(known) => (false, known.as_ref()),
            Attempt::Lost => (false, None),
        };
        let seen = seen.unwrap().clone();
        let before = world.database.clone();
        if world.database.pass(&write, seen.gate.issued, self.fault) {
            world.instances[at].request = None;
            verdict.issued(world, &seen.client, warm, &request, &write);
            world.counted(&write, true);
            let gate = world.database.gate.clone().unwrap();
            let client = seen.client;
            world.instances[at].remembered = Some(Known { client, gate });
        } else {
            verdict.turned_away(before.gate.as_ref(), &seen.gate, &write);
            let request = world.instances[at].request.as_mut().unwrap();
            if self.fault != Fault::LearnsNothing {
                request.attempt = request.attempt.clone().having_met(before.gate);
            }
            self.go_on(world, verdict, at);
            if let Some(request) = &mut world.instances[at].request {
                verdict.in_vain(request);
            }
        }
    }

    /// A write arrives whose request may have ended long ago.
    pub(crate) fn arrive(&self, world: &mut World, verdict: &mut Verdict) {
        let write = world.on_its_way.take().unwrap();
        let count = world.database.count();
        if world.database.pass(&write, count, self.fault) {
            verdict.show(Event::CountedWithoutToken);
            world.counted(&write, false);
        }
    }

    /// Decides what a request waits for next, or ends it.
    fn go_on(&self, world: &mut World, verdict: &mut Verdict, at: usize) {
        let slot = &mut world.instances[at].request;
        let request = slot.as_mut().unwrap();
        let decide = |client: &Record| client.permits(request.secret).then_some(()).ok_or(());
        let next = request
            .attempt
            .next(self.window(), request.now, decide, || ());
        match next {
            Next::Read => request.waiting = Waiting::Read,
            Next::Write(write, ()) => request.waiting = Waiting::Write(write),
            Next::Full(_) => {
                verdict.refused_by_quota(request);
                *slot = None;
            }
            Next::Refuse(()) => {
                verdict.refused_by_state(request, world.database.record.as_ref());
                *slot = None;
            }
        }
    }
}

impl World {
    fn awaiting(&mut self, at: usize) -> &mut Waiting {
        &mut self.instances[at].request.as_mut().unwrap().waiting
    }

    /// The write that an instance's request waits for.
    pub(crate) fn awaited_write(&self, at: usize) -> Option<&GateWrite> {
        match &self.instances[at].request.as_ref()?.waiting {
            Waiting::Write(write) => Some(write),
            _ => None,
        }
    }

    /// Takes note of a gate write that has just committed.
    fn counted(&mut self, write: &GateWrite, issued: bool) {
        let at = self.time;
        self.counts.push(Count { at, issued });
        if write.roll.is_some() {
            self.moved();
        }
        self.witness();
    }
}
