//! The steps of issuing a token, as values: each decides the next one from the observed client and
//! the outcome of the step before. The caller reads, authenticates and writes. The model checker
//! runs the same steps.
//!
//! ```text
//! Step::first ─┬─> Read ──> Reading::found ─┬─> Unknown
//!              │    ^                       │
//!              │    └───────── torn, stale ─┤
//!              └───────────────────────────>└─> Decide ──> Candidate::decided ─┬─> Denied, Full,
//!                                                                              │   Damaged,
//!                                                                              │   Unreadable
//!                                                                              └─> Write
//!                         Count::succeeded, or Count::condition_failed <──────────────┘
//! ```
//!
//! *Torn*: the gate has another revision than the record, or is missing. The record alone can
//! refuse, so a false secret costs one read even then. *Stale*: a cached state would refuse, so it
//! is read again.

use std::time::Duration;

use super::gate::{Full, Gate, GateWrite, Window};
use super::{AppClient, Revision, Timestamp, TokenQuota};

/// What the gate needs to know about a client: its revision and its quota.
pub trait Gated {
    /// The revision of the record.
    fn revision(&self) -> Revision;
    /// The number of tokens per window.
    fn quota(&self) -> TokenQuota;
}

impl Gated for AppClient {
    fn revision(&self) -> Revision {
        self.revision
    }

    fn quota(&self) -> TokenQuota {
        self.token_quota
    }
}

/// The number of consecutive torn reads after which a request takes the client for damaged.
///
/// A Query is not a snapshot: while a change commits, it may return the record of one state and the
/// gate of the other. [`Reading::longest_pause`] waits for the commit.
pub const TORN_READS: u8 = 5;

/// A client's record and its gate of the same revision, as an instance observed them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Observed<C> {
    /// The record.
    pub client: C,
    /// The gate.
    pub gate: Gate,
}

/// The items of a client that a Query returned.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum FoundClient<C> {
    /// Record and gate have the same revision.
    Whole(Observed<C>),
    /// The gate has another revision than this record, or is missing.
    Torn(C),
    /// This attribute of the gate cannot be read.
    UnreadableGate(C, &'static str),
}

/// A read of record and gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Reading {
    /// The number of torn reads just before this one.
    torn: u8,
}

/// The next step of a token request. `G` is the grant of a decision, `E` its refusal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step<C, G, E> {
    /// Read record and gate, strongly consistently, and continue with [`Reading::found`].
    Read(Reading),
    /// Authenticate this client and decide what to grant it; continue with
    /// [`Candidate::decided`].
    Decide(Candidate<C>),
    /// Make the write of this count; continue with [`Count::succeeded`] or
    /// [`Count::condition_failed`].
    Write(Count<C, G>),
    /// The end: the client does not exist.
    Unknown,
    /// The end: the decision was a refusal.
    Denied(E),
    /// The end: the quota is exhausted.
    Full(Full),
    /// The end: the client gets no token until a change gives its gate the record's revision.
    Damaged,
    /// The end: this attribute of the gate cannot be read.
    Unreadable(&'static str),
}

/// A client that requests a token.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Candidate<C> {
    found: FoundClient<C>,
    freshness: Freshness,
}

/// Whether record and gate may be stale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Freshness {
    /// They may be stale: they may permit, but never refuse.
    Cached,
    /// They were true at some time since the request arrived. This was the last read.
    Fresh(Reading),
}

/// A granted token, and the write that counts it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Count<C, G> {
    observed: Observed<C>,
    write: GateWrite,
    granted: G,
}

impl<C: Gated> FoundClient<C> {
    /// The record and the gate that a Query returned. A client without a record does not exist.
    pub fn new(client: C, gate: Option<Gate>) -> Self {
        match gate {
            Some(gate) if gate.revision == client.revision() => {
                Self::Whole(Observed { client, gate })
            }
            _ => Self::Torn(client),
        }
    }
}

impl<C, G, E> Step<C, G, E> {
    /// Starts with the cached client, if there is one.
    pub fn first(cached: Option<Observed<C>>) -> Self {
        match cached {
            Some(observed) => Self::Decide(Candidate {
                found: FoundClient::Whole(observed),
                freshness: Freshness::Cached,
            }),
            None => Self::Read(Reading::FIRST),
        }
    }
}

