//! The pepper of derived secrets, as an instance caches it.

use tokio::sync::Mutex;

use super::secret::Secret;
use crate::fault::Fault;
use crate::model::Timestamp;
use crate::model::idempotency::Pepper;
use crate::runtime::{Environment, VariableError};

const VARIABLE: &str = "IDEMPOTENCY_PEPPER_SECRET";
/// In seconds. So long after its replacement, no instance uses the former pepper.
const CACHED_FOR: u64 = 300;

/// The secret with the pepper. Only a request with an idempotency key reads it, and starts the client
/// of Secrets Manager.
#[derive(Debug)]
pub struct PepperSecret {
    environment: Environment,
    /// Locked during a read, so that concurrent requests share it.
    cached: Mutex<Option<(Timestamp, Pepper)>>,
}

impl PepperSecret {
    /// The pepper of the secret in `IDEMPOTENCY_PEPPER_SECRET`.
    ///
    /// # Errors
    /// When the variable is not set.
    pub fn new(environment: &Environment) -> Result<Self, VariableError> {
        environment.variables.required(VARIABLE)?;
        Ok(Self {
            environment: environment.clone(),
            cached: Mutex::default(),
        })
    }

    /// The pepper, from a read at most five minutes ago.
    ///
    /// # Errors
    /// When the secret must be read and the read fails, or the secret is no pepper.
    pub async fn find(&self) -> Result<Pepper, Fault> {
        let now = self.environment.clock.now();
        let mut cached = self.cached.lock().await;
        match &*cached {
            // After the clock went back, the age of the copy is unknown.
            Some((read_at, pepper))
                if *read_at <= now && now.seconds_since(*read_at) < CACHED_FOR =>
            {
                Ok(pepper.clone())
            }
            _ => {
                let pepper = self.read().await?;
                *cached = Some((now, pepper.clone()));
                Ok(pepper)
            }
        }
    }

    async fn read(&self) -> Result<Pepper, Fault> {
        const UNREADABLE: Fault = Fault::Unreadable("idempotency pepper");
        let secret = Secret::new(&self.environment, VARIABLE).map_err(|_| UNREADABLE)?;
        let text = secret.find().await?.ok_or(UNREADABLE)?;
        Pepper::parse(&text).ok_or(UNREADABLE)
    }
}
