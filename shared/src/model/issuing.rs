//! The steps of issuing a token, as values: each decides the next one from the observed client and
//! the outcome of the step before. The caller reads, authenticates and writes. The model checker
//! runs the same steps.
//!
//! ```text
//! Step::first ─┬─> Read ──> Step::read ─┬─> Unknown
//!              │    ^                   │
//!              │    └───── torn, stale ─┤
//!              └───────────────────────>└─> Decide ──> Candidate::decided ─┬─> Denied, Full
//!                                                                          └─> Write
//!                     Count::succeeded, or Count::condition_failed <──────────────┘
//! ```
//!
//! *Torn*: record and gate have different revisions. *Stale*: a cached state would refuse, so it is
//! read again.

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

/// A client's record and its gate, as an instance observed them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Observed<C> {
    /// The record.
    pub client: C,
    /// The gate.
    pub gate: Gate,
}

/// The next step of a token request. `G` is the grant of a decision, `E` its refusal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step<C, G, E> {
    /// Read record and gate, strongly consistently, and continue with [`Step::read`].
    Read,
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
}

/// A client that requests a token. Its record and its gate have the same revision.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Candidate<C> {
    observed: Observed<C>,
    freshness: Freshness,
}

/// Whether record and gate may be stale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Freshness {
    /// They may be stale: they may permit, but never refuse.
    Cached,
    /// They were true at some time since the request arrived.
    Fresh,
}

/// A granted token, and the write that counts it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Count<C, G> {
    observed: Observed<C>,
    write: GateWrite,
    granted: G,
}

impl<C: Gated, G, E> Step<C, G, E> {
    /// Starts with the cached client, if there is one.
    pub fn first(cached: Option<Observed<C>>) -> Self {
        match cached {
            Some(observed) => Self::consider(observed, Freshness::Cached),
            None => Self::Read,
        }
    }

    /// Continues after a read; `None` if the client does not exist.
    pub fn read(found: Option<Observed<C>>) -> Self {
        match found {
            Some(observed) => Self::consider(observed, Freshness::Fresh),
            None => Self::Unknown,
        }
    }

    fn consider(observed: Observed<C>, freshness: Freshness) -> Self {
        // A Query is not a snapshot: while a change commits, it may return the record of one state
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
    /// The client's record, for the decision.
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
            (Err(refusal), _) => Step::Denied(refusal),
        }
    }
}

impl<C: Gated, G> Count<C, G> {
    /// The write. The token may be signed only after it has succeeded.
    pub const fn write(&self) -> &GateWrite {
        &self.write
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
