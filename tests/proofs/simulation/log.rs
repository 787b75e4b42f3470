//! What happened, in the one order in which it happened.

use std::hash::{DefaultHasher, Hasher as _};
use std::sync::{Arc, Mutex};

use tokio::time::Instant;

use crate::simulation::answer::Answer;
use crate::simulation::ask::Ask;
use crate::simulation::network::Fate;
use crate::simulation::writes::Write;

/// Something that happened.
#[derive(Debug)]
pub(crate) struct Event {
    /// When, in milliseconds of true time since the run began.
    pub(crate) at: u64,
    /// The request that it happened for; 0 for what happened before the first.
    pub(crate) request: u64,
    pub(crate) what: What,
}

#[derive(Debug)]
pub(crate) enum What {
    /// A request came to that instance, whose clock is so many seconds ahead of true time.
    Asked {
        instance: usize,
        ahead: u64,
        ask: Ask,
    },
    /// The service called AWS, for the so manieth time in one call of the SDK.
    Called {
        operation: String,
        attempt: u32,
        fate: Fate,
    },
    /// A call met another that was under way.
    Collided,
    /// The database committed a write to that client.
    Wrote(String, Write),
    /// The answer went out.
    Answered(Answer),
}

/// Everything that happened in a run.
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

    pub(crate) fn push(&self, request: u64, what: What) {
        let event = Event {
            at: self.now(),
            request,
            what,
        };
        self.events.lock().unwrap().push(event);
    }

    pub(crate) fn take(&self) -> Vec<Event> {
        std::mem::take(&mut self.events.lock().unwrap())
    }

    /// How many events there were so far.
    pub(crate) fn len(&self) -> usize {
        self.events.lock().unwrap().len()
    }

    /// Looks at the events since that place.
    pub(crate) fn since<T>(&self, place: usize, look: impl FnOnce(&[Event]) -> T) -> T {
        look(&self.events.lock().unwrap()[place..])
    }
}

/// The same for the same events.
pub(crate) fn fingerprint(events: &[Event]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for event in events {
        hasher.write(format!("{event:?}").as_bytes());
    }
    hasher.finish()
}
