//! The roles.

use crate::clock::Clock;
use crate::fault::Fault;
use crate::model::Revision;
use crate::random::Randomness;
use crate::runtime::Environment;
use crate::store::Store;

/// The roles of every org, and the managed ones.
#[derive(Debug)]
pub struct Roles {
    pub(super) store: Store,
    pub(super) clock: Clock,
    randomness: Randomness,
}

impl Roles {
    /// The roles in `store`.
    #[must_use]
    pub fn new(environment: &Environment, store: Store) -> Self {
        Self {
            store,
            clock: environment.clock.clone(),
            randomness: environment.randomness.clone(),
        }
    }

    pub(super) fn new_revision(&self) -> Result<Revision, Fault> {
        Ok(Revision::new(self.randomness.uuid()?))
    }
}
