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
        // One Query is no snapshot: while a change commits it may show the record of one state
        // and the gate of the other.
        if known.gate.revision != known.client.revision() {
            return Next::Read;
        }
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use uuid::Uuid;

    use super::super::gate::Slot;
    use super::*;

    #[derive(Clone, Debug, PartialEq, Eq)]
    struct Record(Revision);

    impl Gated for Record {
        fn revision(&self) -> Revision {
            self.0
        }

        fn quota(&self) -> TokenQuota {
            TokenQuota::default()
        }
    }

    fn revision(number: u128) -> Revision {
        Revision::new(Uuid::from_u128(number))
    }

    fn known(record: u128, gate: u128) -> Known<Record> {
        Known {
            client: Record(revision(record)),
            gate: Gate {
                revision: revision(gate),
                slot: Slot(0),
                issued: 0,
                past: BTreeMap::new(),
            },
        }
    }

    fn next(attempt: &Attempt<Record>, permitted: bool) -> Next<(), ()> {
        let now = Timestamp::from_epoch_seconds(0);
        let decide = |_: &Record| if permitted { Ok(()) } else { Err(()) };
        attempt.next(Window::HOUR, now, decide, || ())
    }

    #[test]
    fn what_is_remembered_permits_and_never_refuses() {
        let attempt = Attempt::Remembering(known(1, 1));
        assert!(matches!(next(&attempt, true), Next::Write(..)));
        assert_eq!(next(&attempt, false), Next::Read);
    }

    #[test]
    fn what_is_known_refuses() {
        assert_eq!(
            next(&Attempt::Knowing(Some(known(1, 1))), false),
            Next::Refuse(())
        );
        assert_eq!(next(&Attempt::Knowing(None), true), Next::Refuse(()));
    }

    #[test]
    fn a_record_and_a_gate_of_different_states_are_read_again() {
        for permitted in [true, false] {
            let torn = known(1, 2);
            assert_eq!(
                next(&Attempt::Knowing(Some(torn.clone())), permitted),
                Next::Read
            );
            assert_eq!(next(&Attempt::Remembering(torn), permitted), Next::Read);
        }
    }

    #[test]
    fn a_gate_of_the_records_revision_proves_the_record() {
        let met = |gate| Attempt::Remembering(known(1, 1)).having_met(gate);
        let same = known(1, 1);
        assert_eq!(met(Some(same.gate.clone())), Attempt::Knowing(Some(same)));
        assert_eq!(met(Some(known(1, 2).gate)), Attempt::Lost);
        assert_eq!(met(None), Attempt::Lost);
        assert_eq!(next(&Attempt::Lost, true), Next::Read);
    }
}
