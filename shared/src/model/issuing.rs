//! The steps in which a token is issued, as values: what to do next, given what is observed of the
//! client and what came of the step before. They decide; their caller reads, authenticates and
//! writes. The model checker runs the same steps.
//!
//! ```text
//! Step::first ─┬─> Read ──> Step::read ─┬─> Unknown
//!              │    ^                   │
//!              │    └───── torn, stale ─┤
//!              └───────────────────────>└─> Decide ──> Candidate::decided ─┬─> Refused, Full
//!                                                                          └─> Write
//!                     Count::succeeded, or Count::condition_failed <──────────────┘
//! ```

use super::gate::{Full, Gate, GateWrite, Window};
use super::{AppClient, Revision, Timestamp, TokenQuota};

/// What the gate has to know of a client: in which state it is, and how many tokens it gets.
pub trait Gated {
    /// The state that the record is of.
    fn revision(&self) -> Revision;
    /// How many tokens it gets in the window.
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

/// A client's record and its gate, as somebody has seen them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Observed<C> {
    /// The record.
    pub client: C,
    /// The gate.
    pub gate: Gate,
}

/// What to do next for a token. `G` is what a decision grants, `E` how it refuses.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step<C, G, E> {
    /// Read record and gate, strongly consistently, and continue with [`Step::read`].
    Read,
    /// Authenticate this client and decide what it is granted; continue with
    /// [`Candidate::decided`].
    Decide(Candidate<C>),
    /// Try the write of this count; continue with [`Count::succeeded`] or
    /// [`Count::condition_failed`].
    Write(Count<C, G>),
    /// The end: there is no such client.
    Unknown,
    /// The end: the decision was a refusal.
    Refused(E),
    /// The end: the quota is spent.
    Full(Full),
}

/// A client that asks for a token, of which record and gate are of the same state.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Candidate<C> {
    observed: Observed<C>,
    freshness: Freshness,
}

/// Whether record and gate may be out of date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Freshness {
    /// They may be: they permit, and never refuse.
    Cached,
    /// They were true at some moment since the request came.
    Fresh,
}

/// A token that was granted, and the write that counts it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Count<C, G> {
    observed: Observed<C>,
    write: GateWrite,
    granted: G,
}

impl<C: Gated, G, E> Step<C, G, E> {
    /// Begins with what is cached of the client, if anything is.
    pub fn first(cached: Option<Observed<C>>) -> Self {
        match cached {
            Some(observed) => Self::consider(observed, Freshness::Cached),
            None => Self::Read,
        }
    }

    /// Continues with what was read since the request came; `None` when there is no such client.
    pub fn read(found: Option<Observed<C>>) -> Self {
        match found {
            Some(observed) => Self::consider(observed, Freshness::Fresh),
            None => Self::Unknown,
        }
    }

    fn consider(observed: Observed<C>, freshness: Freshness) -> Self {
        // One Query is no snapshot: while a change commits it may show the record of one state
        // and the gate of the other.
        if observed.gate.revision == observed.client.revision() {
            Self::Decide(Candidate {
                observed,
                freshness,
            })
        } else {
            Self::Read
        }
    }
}

impl<C: Gated> Candidate<C> {
    /// Its record, for the decision.
    pub const fn client(&self) -> &C {
        &self.observed.client
    }

    /// Continues with the decision.
    pub fn decided<G, E>(
        self,
        window: Window,
        now: Timestamp,
        decision: Result<G, E>,
    ) -> Step<C, G, E> {
        let Self {
            observed,
            freshness,
        } = self;
        match (
            decision,
            observed.gate.next(window, now, observed.client.quota()),
        ) {
            (Ok(granted), Ok(write)) => Step::Write(Count {
                observed,
                write,
                granted,
            }),
            _ if freshness == Freshness::Cached => Step::Read,
            (Ok(_), Err(full)) => Step::Full(full),
            (Err(refusal), _) => Step::Refused(refusal),
        }
    }
}

impl<C: Gated, G> Count<C, G> {
    /// The write. Once it has succeeded, what was granted may go out.
    pub const fn write(&self) -> &GateWrite {
        &self.write
    }

    /// The record and the gate by which it was granted, for who checks that it was right.
    pub const fn observed(&self) -> &Observed<C> {
        &self.observed
    }

    /// Ends after the write has succeeded; `gate` is what the write made of it.
    pub fn succeeded(self, gate: Gate) -> (Observed<C>, G) {
        let client = self.observed.client;
        (Observed { client, gate }, self.granted)
    }

    /// Continues after the write's condition failed; `gate` is the item that DynamoDB returned. When
    /// it is of the record's revision, the record is as true as it is, and so is the decision.
    pub fn condition_failed<E>(
        self,
        window: Window,
        now: Timestamp,
        gate: Option<Gate>,
    ) -> Step<C, G, E> {
        let client = self.observed.client;
        match gate {
            Some(gate) if gate.revision == client.revision() => Candidate {
                observed: Observed { client, gate },
                freshness: Freshness::Fresh,
            }
            .decided(window, now, Ok(self.granted)),
            _ => Step::Read,
        }
    }
}

#[cfg(test)]
mod tests;
