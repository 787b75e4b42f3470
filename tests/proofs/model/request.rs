//! The token function's handling of a request: the steps of `model::issuing`, split at each
//! database call.
//!
//! A decision between two calls is invisible to the others, so it is part of the step before it.

use shared::model::Timestamp;
use shared::model::gate::Gate;
use shared::model::issuing::{self, FoundClient, Reading, Step};

use crate::model::faults::Fault;
use crate::model::judge::{Event, Outcome};
use crate::model::protocol::{BEGINNING, Protocol};
use crate::model::world::{Count, Granted, Record, Request, Waiting, World};

type Next = Step<Record, Granted, ()>;

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
            Reading::FIRST.found(cached.map(FoundClient::Whole))
        } else {
            Step::first(cached)
        };
        let request = Request {
            secret,
            now: Timestamp::from_epoch_seconds(world.time - behind),
            has_called: false,
            waiting: Waiting::Read(Reading::FIRST),
            wasted_steps: 0,
            state_refused: false,
            quota_refused: false,
            was_damaged: false,
        };
        world.instances[at].request = Some(request);
        world.observe();
        self.proceed(world, outcome, at, step);
    }

    pub(crate) fn see_record(&self, world: &mut World, outcome: &mut Outcome, at: usize) {
        let record = world.database.record;
        match world.awaiting(at) {
            Waiting::Record(reading, gate) => {
                let (reading, gate) = (*reading, gate.take());
                self.read(world, outcome, at, reading, record.map(|it| (it, gate)));
            }
            Waiting::Read(reading) => {
                let reading = *reading;
                *world.awaiting(at) = Waiting::Gate(reading, record);
            }
            waiting => panic!("{waiting:?} reads no record"),
        }
    }

    pub(crate) fn see_gate(&self, world: &mut World, outcome: &mut Outcome, at: usize) {
        let gate = world.database.gate.clone();
        match world.awaiting(at) {
            Waiting::Gate(reading, record) => {
                let (reading, record) = (*reading, record.take());
                self.read(world, outcome, at, reading, record.map(|it| (it, gate)));
            }
            Waiting::Read(reading) => {
                let reading = *reading;
                *world.awaiting(at) = Waiting::Record(reading, gate);
            }
            waiting => panic!("{waiting:?} reads no gate"),
        }
    }

    /// Completes a Query, with the record or without the client.
    fn read(
        &self,
        world: &mut World,
        outcome: &mut Outcome,
        at: usize,
        reading: Reading,
        found: Option<(Record, Option<Gate>)>,
    ) {
        let found = found.map(|(mut client, gate)| {
            let revision = gate.as_ref().map(|gate| gate.revision);
            if revision.is_some_and(|revision| client.revision != revision) {
                outcome.show(Event::ReadDuringChange);
            }
            if self.fault == Fault::QueryAsSnapshot {
                client.revision = revision.unwrap_or(client.revision);
            }
            FoundClient::new(client, gate)
        });
        let reading = match self.fault {
            Fault::ReadsTornClientAgain => Reading::FIRST,
            _ => reading,
        };
        let instance = &mut world.instances[at];
        instance.cache.refresh((), found.as_ref());
        instance.request.as_mut().unwrap().has_called = true;
        self.proceed(world, outcome, at, reading.found(found));
        if let Some(request) = &mut world.instances[at].request
            && matches!(request.waiting, Waiting::Read(_))
        {
            outcome.wasted_step(request);
        }
    }

    pub(crate) fn write(&self, world: &mut World, outcome: &mut Outcome, at: usize) {
        let count = world.awaited_count(at).unwrap().clone();
        let request = world.instances[at].request.clone().unwrap();
        let before = world.database.clone();
        let seen = &count.observed().gate;
        if world
            .database
            .count_token(count.write(), *count.granted(), seen.issued, self.fault)
        {
            world.instances[at].request = None;
            let warm = !request.has_called;
            let client = &count.observed().client;
            outcome.issued(world, client, warm, &request, count.write());
            let gate = world.database.gate.clone().unwrap();
            let rolls = count.write().roll.is_some();
            let (observed, granted) = count.succeeded(gate);
            world.counted(granted, rolls, true);
            outcome.check_uses(world);
            world.instances[at].cache.insert((), observed);
        } else {
            outcome.condition_failed(before.gate.as_ref(), seen, count.write());
            outcome.check_uses(world);
            world.instances[at].request.as_mut().unwrap().has_called = true;
            let step = if self.fault == Fault::RepeatsFailedWrite {
                Step::Write(count)
            } else {
                count.condition_failed(self.window(), request.now, before.gate)
            };
            self.proceed(world, outcome, at, step);
            if let Some(request) = &mut world.instances[at].request {
                outcome.wasted_step(request);
            }
        }
    }

    /// A write in flight arrives. Its request may have ended already.
    pub(crate) fn arrive(&self, world: &mut World, outcome: &mut Outcome) {
        let (write, granted) = world.in_flight.take().unwrap();
        let count = world.database.count();
        let database = &mut world.database;
        if database.count_token(&write, granted, count, self.fault) {
            outcome.show(Event::CountedWithoutToken);
            world.counted(granted, write.roll.is_some(), false);
        }
        outcome.check_uses(world);
    }

    /// Continues the request up to its next database call or its end.
    fn proceed(&self, world: &mut World, outcome: &mut Outcome, at: usize, mut step: Next) {
        let current = &mut world.instances[at].request;
        let request = current.as_mut().unwrap();
        if let Step::Decide(candidate) = step {
            let decision = self.decide(candidate.client(), request);
            step = candidate.decided(self.window(), request.now, decision);
        }
        let is_damage_at_once = self.fault == Fault::TornReadIsDamage;
        match step {
            Step::Read(reading) if reading.longest_pause().is_some() && is_damage_at_once => {
                outcome.reported_damaged(request);
                *current = None;
            }
            Step::Damaged => {
                outcome.reported_damaged(request);
                *current = None;
            }
            Step::Read(reading) => request.waiting = Waiting::Read(reading),
            Step::Write(count) => request.waiting = Waiting::Write(count),
            Step::Unreadable(_) => panic!("every gate of the model can be read"),
            Step::Decide(_) => panic!("the candidate is already decided"),
            Step::Full(_) => {
                outcome.refused(request);
                outcome.refused_by_quota(request);
                *current = None;
            }
            Step::Unknown | Step::Denied(()) => {
                outcome.refused(request);
                outcome.refused_by_state(request, &world.database);
                *current = None;
            }
        }
    }
}

