//! The log of a run: every event, in order.

use std::hash::{DefaultHasher, Hasher as _};
use std::sync::{Arc, Mutex};

use tests::Damage;
use tokio::time::Instant;

use crate::simulation::answer::Answer;
use crate::simulation::ask::Ask;
use crate::simulation::network::Fate;
use crate::simulation::writes::Write;

/// An event in a run.
#[derive(Debug)]
pub(crate) struct Event {
    /// Its time, in milliseconds of true time since the run began.
    pub(crate) at: u64,
    /// The request that caused it; 0 before the first request.
    pub(crate) request: u64,
    pub(crate) kind: EventKind,
}

#[derive(Debug)]
pub(crate) enum EventKind {
    /// A request arrived at an instance, whose clock is `ahead` seconds ahead of true time.
    Asked {
        instance: usize,
        ahead: u64,
        ask: Ask,
    },
    /// The service called AWS. `attempt` counts the attempts of one SDK call, from 1.
    Called {
        operation: String,
        attempt: u32,
        fate: Fate,
    },
    /// A call conflicted with a transaction in progress.
    Collided,
    /// A read got the state at an earlier place in the log.
    Stale(usize),
    /// The database committed a write to a client.
    Wrote(String, Write),
    /// Not the service, but the simulation damaged a client in the table.
    Damaged(String, Damage),
    /// The service answered.
    Answered(Answer),
}

/// All events of a run.
#[derive(Clone)]
pub(crate) struct Log {
    started: Instant,
    events: Arc<Mutex<Vec<Event>>>,
}

impl Log {
    pub(crate) fn start() -> Self {
        Self {
            started: Instant::now(),
            events: Arc::default(),
        }
    }

    /// Milliseconds of true time since the run began.
    pub(crate) fn now(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap()
    }

    pub(crate) fn push(&self, request: u64, kind: EventKind) {
        let event = Event {
            at: self.now(),
            request,
            kind,
        };
        self.events.lock().unwrap().push(event);
    }

    pub(crate) fn take(&self) -> Vec<Event> {
        std::mem::take(&mut self.events.lock().unwrap())
    }

    /// The number of events so far.
    pub(crate) fn len(&self) -> usize {
        self.events.lock().unwrap().len()
    }

    /// Applies `look` to the events since a place.
    pub(crate) fn since<T>(&self, place: usize, look: impl FnOnce(&[Event]) -> T) -> T {
        look(&self.events.lock().unwrap()[place..])
    }
}

/// A hash of the events, equal for equal events.
pub(crate) fn fingerprint(events: &[Event]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for event in events {
        hasher.write(format!("{event:?}").as_bytes());
    }
    hasher.finish()
}
