//! The state of the model.

use std::collections::BTreeSet;

use shared::model::gate::{Gate, GateWrite};
use shared::model::issuing::{self, Gated, Reading};
use shared::model::{ClientCache, Revision, SecretPlace, Timestamp, TokenQuota};
use uuid::Uuid;

use crate::model::judge::Violation;
use crate::model::keyring::{Keyring, SecretNumber};

/// The complete state at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct World {
    /// The true time, in ticks of one bucket.
    pub(crate) time: u64,
    pub(crate) database: Database,
    /// In an order without meaning: see `World::normalize`.
    pub(crate) instances: Vec<Instance>,
    pub(crate) administrators: Vec<Administrator>,
    /// Requests that have not arrived yet, at any instance.
    pub(crate) requests_left: u8,
    /// The remaining disturbances between an instance and the database.
    pub(crate) disturbances_left: u8,
    /// A write that may reach the database at any later time, without a response.
    pub(crate) in_flight: Option<(GateWrite, Granted)>,
    /// The number of committed changes, which is also the number of the client's current state.
    pub(crate) changes: u8,
    /// The newest state whose change got its response.
    pub(crate) answered: u8,
    /// The number of secrets that the client has had. A request may present any of them.
    pub(crate) secrets: u8,
    /// A bit for each secret whose removal got its response.
    pub(crate) removed: u8,
    /// A bit for each secret for which a token was counted, if the scenario is about the last uses.
    pub(crate) used: u8,
    /// The committed gate writes, as long as they are relevant.
    pub(crate) counts: Vec<Count>,
    /// The violations so far.
    pub(crate) violations: BTreeSet<Violation>,
}

/// The client's two items.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Database {
    pub(crate) record: Option<Record>,
    pub(crate) gate: Option<Gate>,
    /// The gate's days of last use, if the scenario is about them.
    pub(crate) uses: Option<Uses>,
}

/// The gate's attributes for the day of a secret's last use. Instead of the day, each holds the
/// secret whose token wrote it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Uses([Option<SecretNumber>; 2]);

/// The content of the client's record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Record {
    pub(crate) revision: Revision,
    /// The number of this state. Only the judge uses it, not the protocol.
    pub(crate) state: u8,
    pub(crate) keyring: Keyring,
    pub(crate) enabled: bool,
    pub(crate) quota: TokenQuota,
}

/// An instance of the token function.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Instance {
    pub(crate) cache: ClientCache<(), Record>,
    /// Lambda passes an instance one request at a time.
    pub(crate) request: Option<Request>,
}

/// An active token request.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Request {
    pub(crate) secret: SecretNumber,
    /// The reading of its instance's clock when it arrived.
    pub(crate) now: Timestamp,
    /// Whether it has called the database.
    pub(crate) has_called: bool,
    pub(crate) waiting: Waiting,
    /// The steps that it wasted since the gate last moved.
    pub(crate) wasted_steps: u8,
    /// Whether the client's state refused it at some moment since it arrived.
    pub(crate) state_refused: bool,
    /// Whether, at some moment since it arrived, the state permitted it but the quota was exceeded.
    pub(crate) quota_refused: bool,
    /// Whether the client was damaged at some moment since it arrived.
    pub(crate) was_damaged: bool,
}

/// The database call that a request is waiting for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Waiting {
    /// A Query that has read neither item yet.
    Read(Reading),
    /// The second half of a Query that has read the record.
    Gate(Reading, Option<Record>),
    /// The second half of a Query that has read the gate.
    Record(Reading, Option<Gate>),
    /// A conditional write.
    Write(issuing::Count<Record, Granted>),
}

/// The grant of a token: to which secret, and where the day of its use is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Granted {
    pub(crate) secret: SecretNumber,
    pub(crate) place: SecretPlace,
}

/// An administrator, which makes changes one after another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Administrator {
    /// The number of its changes that have ended.
    pub(crate) ended: usize,
    pub(crate) stage: Stage,
}

/// The progress of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Stage {
    /// The client has to be read; after the failed write of a new secret, again. Its secrets were
    /// these at first.
    Reading(Option<Keyring>),
    /// The client was read, and the change is decided.
    Writing(Decided),
    /// The new state is committed, but the response is not yet sent. It removes the secrets with these
    /// bits.
    Answering(u8, u8),
    /// The last uses are shown: the record was read, or the gate.
    ShowingRecord(Record),
    ShowingGate(Option<Revision>, Uses),
}

/// A change that is decided, but not yet written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Decided {
    /// The state that it replaces.
    pub(crate) former: Record,
    /// The secrets that its request read first.
    pub(crate) first: Keyring,
    /// The gate's count, which only one fault uses.
    pub(crate) count: u32,
    /// The tick of the decision, if it depends on time.
    pub(crate) now: u64,
}

/// A gate write that committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Count {
    pub(crate) at: u64,
    /// Whether the request issued a token for it.
    pub(crate) issued: bool,
}

impl Gated for Record {
    fn revision(&self) -> Revision {
        self.revision
    }

    fn quota(&self) -> TokenQuota {
        self.quota
    }
}

impl Record {
    /// Whether the client gets a token for a secret by a clock at this tick.
    pub(crate) fn permits(&self, secret: SecretNumber, now: Timestamp) -> bool {
        self.enabled && self.keyring.accepts(secret, now.epoch_seconds())
    }
}

impl Uses {
    pub(crate) fn of(&self, place: SecretPlace) -> Option<SecretNumber> {
        self.0[usize::from(place == SecretPlace::Second)]
    }

    pub(crate) fn set(&mut self, place: SecretPlace, secret: Option<SecretNumber>) {
        self.0[usize::from(place == SecretPlace::Second)] = secret;
    }
}

impl World {
    /// The active requests.
    pub(crate) fn requests(&mut self) -> impl Iterator<Item = &mut Request> {
        self.instances
            .iter_mut()
            .filter_map(|instance| instance.request.as_mut())
    }
}

/// The revision of the client's state with this number.
pub(crate) fn revision_of(state: u8) -> Revision {
    Revision::new(Uuid::from_u128(u128::from(state)))
}

pub(crate) fn quota(tokens: u8) -> TokenQuota {
    TokenQuota::per_hour(u64::from(tokens)).unwrap()
}
