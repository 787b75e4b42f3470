//! The steps that the world can take from a moment to the next.

use std::sync::atomic::AtomicU32;

use shared::model::gate::{Bucket, Gate, Window};
use shared::model::issuing::Observed;
use shared::model::{ClientCache, Timestamp};
use stateright::{Model, Property};

use crate::model::administrator::Change;
use crate::model::faults::Fault;
use crate::model::judge::{Event, Outcome};
use crate::model::promises;
use crate::model::world::{
    Administrator, Database, Instance, Record, Request, Stage, Waiting, World, quota, revision_of,
};

/// How the model's time is cut: `past_buckets` is what the two others ask for, and no more.
pub(crate) const WINDOW: Window = Window {
    seconds: 1,
    bucket_seconds: 1,
    past_buckets: 3,
};

const _: () = {
    let asked_for = WINDOW.seconds + 2 * WINDOW.bucket_seconds;
    assert!(WINDOW.past_buckets * WINDOW.bucket_seconds == asked_for);
};

/// How old a clock's reading may be when a write commits that goes by it, in ticks: a bucket because
/// the clock is behind, a bucket because the request takes its time.
const OLDEST_READING: u64 = 2;

/// When the world begins. A client that was made as long before as a reading may be old lets a
/// token count in each bucket that it could.
const BEGINNING: u64 = 10;

/// The quota that the client begins with.
pub(crate) const FIRST_QUOTA: u8 = 2;

/// What is explored.
#[derive(Debug)]
pub(crate) struct Protocol {
    pub(crate) instances: usize,
    /// Token requests, in all.
    pub(crate) requests: u8,
    /// What each administrator does, in order.
    pub(crate) scripts: &'static [&'static [Change]],
    /// How often time goes on by a bucket.
    pub(crate) ticks: u64,
    /// How far behind the instances' clocks may be, in ticks.
    pub(crate) clocks_behind: &'static [u64],
    pub(crate) disturbances: u8,
    pub(crate) fault: Fault,
    /// What has to be possible, so that the promises are not kept because nothing happens.
    pub(crate) expected: &'static [Event],
    /// Which events have been found possible.
    pub(crate) found: AtomicU32,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// A bucket's time goes by.
    Tick,
    /// A request comes to an instance, with that secret, whose clock is that far behind.
    Begin(usize, u8, u64),
    /// Its Query sees the record.
    SeeRecord(usize),
    /// Its Query sees the gate.
    SeeGate(usize),
    /// The database answers its write.
    Write(usize),
    /// Its write meets a transaction, and is tried again.
    Conflict(usize),
    /// No answer comes; the write stays on its way, and is tried again.
    NoAnswer(usize),
    /// Its time is over: it ends without a token, whatever becomes of a write on its way.
    TimeOver(usize),
    /// The write on its way arrives.
    Arrive,
    /// An administrator reads the client.
    Look(usize),
    /// An administrator's transaction is executed.
    Transact(usize),
    /// An administrator's transaction meets another write, and is tried again.
    TransactionConflict(usize),
    /// An administrator's change is answered.
    Answer(usize),
}

impl Protocol {
    /// The window that the instances go by.
    pub(crate) fn window(&self) -> Window {
        let too_few = u64::from(self.fault == Fault::OnePastBucketTooFew);
        Window {
            past_buckets: WINDOW.past_buckets - too_few,
            ..WINDOW
        }
    }

    fn oldest_reading(&self) -> u64 {
        OLDEST_READING + u64::from(self.fault == Fault::ReadingTooOld)
    }

    /// The step, and what is to be said of it.
    pub(crate) fn step(&self, world: &World, action: &Action) -> (World, Outcome) {
        let mut next = world.clone();
        let mut outcome = Outcome::default();
        match *action {
            Action::Tick => next.time += 1,
            Action::Begin(at, secret, behind) => {
                next.requests_left -= 1;
                self.begin(&mut next, &mut outcome, at, secret, behind);
            }
            Action::SeeRecord(at) => self.see_record(&mut next, &mut outcome, at),
            Action::SeeGate(at) => self.see_gate(&mut next, &mut outcome, at),
            Action::Write(at) => self.write(&mut next, &mut outcome, at),
            Action::Conflict(_) | Action::TransactionConflict(_) => next.disturbances_left -= 1,
            Action::NoAnswer(at) => {
                next.disturbances_left -= 1;
                next.on_its_way = next.awaited_count(at).map(|count| count.write().clone());
            }
            Action::TimeOver(at) => {
                next.disturbances_left -= 1;
                next.instances[at].request = None;
            }
            Action::Arrive => self.arrive(&mut next, &mut outcome),
            Action::Look(by) => self.look(&mut next, by),
            Action::Transact(by) => self.transact(&mut next, &mut outcome, by),
            Action::Answer(by) => self.answer(&mut next, by),
        }
        next.broken.extend(outcome.broken.iter().copied());
        next.settle(self.oldest_reading());
        (next, outcome)
    }

