//! A run's events, sorted by request and by client.

use std::collections::BTreeMap;

use tests::BEGIN;

use crate::simulation::answer::Answer;
use crate::simulation::ask::Ask;
use crate::simulation::log::{Event, EventKind};
use crate::simulation::network::Fate;
use crate::simulation::writes::{State, Uses, Write};

/// A run's requests and clients. A place is an index into the log, which is in order of time.
pub(crate) struct Record<'a> {
    pub(crate) requests: Vec<Request<'a>>,
    pub(crate) clients: BTreeMap<&'a str, History<'a>>,
    /// Every instance's reads of the signing keys, in order.
    pub(crate) key_reads: BTreeMap<usize, Vec<KeyRead>>,
}

/// A read of the signing keys, with all its attempts.
pub(crate) struct KeyRead {
    pub(crate) request: u64,
    pub(crate) place: usize,
    pub(crate) began_at: u64,
    /// The time of its last attempt.
    pub(crate) last_at: u64,
    pub(crate) attempts: u32,
    /// The fate of its last attempt.
    fate: Fate,
}

/// A request, from its arrival to its answer.
pub(crate) struct Request<'a> {
    pub(crate) number: u64,
    pub(crate) instance: usize,
    /// The seconds by which its instance's clock is ahead of true time.
    ahead: u64,
    pub(crate) ask: &'a Ask,
    pub(crate) asked: usize,
    pub(crate) asked_at: u64,
    pub(crate) answered: usize,
    pub(crate) answered_at: u64,
    pub(crate) answer: &'a Answer,
    pub(crate) calls: Vec<Attempt<'a>>,
    pub(crate) collisions: usize,
    /// The place of the earliest state that a read without strong consistency got.
    pub(crate) reads_from: usize,
    /// Its writes, with their places.
    pub(crate) writes: Vec<(usize, &'a Write)>,
}

/// An attempt at a call to AWS.
pub(crate) struct Attempt<'a> {
    pub(crate) operation: &'a str,
    /// The number of the SDK's attempt, from 1.
    pub(crate) attempt: u32,
    pub(crate) fate: Fate,
}

/// A client's states and counts, in order.
#[derive(Default)]
pub(crate) struct History<'a> {
    /// Each state with the place at which it began. `None`: the client was deleted.
    pub(crate) states: Vec<(usize, Option<&'a State>)>,
    /// The place at which it was damaged, and that of the next change.
    damaged: Option<usize>,
    mended: Option<usize>,
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
    pub(crate) uses: &'a Uses,
}

impl<'a> Record<'a> {
    /// Sorts the events of a log.
    ///
    /// # Errors
    /// When the log contains an impossible event.
    pub(crate) fn of(events: &'a [Event]) -> Result<Self, String> {
        let mut requests: BTreeMap<u64, Request<'a>> = BTreeMap::new();
        let mut pending = BTreeMap::new();
        let mut clients: BTreeMap<&str, History<'a>> = BTreeMap::new();
        let mut writes: BTreeMap<u64, Vec<(usize, &Write)>> = BTreeMap::new();
        let mut calls: BTreeMap<u64, Vec<Attempt<'a>>> = BTreeMap::new();
        let mut collisions: BTreeMap<u64, usize> = BTreeMap::new();
        let mut stale: BTreeMap<u64, usize> = BTreeMap::new();
        let mut key_reads: BTreeMap<usize, Vec<KeyRead>> = BTreeMap::new();
        for (place, event) in events.iter().enumerate() {
            let number = event.request;
            match &event.kind {
                EventKind::Asked {
                    instance,
                    ahead,
                    ask,
                } => {
                    pending.insert(number, (place, event.at, *instance, *ahead, ask));
                }
                EventKind::Called {
                    operation,
                    attempt,
                    fate,
                } => {
                    calls.entry(number).or_default().push(Attempt {
                        operation,
                        attempt: *attempt,
                        fate: *fate,
                    });
                    if operation == "GetSecretValue"
                        && let Some((_, _, instance, ..)) = pending.get(&number)
                    {
                        let reads = key_reads.entry(*instance).or_default();
                        KeyRead::attempted(reads, (place, event), *attempt, *fate);
                    }
                }
                EventKind::Damaged(client, _) => {
                    clients.entry(client).or_default().damaged = Some(place);
                }
                EventKind::Collided => *collisions.entry(number).or_default() += 1,
                EventKind::Stale(place) => {
                    let earliest = stale.entry(number).or_insert(*place);
                    *earliest = (*earliest).min(*place);
                }
                EventKind::Wrote(client, write) => {
                    let history = clients.entry(client).or_default();
                    if history.apply(place, event, write)? {
                        writes.entry(number).or_default().push((place, write));
                    }
                }
                EventKind::Answered(answer) => {
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
                        reads_from: asked,
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
            let stale = stale.remove(&request.number).unwrap_or(request.asked);
            request.reads_from = stale.min(request.asked);
            request.writes = writes.remove(&request.number).unwrap_or_default();
        }
        Ok(Self {
            requests: requests.into_values().collect(),
            clients,
            key_reads,
        })
    }

    /// The client's states during a request. `None`: the client did not exist.
    pub(crate) fn states_during(
        &self,
        client: &str,
        request: &Request<'_>,
    ) -> Vec<Option<&'a State>> {
        self.states_between(client, request.asked, request.answered)
    }

    /// The client that was in the state with this revision.
    pub(crate) fn client_with(&self, revision: &str) -> Option<&'a str> {
        let mut clients = self.clients.iter();
        let is_its = |history: &History<'_>| history.all().any(|it| it.revision == revision);
        clients.find_map(|(client, history)| is_its(history).then_some(*client))
    }

