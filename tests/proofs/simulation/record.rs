//! A run's events, sorted by what they say of requests and of clients.

use std::collections::BTreeMap;

use tests::BEGIN;

use crate::simulation::answer::Answer;
use crate::simulation::ask::Ask;
use crate::simulation::log::{Event, What};
use crate::simulation::network::Fate;
use crate::simulation::writes::{State, Write};

/// What happened in a run. Places are places in the log; what stands earlier there was earlier.
pub(crate) struct Record<'a> {
    pub(crate) requests: Vec<Request<'a>>,
    pub(crate) clients: BTreeMap<&'a str, Life<'a>>,
}

/// A request, from its coming to its answer.
pub(crate) struct Request<'a> {
    pub(crate) number: u64,
    pub(crate) instance: usize,
    /// By how many seconds its instance's clock is ahead of true time.
    ahead: u64,
    pub(crate) ask: &'a Ask,
    pub(crate) asked: usize,
    pub(crate) asked_at: u64,
    pub(crate) answered: usize,
    pub(crate) answered_at: u64,
    pub(crate) answer: &'a Answer,
    pub(crate) calls: Vec<(&'a str, Fate)>,
    pub(crate) collisions: usize,
    /// Its writes, by their places.
    pub(crate) writes: Vec<(usize, &'a Write)>,
}

/// A client's states and counts, in their order.
#[derive(Default)]
pub(crate) struct Life<'a> {
    /// From which place on it was what; `None` when it was gone.
    states: Vec<(usize, Option<&'a State>)>,
    pub(crate) counts: Vec<Count<'a>>,
}

/// A token that the gate counted.
pub(crate) struct Count<'a> {
    pub(crate) place: usize,
    pub(crate) at: u64,
    pub(crate) request: u64,
    /// The gate's revision, bucket and count afterwards.
    pub(crate) revision: &'a str,
    pub(crate) bucket: u64,
    pub(crate) issued: u64,
}

impl<'a> Record<'a> {
    /// Reads a log.
    ///
    /// # Errors
    /// When it holds what must never happen.
    pub(crate) fn of(events: &'a [Event]) -> Result<Self, String> {
        let mut requests: BTreeMap<u64, Request<'a>> = BTreeMap::new();
        let mut pending = BTreeMap::new();
        let mut clients: BTreeMap<&str, Life<'a>> = BTreeMap::new();
        let mut writes: BTreeMap<u64, Vec<(usize, &Write)>> = BTreeMap::new();
        let mut calls: BTreeMap<u64, Vec<(&str, Fate)>> = BTreeMap::new();
        let mut collisions: BTreeMap<u64, usize> = BTreeMap::new();
        for (place, event) in events.iter().enumerate() {
            let number = event.request;
            match &event.what {
                What::Asked {
                    instance,
                    ahead,
                    ask,
                } => {
                    pending.insert(number, (place, event.at, *instance, *ahead, ask));
                }
                What::Called {
                    operation, fate, ..
                } => {
                    calls.entry(number).or_default().push((operation, *fate));
                }
                What::Collided => *collisions.entry(number).or_default() += 1,
                What::Wrote(client, write) => {
                    let life = clients.entry(client).or_default();
                    if life.live_through(place, event, write)? {
                        writes.entry(number).or_default().push((place, write));
                    }
                }
                What::Answered(answer) => {
                    let (asked, asked_at, instance, ahead, ask) = pending
                        .remove(&number)
                        .ok_or("an answer without a request")?;
                    let request = Request {
                        number,
                        instance,
                        ahead,
                        ask,
                        asked,
                        asked_at,
                        answered: place,
                        answered_at: event.at,
                        answer,
                        calls: Vec::new(),
                        collisions: 0,
                        writes: Vec::new(),
                    };
                    requests.insert(number, request);
                }
            }
        }
        if let Some(number) = pending.keys().next() {
            return Err(format!("request {number} was never answered"));
        }
        for request in requests.values_mut() {
            request.calls = calls.remove(&request.number).unwrap_or_default();
            request.collisions = collisions.remove(&request.number).unwrap_or_default();
            request.writes = writes.remove(&request.number).unwrap_or_default();
        }
        Ok(Self {
            requests: requests.into_values().collect(),
            clients,
        })
    }

    /// What the client was at every moment of a request; `None` for when there was none.
    pub(crate) fn states_during(
        &self,
        client: &str,
        request: &Request<'_>,
    ) -> Vec<Option<&'a State>> {
        match self.clients.get(client) {
            None => vec![None],
            Some(life) => life.during(request.asked, request.answered),
        }
    }
}

impl Request<'_> {
    /// What its instance's clock showed at a moment, in seconds since the epoch.
    pub(crate) fn clock(&self, at: u64) -> u64 {
        BEGIN + at / 1_000 + self.ahead
    }

    /// Whether something went wrong on the way to AWS.
    pub(crate) fn suffered(&self) -> bool {
        self.collisions > 0 || self.calls.iter().any(|(_, fate)| *fate != Fate::Fine)
    }

    /// Whether the service could not know of some call if it was done.
    pub(crate) fn was_in_doubt(&self) -> bool {
        self.collisions > 0 || self.calls.iter().any(|(_, fate)| fate.is_ambiguous())
    }

    /// Its writes until its answer.
    pub(crate) fn own_writes(&self) -> impl Iterator<Item = (usize, &Write)> {
        let until = self.answered;
        let writes = self.writes.iter().filter(move |(place, _)| *place < until);
        writes.map(|(place, write)| (*place, *write))
    }
}

impl<'a> Life<'a> {
    /// Whether the write was one; a transaction that is sent again does nothing.
    fn live_through(
        &mut self,
        place: usize,
        event: &Event,
        write: &'a Write,
    ) -> Result<bool, String> {
        let was_before = |state: &State| {
            let mut states = self.states.iter().filter_map(|(_, state)| *state);
            states.any(|other| other.revision == state.revision)
        };
        match write {
            Write::Torn(what) => return Err(format!("a torn write: {what}")),
            Write::Became(state) if was_before(state) => return Ok(false),
            Write::Gone if self.at(place).is_none() => return Ok(false),
            Write::Became(state) => self.states.push((place, Some(state))),
            Write::Gone => self.states.push((place, None)),
            Write::Counted {
                revision,
                bucket,
                issued,
            } => self.counts.push(Count {
                place,
                at: event.at,
                request: event.request,
                revision,
                bucket: *bucket,
                issued: *issued,
            }),
        }
        Ok(true)
    }

    /// What it was right before a place.
    pub(crate) fn at(&self, place: usize) -> Option<&'a State> {
        let mut before = self.states.iter().rev().filter(|(from, _)| *from < place);
        before.next().and_then(|(_, state)| *state)
    }

    fn during(&self, from: usize, until: usize) -> Vec<Option<&'a State>> {
        let in_it = self
            .states
            .iter()
            .filter(|(at, _)| (from..until).contains(at));
        let mut states = vec![self.at(from)];
        states.extend(in_it.map(|(_, state)| *state));
        states
    }
}