impl Reading {
    /// A read after which a torn one is still nothing unusual.
    pub const FIRST: Self = Self { torn: 0 };

    /// The longest pause before the read if it follows a torn one, so that the change can commit: 25,
    /// 100, 400 and 1,600 ms. The shortest is half of it. A commit usually takes some milliseconds,
    /// but a slow one must not pass for damage.
    #[must_use]
    pub const fn longest_pause(self) -> Option<Duration> {
        match self.torn {
            0 => None,
            torn => Some(Duration::from_millis(25 << (2 * (torn - 1)))),
        }
    }

    /// Continues after the read; `None` if the client does not exist.
    pub fn found<C, G, E>(self, found: Option<FoundClient<C>>) -> Step<C, G, E> {
        match found {
            Some(found) => Step::Decide(Candidate {
                found,
                freshness: Freshness::Fresh(self),
            }),
            None => Step::Unknown,
        }
    }

    const fn after_a_torn_one<C, G, E>(self) -> Step<C, G, E> {
        let torn = self.torn + 1;
        if torn < TORN_READS {
            Step::Read(Self { torn })
        } else {
            Step::Damaged
        }
    }
}

impl<C: Gated> Candidate<C> {
    /// The client's record, for the decision.
    pub const fn client(&self) -> &C {
        match &self.found {
            FoundClient::Whole(observed) => &observed.client,
            FoundClient::Torn(client) | FoundClient::UnreadableGate(client, _) => client,
        }
    }

    /// Continues with the decision.
    pub fn decided<G, E>(
        self,
        window: Window,
        now: Timestamp,
        decision: Result<G, E>,
    ) -> Step<C, G, E> {
        match (decision, self.found, self.freshness) {
            (Err(refusal), _, Freshness::Fresh(_)) => Step::Denied(refusal),
            (Ok(_), FoundClient::Torn(_), Freshness::Fresh(reading)) => reading.after_a_torn_one(),
            (Ok(_), FoundClient::UnreadableGate(_, attribute), Freshness::Fresh(_)) => {
                Step::Unreadable(attribute)
            }
            (Ok(granted), FoundClient::Whole(observed), freshness) => {
                match (
                    observed.gate.next(window, now, observed.client.quota()),
                    freshness,
                ) {
                    (Ok(write), _) => Step::Write(Count {
                        observed,
                        write,
                        granted,
                    }),
                    (Err(full), Freshness::Fresh(_)) => Step::Full(full),
                    (Err(_), Freshness::Cached) => Step::Read(Reading::FIRST),
                }
            }
            (_, _, Freshness::Cached) => Step::Read(Reading::FIRST),
        }
    }
}

impl<C: Gated, G> Count<C, G> {
    /// The write. The token may be signed only after it has succeeded.
    pub const fn write(&self) -> &GateWrite {
        &self.write
    }

    /// The grant. The token may be signed only after the write has succeeded.
    pub const fn granted(&self) -> &G {
        &self.granted
    }

    /// The record and the gate that led to the grant, for checks of the decision.
    pub const fn observed(&self) -> &Observed<C> {
        &self.observed
    }

    /// Ends after a successful write; `gate` is the item after it.
    pub fn succeeded(self, gate: Gate) -> (Observed<C>, G) {
        let client = self.observed.client;
        (Observed { client, gate }, self.granted)
    }

    /// Continues after a failed condition; `gate` is the item that DynamoDB returned. If it has the
    /// record's revision, it confirms the record and the decision.
    pub fn condition_failed<E>(
        self,
        window: Window,
        now: Timestamp,
        gate: Option<Gate>,
    ) -> Step<C, G, E> {
        let client = self.observed.client;
        match gate {
            Some(gate) if gate.revision == client.revision() => Candidate {
                found: FoundClient::Whole(Observed { client, gate }),
                freshness: Freshness::Fresh(Reading::FIRST),
            }
            .decided(window, now, Ok(self.granted)),
            _ => Step::Read(Reading::FIRST),
        }
    }
}

#[cfg(test)]
mod tests;