    fn steps_of_requests(&self, world: &World, actions: &mut Vec<Action>) {
        let may_fail = world.disturbances_left > 0;
        for (at, instance) in world.instances.iter().enumerate() {
            // Instances in one state are one: their order says nothing.
            if at > 0 && world.instances[at - 1] == *instance {
                continue;
            }
            match instance.request.as_ref().map(|request| &request.waiting) {
                None if world.requests_left > 0 => {
                    for secret in 0..world.secrets {
                        let behind = self.clocks_behind.iter();
                        actions.extend(behind.map(|behind| Action::Begin(at, secret, *behind)));
                    }
                }
                None => {}
                Some(Waiting::Read) => {
                    actions.extend([Action::SeeRecord(at), Action::SeeGate(at)]);
                }
                Some(Waiting::Record(_)) => actions.push(Action::SeeRecord(at)),
                Some(Waiting::Gate(_)) => actions.push(Action::SeeGate(at)),
                Some(Waiting::Write(_)) => {
                    actions.push(Action::Write(at));
                    if may_fail {
                        actions.extend([Action::Conflict(at), Action::TimeOver(at)]);
                    }
                    if may_fail && world.on_its_way.is_none() {
                        actions.push(Action::NoAnswer(at));
                    }
                }
            }
        }
    }

    fn steps_of_administrators(&self, world: &World, actions: &mut Vec<Action>) {
        for (by, administrator) in world.administrators.iter().enumerate() {
            match administrator.stage {
                Stage::Reading if administrator.ended == self.scripts[by].len() => {}
                Stage::Reading => actions.push(Action::Look(by)),
                Stage::Writing(..) => {
                    actions.push(Action::Transact(by));
                    if world.disturbances_left > 0 {
                        actions.push(Action::TransactionConflict(by));
                    }
                }
                Stage::Answering(_) => actions.push(Action::Answer(by)),
            }
        }
    }
}

impl Model for Protocol {
    type State = World;
    type Action = Action;

    /// The client has just one state yet, and from none to all of the instances know it.
    fn init_states(&self) -> Vec<World> {
        let record = Record {
            revision: revision_of(0),
            state: 0,
            secret: 0,
            enabled: true,
            quota: quota(FIRST_QUOTA),
        };
        let gate = Gate::new(record.revision, Bucket(BEGINNING - OLDEST_READING));
        let warm = |warm| {
            let known = Observed {
                client: record,
                gate: gate.clone(),
            };
            let instance = |at| {
                let mut clients = ClientCache::with_capacity(1);
                if at < warm {
                    clients.insert((), known.clone());
                }
                Instance {
                    cache: clients,
                    request: None,
                }
            };
            let mut world = World {
                time: BEGINNING,
                database: Database {
                    record: Some(record),
                    gate: Some(gate.clone()),
                },
                instances: (0..self.instances).map(instance).collect(),
                administrators: vec![
                    Administrator {
                        ended: 0,
                        stage: Stage::Reading
                    };
                    self.scripts.len()
                ],
                requests_left: self.requests,
                disturbances_left: self.disturbances,
                on_its_way: None,
                changes: 0,
                answered: 0,
                secrets: 1,
                counts: Vec::new(),
                broken: [].into(),
            };
            world.settle(OLDEST_READING);
            world
        };
        (0..=self.instances).map(warm).collect()
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        // What comes after a promise is broken says nothing.
        if !world.broken.is_empty() {
            return;
        }
        let next = Timestamp::from_epoch_seconds(world.time + 1);
        let requests: Vec<_> = world
            .instances
            .iter()
            .filter_map(|instance| instance.request.as_ref())
            .collect();
        let in_time = |request: &&Request| next.seconds_since(request.now) <= self.oldest_reading();
        // Time means nothing to anybody but requests.
        let matters = world.requests_left > 0 || !requests.is_empty();
        if world.time < BEGINNING + self.ticks && matters && requests.iter().all(in_time) {
            actions.push(Action::Tick);
        }
        self.steps_of_requests(world, actions);
        self.steps_of_administrators(world, actions);
        if world.on_its_way.is_some() {
            actions.push(Action::Arrive);
        }
    }

    fn next_state(&self, world: &World, action: Action) -> Option<World> {
        Some(self.step(world, &action).0)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        promises::of(self)
    }
}
