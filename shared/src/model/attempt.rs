//! One attempt to pass the gate: what to do next, given what is known and what came of the last
//! step. It decides; its caller reads and writes.

use super::gate::{Full, Gate, GateWrite, Step, Window};
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
pub struct Known<C> {
    /// The record.
    pub client: C,
    /// The gate.
    pub gate: Gate,
}

/// An attempt to pass the gate.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Attempt<C> {
    /// It goes by what is remembered, which may permit but never refuse.
    Remembering(Known<C>),
    /// It goes by what was true at some moment since the request came: that record and that gate,
    /// or that there is no such client.
    Knowing(Option<Known<C>>),
    /// What it went by is not true any more.
    Lost,
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Next<G, E> {
    /// Read record and gate, strongly consistently, and go on by [`Attempt::Knowing`].
    Read,
    /// Try this write. If it succeeds, what was granted may go out; otherwise go on by
    /// [`Attempt::having_met`].
    Write(GateWrite, G),
    /// The quota is spent.
    Full(Full),
    /// The request is refused.
    Refuse(E),
}

impl<C: Gated> Attempt<C> {
    /// What to do next, when `decide` says what the client is granted, and `unknown` refuses when
    /// there is none.
    pub fn next<G, E>(
        &self,
        window: Window,
        now: Timestamp,
        decide: impl FnOnce(&C) -> Result<G, E>,
        unknown: impl FnOnce() -> E,
    ) -> Next<G, E> {
        let (known, is_true) = match self {
            Self::Remembering(known) => (known, false),
            Self::Knowing(Some(known)) => (known, true),
            Self::Knowing(None) => return Next::Refuse(unknown()),
            Self::Lost => return Next::Read,
        };
        let decision = decide(&known.client);
        match (decision, known.gate.next(window, now, known.client.quota())) {
            (Ok(granted), Step::Write(write)) => Next::Write(write, granted),
            _ if !is_true => Next::Read,
            (Ok(_), Step::Full(full)) => Next::Full(full),
            (Err(refusal), _) => Next::Refuse(refusal),
        }
    }

    /// Goes on after a write whose conditions did not hold: the gate was this, or gone. When it is
    /// of the record's revision, the record is as true as it is.
    #[must_use]
    pub fn having_met(self, gate: Option<Gate>) -> Self {
        match (self.into_client(), gate) {
            (Some(client), Some(gate)) if gate.revision == client.revision() => {
                Self::Knowing(Some(Known { client, gate }))
            }
            _ => Self::Lost,
        }
    }

    /// The record that the attempt goes by.
    pub fn into_client(self) -> Option<C> {
        match self {
            Self::Remembering(known) | Self::Knowing(Some(known)) => Some(known.client),
            Self::Knowing(None) | Self::Lost => None,
        }
    }
}
