//! The clients that ask, as the database has them, and as this instance has seen them pass.

use std::sync::{Mutex, MutexGuard, PoisonError};

use shared::fault::Fault;
use shared::http::oauth::TokenError;
use shared::model::gate::GateWrite;
use shared::model::issuing::{Observed, Step};
use shared::model::{AppClient, ClientCache, ClientId, Timestamp};
use shared::runtime::{Environment, VariableError};
use shared::store::{Store, Written};

use crate::grant::Granted;

/// How many clients an instance knows: some megabytes of them.
const CAPACITY: usize = 4_096;

/// What to do next for a token.
pub(crate) type Next = Step<AppClient, Granted, TokenError>;

/// The table, and what the instance knows of it.
#[derive(Debug)]
pub(crate) struct Clients {
    store: Store,
    cache: Mutex<ClientCache<ClientId, AppClient>>,
}

impl Clients {
    pub(crate) fn new(environment: &Environment) -> Result<Self, VariableError> {
        Ok(Self {
            store: Store::new(environment)?,
            cache: Mutex::new(ClientCache::with_capacity(CAPACITY)),
        })
    }

    /// Begins with what is known of a client, or else with what the database holds.
    pub(crate) async fn first(&self, id: ClientId) -> Result<Next, Fault> {
        let cached = self.cache().find(id);
        match Step::first(cached) {
            Step::Read => self.read(id).await,
            step => Ok(step),
        }
    }

    /// Reads record and gate.
    pub(crate) async fn read(&self, id: ClientId) -> Result<Next, Fault> {
        let found = self.store.find_client_and_gate(id).await?;
        self.cache().refresh(id, found.as_ref());
        Ok(Step::read(found))
    }

    /// Tries the write that counts a token.
    pub(crate) async fn count(
        &self,
        id: ClientId,
        write: &GateWrite,
        now: Timestamp,
    ) -> Result<Written, Fault> {
        self.store.count(id, write, now).await
    }

    /// Takes note of a client that has passed.
    pub(crate) fn passed(&self, id: ClientId, observed: Observed<AppClient>) {
        self.cache().insert(id, observed);
    }

    fn cache(&self) -> MutexGuard<'_, ClientCache<ClientId, AppClient>> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
