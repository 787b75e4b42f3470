//! What there is at one moment.

use std::collections::BTreeSet;

use shared::model::gate::{Gate, GateWrite};
use shared::model::issuing::{self, Gated};
use shared::model::{ClientCache, Revision, Timestamp, TokenQuota};
use uuid::Uuid;

use crate::model::judge::Broken;

/// Everything, at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct World {
    /// The true time, in ticks of a bucket.
    pub(crate) time: u64,
    pub(crate) database: Database,
    /// In an order that says nothing: see `World::settle`.
    pub(crate) instances: Vec<Instance>,
    pub(crate) administrators: Vec<Administrator>,
    /// Requests that are yet to come, to whichever instance.
    pub(crate) requests_left: u8,
    /// How often something may yet go wrong between an instance and the database.
    pub(crate) disturbances_left: u8,
    /// A write of whose fate nobody hears: it may reach the database, some time.
    pub(crate) on_its_way: Option<GateWrite>,
    /// How many changes were made; the client's states are numbered so.
    pub(crate) changes: u8,
    /// The newest state whose change was answered.
    pub(crate) answered: u8,
    /// How many secrets the client has had: it may present any of them.
    pub(crate) secrets: u8,
    /// The gate writes that committed, as long as they matter to anything.
    pub(crate) counts: Vec<Count>,
    /// What must not be, and is.
    pub(crate) broken: BTreeSet<Broken>,
}

/// The client's two items.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Database {
    pub(crate) record: Option<Record>,
    pub(crate) gate: Option<Gate>,
}

/// What the client's record says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Record {
    pub(crate) revision: Revision,
    /// Which state this is: the judge goes by it, nothing in the protocol does.
    pub(crate) state: u8,
    pub(crate) secret: u8,
    pub(crate) enabled: bool,
    pub(crate) quota: TokenQuota,
}

/// An instance of the token function.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Instance {
    pub(crate) cache: ClientCache<(), Record>,
    /// Lambda gives an instance one request at a time.
    pub(crate) request: Option<Request>,
}

/// A token request under way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Request {
    pub(crate) secret: u8,
    /// What its instance's clock said when it came.
    pub(crate) now: Timestamp,
    /// Whether it has called the database.
    pub(crate) has_called: bool,
    pub(crate) waiting: Waiting,
    /// What it did in vain since the gate moved last.
    pub(crate) in_vain: u8,
    /// At some moment since it came, the client's state refused it.
    pub(crate) state_refused: bool,
    /// At some moment since it came, the client's state permitted it and the quota was spent.
    pub(crate) quota_refused: bool,
}

/// What a request waits for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Waiting {
    /// A Query that has seen nothing yet.
    Read,
    /// The other half of a Query that has seen the record.
    Gate(Option<Record>),
    /// The other half of a Query that has seen the gate.
    Record(Option<Gate>),
    /// A conditional write.
    Write(issuing::Count<Record, ()>),
}

/// Somebody who makes changes, one after the other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Administrator {
    /// How many of its changes have ended.
    pub(crate) ended: usize,
    pub(crate) stage: Stage,
}

/// How far a change is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Stage {
    /// The client is to be read.
    Reading,
    /// The client was read, and the gate's count with it in case that somebody asks.
    Writing(Record, u32),
    /// That state is written, but nobody was told.
    Answering(u8),
}

/// A gate write that committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Count {
    pub(crate) at: u64,
    /// Whether a token went out for it.
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
    /// Whether the client gets a token for that secret.
    pub(crate) fn permits(&self, secret: u8) -> bool {
        self.enabled && self.secret == secret
    }
}

impl World {
    /// The requests under way.
    pub(crate) fn requests(&mut self) -> impl Iterator<Item = &mut Request> {
        self.instances
            .iter_mut()
            .filter_map(|instance| instance.request.as_mut())
    }
}

/// The revision of the client's state of that number: a fresh one for each.
pub(crate) fn revision_of(state: u8) -> Revision {
    Revision::new(Uuid::from_u128(u128::from(state)))
}

pub(crate) fn quota(tokens: u8) -> TokenQuota {
    TokenQuota::per_hour(u64::from(tokens)).unwrap()
}