    /// The client's states in all that a request may have read from an index.
    pub(crate) fn indexed_states(
        &self,
        client: &str,
        request: &Request<'_>,
    ) -> Vec<Option<&'a State>> {
        self.states_between(client, request.reads_from, request.answered)
    }

    fn states_between(&self, client: &str, from: usize, until: usize) -> Vec<Option<&'a State>> {
        match self.clients.get(client) {
            None => vec![None],
            Some(history) => history.during(from, until),
        }
    }
}

impl KeyRead {
    fn attempted(reads: &mut Vec<Self>, (place, event): (usize, &Event), attempt: u32, fate: Fate) {
        if attempt == 1 {
            reads.push(Self {
                request: event.request,
                place,
                began_at: event.at,
                last_at: event.at,
                attempts: 0,
                fate,
            });
        }
        if let Some(read) = reads.iter_mut().rfind(|read| read.request == event.request) {
            (read.last_at, read.fate) = (event.at, fate);
            read.attempts += 1;
        }
    }

    pub(crate) fn failed(&self) -> bool {
        self.fate != Fate::Fine
    }
}

impl Request<'_> {
    /// The time at which its instance decides whether a secret has ended.
    pub(crate) fn now(&self) -> u64 {
        self.clock(self.asked_at)
    }

    /// The reading of its instance's clock at a time `at`, in epoch seconds.
    pub(crate) fn clock(&self, at: u64) -> u64 {
        BEGIN + at / 1_000 + self.ahead
    }

    /// Whether any of its AWS calls had a fault or a conflict.
    pub(crate) fn had_fault(&self) -> bool {
        self.collisions > 0 || self.calls.iter().any(|call| call.fate != Fate::Fine)
    }

    /// Whether its only faults, if any, were in reads of the signing keys.
    pub(crate) fn had_faults_only_in_key_reads(&self) -> bool {
        let calls = self.calls.iter();
        let mut others = calls.filter(|call| call.operation != "GetSecretValue");
        self.collisions == 0 && others.all(|call| call.fate == Fate::Fine)
    }

    /// Whether the service could not tell if one of its AWS calls was executed.
    pub(crate) fn was_ambiguous(&self) -> bool {
        self.collisions > 0 || self.calls.iter().any(|call| call.fate.is_ambiguous())
    }

    /// Its writes before its answer.
    pub(crate) fn own_writes(&self) -> impl Iterator<Item = (usize, &Write)> {
        let until = self.answered;
        let writes = self.writes.iter().filter(move |(place, _)| *place < until);
        writes.map(|(place, write)| (*place, *write))
    }
}

impl<'a> History<'a> {
    /// Adds a write. Returns whether it had an effect: a repeated transaction has none.
    fn apply(&mut self, place: usize, event: &Event, write: &'a Write) -> Result<bool, String> {
        let was_before = |state: &State| {
            let mut states = self.states.iter().filter_map(|(_, state)| *state);
            states.any(|other| other.revision == state.revision)
        };
        match write {
            Write::Torn(item) => return Err(format!("a torn write: {item}")),
            Write::Became(state, _) if was_before(state) => return Ok(false),
            Write::Gone if self.at(place).is_none() => return Ok(false),
            Write::Became(state, _) => self.change(place, Some(state)),
            Write::Gone => self.change(place, None),
            Write::Counted {
                revision,
                bucket,
                issued,
                uses,
            } => self.counts.push(Count {
                place,
                at: event.at,
                request: event.request,
                revision,
                bucket: *bucket,
                issued: *issued,
                uses,
            }),
        }
        Ok(true)
    }

    fn change(&mut self, place: usize, state: Option<&'a State>) {
        self.states.push((place, state));
        if self.damaged.is_some() {
            self.mended.get_or_insert(place);
        }
    }

    /// Whether the client was ever damaged.
    pub(crate) fn was_damaged(&self) -> bool {
        self.damaged.is_some()
    }

    /// Whether the client was damaged just before a place.
    pub(crate) fn is_damaged_at(&self, place: usize) -> bool {
        let begins = self.damaged.is_some_and(|damaged| damaged < place);
        begins && self.mended.is_none_or(|mended| mended >= place)
    }

    /// Whether the client was damaged at some time during a request.
    pub(crate) fn was_damaged_during(&self, request: &Request<'_>) -> bool {
        let begins = self.damaged.is_some_and(|place| place < request.answered);
        begins && self.mended.is_none_or(|place| place > request.asked)
    }

    /// Whether the client was damaged during a whole request.
    pub(crate) fn stayed_damaged_during(&self, request: &Request<'_>) -> bool {
        let begins = self.damaged.is_some_and(|place| place < request.asked);
        begins && self.mended.is_none_or(|place| place > request.answered)
    }

    /// Whether a change of the client committed in this part of the log.
    pub(crate) fn changed_during(&self, from: usize, until: usize) -> bool {
        let mut places = self.states.iter().map(|(place, _)| *place);
        places.any(|place| (from..until).contains(&place))
    }

    /// Every state that the client ever had.
    pub(crate) fn all(&self) -> impl Iterator<Item = &'a State> {
        self.states.iter().filter_map(|(_, state)| *state)
    }

    /// The client's state just before a place.
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
