//! What the token function does with a request: the steps of `model::issuing`, cut at each call of the
//! database.
//!
//! Between two calls nobody sees what a request does, so its deciding belongs to the step before.

use shared::model::Timestamp;
use shared::model::gate::{Gate, GateWrite};
use shared::model::issuing::{self, Observed, Step};

use crate::model::faults::Fault;
use crate::model::judge::{Event, Outcome};
use crate::model::protocol::Protocol;
use crate::model::world::{Count, Record, Request, Waiting, World};

type Next = Step<Record, (), ()>;

impl Protocol {
    pub(crate) fn begin(
        &self,
        world: &mut World,
        outcome: &mut Outcome,
        at: usize,
        secret: u8,
        behind: u64,
    ) {
        let cached = world.instances[at].cache.find(());
        let step = if self.fault == Fault::CacheRefuses && cached.is_some() {
            Step::read(cached)
        } else {
            Step::first(cached)
        };
        let request = Request {
            secret,
            now: Timestamp::from_epoch_seconds(world.time - behind),
            has_called: false,
            waiting: Waiting::Read,
            in_vain: 0,
            state_refused: false,
            quota_refused: false,
        };
        world.instances[at].request = Some(request);
        world.observe();
        self.go_on(world, outcome, at, step);
    }

    pub(crate) fn see_record(&self, world: &mut World, outcome: &mut Outcome, at: usize) {
        let record = world.database.record;
        match world.awaiting(at) {
            Waiting::Record(gate) => {
                let gate = gate.take();
                self.read(world, outcome, at, record.zip(gate));
            }
            waiting => *waiting = Waiting::Gate(record),
        }
    }

    pub(crate) fn see_gate(&self, world: &mut World, outcome: &mut Outcome, at: usize) {
        let gate = world.database.gate.clone();
        match world.awaiting(at) {
            Waiting::Gate(record) => {
                let record = record.take();
                self.read(world, outcome, at, record.zip(gate));
            }
            waiting => *waiting = Waiting::Record(gate),
        }
    }

    /// A Query has come to its end, with both items or without the client.
    fn read(
        &self,
        world: &mut World,
        outcome: &mut Outcome,
        at: usize,
        found: Option<(Record, Gate)>,
    ) {
        let found = found.map(|(mut client, gate)| {
            if client.revision != gate.revision {
                outcome.show(Event::ReadAcrossAChange);
            }
            if self.fault == Fault::QueryTakenForOneMoment {
                client.revision = gate.revision;
            }
            Observed { client, gate }
        });
        let instance = &mut world.instances[at];
        instance.cache.refresh((), found.as_ref());
        instance.request.as_mut().unwrap().has_called = true;
        self.go_on(world, outcome, at, Step::read(found));
        if let Some(request) = &mut world.instances[at].request
            && request.waiting == Waiting::Read
        {
            outcome.in_vain(request);
        }
    }

    pub(crate) fn write(&self, world: &mut World, outcome: &mut Outcome, at: usize) {
        let count = world.awaited_count(at).unwrap().clone();
        let request = world.instances[at].request.clone().unwrap();
        let before = world.database.clone();
        let seen = &count.observed().gate;
        if world.database.pass(count.write(), seen.issued, self.fault) {
            world.instances[at].request = None;
            let warm = !request.has_called;
            let client = &count.observed().client;
            outcome.issued(world, client, warm, &request, count.write());
            world.counted(count.write(), true);
            let gate = world.database.gate.clone().unwrap();
            let (observed, ()) = count.succeeded(gate);
            world.instances[at].cache.insert((), observed);
        } else {
            outcome.turned_away(before.gate.as_ref(), seen, count.write());
            world.instances[at].request.as_mut().unwrap().has_called = true;
            let step = if self.fault == Fault::LearnsNothing {
                Step::Write(count)
            } else {
                count.condition_failed(self.window(), request.now, before.gate)
            };
            self.go_on(world, outcome, at, step);
            if let Some(request) = &mut world.instances[at].request {
                outcome.in_vain(request);
            }
        }
    }

    /// A write arrives whose request may have ended long ago.
    pub(crate) fn arrive(&self, world: &mut World, outcome: &mut Outcome) {
        let write = world.on_its_way.take().unwrap();
        let count = world.database.count();
        if world.database.pass(&write, count, self.fault) {
            outcome.show(Event::CountedWithoutToken);
            world.counted(&write, false);
        }
    }

    /// Decides, up to what the request waits for next or to its end.
    fn go_on(&self, world: &mut World, outcome: &mut Outcome, at: usize, mut step: Next) {
        let bucket = &mut world.instances[at].request;
        let request = bucket.as_mut().unwrap();
        if let Step::Decide(candidate) = step {
            let permitted = candidate.client().permits(request.secret);
            let decision = permitted.then_some(()).ok_or(());
            step = candidate.decided(self.window(), request.now, decision);
        }
        match step {
            Step::Read => request.waiting = Waiting::Read,
            Step::Write(count) => request.waiting = Waiting::Write(count),
            Step::Decide(_) => panic!("it was decided"),
            Step::Full(_) => {
                outcome.refused_by_quota(request);
                *bucket = None;
            }
            Step::Unknown | Step::Refused(()) => {
                outcome.refused_by_state(request, world.database.record.as_ref());
                *bucket = None;
            }
        }
    }
}

impl World {
    fn awaiting(&mut self, at: usize) -> &mut Waiting {
        &mut self.instances[at].request.as_mut().unwrap().waiting
    }

    /// What the write counts that an instance's request waits for.
    pub(crate) fn awaited_count(&self, at: usize) -> Option<&issuing::Count<Record, ()>> {
        match &self.instances[at].request.as_ref()?.waiting {
            Waiting::Write(count) => Some(count),
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
        self.observe();
    }
}
