//! Replaces the key that signs: as one of the four steps in which Secrets Manager rotates a secret,
//! or at once, when a person invokes the function because a key has leaked.
//!
//! A new key is published before it is stored, and stored with the time from which it signs. So
//! nothing waits: that time holds however much later the rotation is finished.

mod emergency;
mod event;
mod rotation;

use serde_json::Value;
use shared::clock::Clock;
use shared::environment::{Environment, VariableError};
use shared::fault::Fault;
use shared::keys::Secret;
use shared::random::Randomness;
use shared::store::Store;
use shared::token::SigningAlgorithm;
use shared::token::key_ring::Unfit;

use crate::event::Event;

/// What an invocation needs.
#[derive(Debug)]
pub struct App {
    store: Store,
    signing_keys: Secret,
    algorithm: SigningAlgorithm,
    clock: Clock,
    randomness: Randomness,
}

/// Why an invocation failed. `Display` is for the log and for who invoked it, and holds no secret.
#[derive(Debug, thiserror::Error)]
pub enum RotationError {
    /// The event is none of those that this function knows.
    #[error("the event is not understood: {0}")]
    Event(#[source] serde_json::Error),
    /// The event asks for what must not be done.
    #[error("refused: {0}")]
    Refused(&'static str),
    /// The keys in a version of the secret must not sign.
    #[error("the {0} version of the secret is unfit: {1}")]
    Unfit(&'static str, #[source] Unfit),
    /// What lies behind the function failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl App {
    /// The function in that environment.
    ///
    /// # Errors
    /// When a variable is missing or makes no sense.
    pub fn new(environment: &Environment) -> Result<Self, VariableError> {
        Ok(Self {
            store: Store::new(environment)?,
            signing_keys: Secret::new(environment, "SIGNING_KEYS_SECRET")?,
            algorithm: environment.variables.signing_algorithm()?,
            clock: environment.clock.clone(),
            randomness: environment.randomness.clone(),
        })
    }
}

/// Does what the event asks for. Whatever fails can be invoked again.
///
/// # Errors
/// [`RotationError`] when the event is not understood, refused, or not done to the end.
pub async fn handle(app: &App, event: Value) -> Result<(), RotationError> {
    match Event::parse(event).map_err(RotationError::Event)? {
        Event::Rotation(rotation) => rotation::run(app, &rotation).await,
        Event::Emergency => emergency::drop_every_older_key(app).await,
    }
}
