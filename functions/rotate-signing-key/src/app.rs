//! The dependencies of an invocation.

use shared::clock::Clock;
use shared::random::Randomness;
use shared::runtime::{Environment, VariableError};
use shared::secrets::Secret;
use shared::signing::SigningAlgorithm;
use shared::store::Store;

/// The state of an instance.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) store: Store,
    pub(crate) signing_keys: Secret,
    pub(crate) algorithm: SigningAlgorithm,
    pub(crate) clock: Clock,
    pub(crate) randomness: Randomness,
}

impl App {
    pub(crate) fn new(environment: &Environment) -> Result<Self, VariableError> {
        Ok(Self {
            store: Store::new(environment)?,
            signing_keys: Secret::new(environment, "SIGNING_KEYS_SECRET")?,
            algorithm: SigningAlgorithm::from_variables(&environment.variables)?,
            clock: environment.clock.clone(),
            randomness: environment.randomness.clone(),
        })
    }
}
