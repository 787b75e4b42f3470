//! The possible steps from one world to the next.

use std::sync::atomic::AtomicU32;

use shared::model::Timestamp;
use shared::model::gate::Window;
use stateright::{Model, Property};

use crate::model::administrator::Change;
use crate::model::beginning::Beginning;
use crate::model::faults::Fault;
use crate::model::judge::{Event, Outcome};
use crate::model::keyring::SecretNumber;
use crate::model::promises;
use crate::model::world::{Request, Stage, Waiting, World};

/// The model's window. `past_buckets` is the minimum that the other two values require.
pub(crate) const WINDOW: Window = Window {
    seconds: 1,
    bucket_seconds: 1,
    past_buckets: 3,
};

const _: () = {
    let required = WINDOW.seconds + 2 * WINDOW.bucket_seconds;
    assert!(WINDOW.past_buckets * WINDOW.bucket_seconds == required);
};

/// The maximum age of a clock reading when the write based on it commits, in ticks: one bucket for
/// a clock that is behind, and one for the duration of the request.
pub(crate) const OLDEST_READING: u64 = 2;

/// The time at which the world begins, in ticks. The client is `OLDEST_READING` older, so a token
/// can count in every bucket that a clock reading allows.
pub(crate) const BEGINNING: u64 = 10;

/// The client's initial quota, unless the scenario is about another.
pub(crate) const FIRST_QUOTA: u8 = 2;

/// A scenario to explore.
#[derive(Debug)]
pub(crate) struct Protocol {
    /// The client's initial quota.
    pub(crate) quota: u8,
    /// The tick at which the client's first secret ends.
    pub(crate) first_ends: Option<u64>,
    /// Whether the gate's days of last use are part of the world.
    pub(crate) shows_uses: bool,
    pub(crate) instances: usize,
    /// The total number of token requests.
    pub(crate) requests: u8,
    /// The changes of each administrator, in order.
    pub(crate) scripts: &'static [&'static [Change]],
    /// The number of buckets by which time can advance.
    pub(crate) ticks: u64,
    /// The possible lags of the instances' clocks, in ticks.
    pub(crate) clocks_behind: &'static [u64],
    pub(crate) disturbances: u8,
    pub(crate) beginning: Beginning,
    pub(crate) fault: Fault,
    /// Events that must be possible, so that the promises do not hold merely because nothing
    /// happens.
    pub(crate) expected: &'static [Event],
    /// A bit for each event found possible so far.
    pub(crate) found: AtomicU32,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Time advances by one bucket.
    Tick,
    /// A request arrives at an instance, with a secret and a clock lag.
    Begin(usize, SecretNumber, u64),
    /// Its Query reads the record.
    SeeRecord(usize),
    /// Its Query reads the gate.
    SeeGate(usize),
    /// The database executes its write and responds.
    Write(usize),
    /// Its write conflicts with a transaction and is retried.
    Conflict(usize),
    /// The response is missing. The write stays in flight, and is retried.
    NoAnswer(usize),
    /// It times out and ends without a token. A write in flight may still arrive.
    TimeOver(usize),
    /// The write in flight arrives.
    Arrive,
    /// An administrator reads the client, with a clock lag.
    ReadClient(usize, u64),
    /// A request for the last uses reads the gate.
    ReadUses(usize),
    /// An administrator's transaction is executed.
    Transact(usize),
    /// An administrator's transaction conflicts with another write and is retried.
    TransactionConflict(usize),
    /// An administrator's change gets its response.
    Answer(usize),
}

impl Protocol {
    /// The window that the instances use.
    pub(crate) fn window(&self) -> Window {
        let too_few = u64::from(self.fault == Fault::OnePastBucketTooFew);
        Window {
            past_buckets: WINDOW.past_buckets - too_few,
            ..WINDOW
        }
    }

    /// Whether the result of a change depends on its time. While no secret can have an end, none does,
    /// and without the time equivalent worlds stay equal.
    pub(crate) fn depends_on_time(&self, change: Change) -> bool {
        let mut changes = self.scripts.iter().copied().flatten();
        let has_ends = self.first_ends.is_some() || changes.any(|change| change.may_give_end());
        has_ends && change.is_of_secrets()
    }