impl Protocol {
    /// The token function's decision on a client's record.
    fn decide(&self, record: &Record, request: &Request) -> Result<Granted, ()> {
        let now = match self.fault {
            Fault::CachedSecretsNeverEnd if !request.has_called => BEGINNING,
            Fault::EndIsInclusive => request.now.epoch_seconds() - 1,
            _ => request.now.epoch_seconds(),
        };
        let (secret, keyring) = (request.secret, record.keyring);
        let place = keyring.matching(secret, now, self.fault).ok_or(())?;
        record
            .enabled
            .then_some(Granted { secret, place })
            .ok_or(())
    }
}

impl World {
    fn awaiting(&mut self, at: usize) -> &mut Waiting {
        &mut self.instances[at].request.as_mut().unwrap().waiting
    }

    /// The count whose write an instance's request is waiting for.
    pub(crate) fn awaited_count(&self, at: usize) -> Option<&issuing::Count<Record, Granted>> {
        match &self.instances[at].request.as_ref()?.waiting {
            Waiting::Write(count) => Some(count),
            _ => None,
        }
    }

    /// Records a gate write that has just committed.
    fn counted(&mut self, granted: Granted, rolls: bool, issued: bool) {
        let at = self.time;
        self.counts.push(Count { at, issued });
        if self.database.uses.is_some() {
            self.used |= 1 << granted.secret;
        }
        if rolls {
            self.gate_moved();
        }
        self.observe();
    }
}
