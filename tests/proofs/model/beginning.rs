//! The worlds in which a scenario begins.

use shared::model::ClientCache;
use shared::model::gate::{Bucket, Gate};
use shared::model::issuing::Observed;

use crate::model::keyring::Keyring;
use crate::model::protocol::{BEGINNING, OLDEST_READING, Protocol};
use crate::model::world::{
    Administrator, Count, Database, Instance, Record, Stage, Uses, World, quota, revision_of,
};

/// The client's two items at the beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Beginning {
    /// Record and gate of the client's first state.
    Whole,
    /// The gate has a revision that no record had. Its count is right.
    OtherRevision,
    /// The gate is missing, and with it the counts.
    NoGate,
    /// The record is missing.
    NoRecord,
    /// The gate has the client's first state; the record is of the second, and disabled. Instances
    /// may have cached the first.
    OlderGate,
}

impl Beginning {
    /// The items, if these are those of the client's first state.
    fn database(self, record: Record, gate: Gate) -> Database {
        let disabled = Record {
            revision: revision_of(1),
            state: 1,
            enabled: false,
            ..record
        };
        let counted = Gate {
            bucket: Bucket(BEGINNING),
            issued: 1,
            ..Gate::new(revision_of(u8::MAX), gate.bucket)
        };
        let (record, gate) = match self {
            Self::Whole => (Some(record), Some(gate)),
            Self::OtherRevision => (Some(record), Some(counted)),
            Self::NoGate => (Some(record), None),
            Self::NoRecord => (None, Some(gate)),
            Self::OlderGate => (Some(disabled), Some(gate)),
        };
        Database {
            record,
            gate,
            uses: None,
        }
    }

    /// The tokens that were counted before.
    fn counts(self) -> Vec<Count> {
        match self {
            Self::OtherRevision => vec![Count {
                at: BEGINNING,
                issued: true,
            }],
            _ => Vec::new(),
        }
    }
}

impl Protocol {
    /// The client was in its first state, which any number of instances have cached. Then it was
    /// damaged, if the scenario begins so.
    pub(super) fn first_worlds(&self) -> Vec<World> {
        let record = Record {
            revision: revision_of(0),
            state: 0,
            keyring: Keyring::first(BEGINNING - OLDEST_READING, self.first_ends),
            enabled: true,
            quota: quota(self.quota),
        };
        let gate = Gate::new(record.revision, Bucket(BEGINNING - OLDEST_READING));
        let database = Database {
            uses: self.shows_uses.then(Uses::default),
            ..self.beginning.database(record, gate.clone())
        };
        let counts = self.beginning.counts();
        let warm = |warm| {
            let cached = Observed {
                client: record,
                gate: gate.clone(),
            };
            let instance = |at| {
                let mut cache = ClientCache::with_capacity(1);
                if at < warm {
                    cache.insert((), cached.clone());
                }
                Instance {
                    cache,
                    request: None,
                }
            };
            let mut world = World {
                time: BEGINNING,
                database: database.clone(),
                instances: (0..self.instances).map(instance).collect(),
                administrators: vec![
                    Administrator {
                        ended: 0,
                        stage: Stage::Reading(None)
                    };
                    self.scripts.len()
                ],
                requests_left: self.requests,
                disturbances_left: self.disturbances,
                in_flight: None,
                changes: database.record.map_or(0, |record| record.state),
                answered: 0,
                // A damaged client has a false secret from the beginning.
                secrets: if self.beginning == Beginning::Whole {
                    1
                } else {
                    2
                },
                removed: 0,
                used: 0,
                counts: counts.clone(),
                violations: [].into(),
            };
            world.normalize(OLDEST_READING);
            world
        };
        // With a cached record, the gate alone would permit a token, as with an older gate.
        let most = match self.beginning {
            Beginning::NoRecord => 0,
            _ => self.instances,
        };
        (0..=most).map(warm).collect()
    }
}