    fn oldest_reading(&self) -> u64 {
        OLDEST_READING + u64::from(self.fault == Fault::ReadingTooOld)
    }

    /// Takes a step, and judges it.
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
                let count = next.awaited_count(at);
                next.in_flight = count.map(|count| (count.write().clone(), *count.granted()));
            }
            Action::TimeOver(at) => {
                next.disturbances_left -= 1;
                next.instances[at].request = None;
            }
            Action::Arrive => self.arrive(&mut next, &mut outcome),
            Action::ReadClient(by, behind) => self.read_client(&mut next, &mut outcome, by, behind),
            Action::ReadUses(by) => next.read_uses(&mut outcome, by, self.fault),
            Action::Transact(by) => self.transact(&mut next, &mut outcome, by),
            Action::Answer(by) => self.answer(&mut next, by),
        }
        next.violations.extend(outcome.violations.iter().copied());
        next.normalize(self.oldest_reading());
        (next, outcome)
    }

    fn steps_of_requests(&self, world: &World, actions: &mut Vec<Action>) {
        let may_fail = world.disturbances_left > 0;
        for (at, instance) in world.instances.iter().enumerate() {
            // Instances in the same state are interchangeable.
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
                Some(Waiting::Read(_)) => {
                    actions.extend([Action::SeeRecord(at), Action::SeeGate(at)]);
                }
                Some(Waiting::Record(..)) => actions.push(Action::SeeRecord(at)),
                Some(Waiting::Gate(..)) => actions.push(Action::SeeGate(at)),
                Some(Waiting::Write(_)) => {
                    actions.push(Action::Write(at));
                    if may_fail {
                        actions.extend([Action::Conflict(at), Action::TimeOver(at)]);
                    }
                    if may_fail && world.in_flight.is_none() {
                        actions.push(Action::NoAnswer(at));
                    }
                }
            }
        }
    }

    fn steps_of_administrators(&self, world: &World, actions: &mut Vec<Action>) {
        for (by, administrator) in world.administrators.iter().enumerate() {
            match administrator.stage {
                Stage::Reading(_) => {
                    let script = self.scripts[by].get(administrator.ended);
                    let behind = match script {
                        Some(change) if self.depends_on_time(*change) => self.clocks_behind,
                        Some(_) => &[0],
                        None => &[],
                    };
                    let reads = behind.iter().map(|behind| Action::ReadClient(by, *behind));
                    actions.extend(reads);
                    if script == Some(&Change::Show) {
                        actions.push(Action::ReadUses(by));
                    }
                }
                Stage::ShowingRecord(_) => actions.push(Action::ReadUses(by)),
                Stage::ShowingGate(..) => actions.push(Action::ReadClient(by, 0)),
                Stage::Writing(..) => {
                    actions.push(Action::Transact(by));
                    if world.disturbances_left > 0 {
                        actions.push(Action::TransactionConflict(by));
                    }
                }
                Stage::Answering(..) => actions.push(Action::Answer(by)),
            }
        }
    }
}

impl Model for Protocol {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        self.first_worlds()
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        // After a violation, further steps prove nothing.
        if !world.violations.is_empty() {
            return;
        }
        let next = Timestamp::from_epoch_seconds(world.time + 1);
        let requests: Vec<_> = world
            .instances
            .iter()
            .filter_map(|instance| instance.request.as_ref())
            .collect();
        let in_time = |request: &&Request| next.seconds_since(request.now) <= self.oldest_reading();
        // Only requests depend on time.
        let matters = world.requests_left > 0 || !requests.is_empty();
        if world.time < BEGINNING + self.ticks && matters && requests.iter().all(in_time) {
            actions.push(Action::Tick);
        }
        self.steps_of_requests(world, actions);
        self.steps_of_administrators(world, actions);
        if world.in_flight.is_some() {
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
