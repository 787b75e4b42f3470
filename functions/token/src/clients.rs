//! The clients: the table, and the instance's cache of those to which it has issued a token.

use std::sync::{Mutex, MutexGuard, PoisonError};

use shared::fault::Fault;
use shared::http::oauth::TokenError;
use shared::model::gate::GateWrite;
use shared::model::issuing::{Observed, Step};
use shared::model::{AppClient, ClientCache, ClientId, Timestamp};
use shared::runtime::{Environment, VariableError};
use shared::store::{Store, Written};

use crate::grant::Granted;

/// The capacity of the cache, in clients: some megabytes.
const CAPACITY: usize = 4_096;

/// The next step of a token request.
pub(crate) type NextStep = Step<AppClient, Granted, TokenError>;

/// The table and the cache.
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

    /// The first step, from the cached client or else from a read.
    pub(crate) async fn first(&self, id: ClientId) -> Result<NextStep, Fault> {
        let cached = self.cache().find(id);
        match Step::first(cached) {
            Step::Read => self.read(id).await,
            step => Ok(step),
        }
    }

    /// Reads record and gate, and updates the cache.
    pub(crate) async fn read(&self, id: ClientId) -> Result<NextStep, Fault> {
        let found = self.store.find_client_and_gate(id).await?;
        self.cache().refresh(id, found.as_ref());
        Ok(Step::read(found))
    }

    /// Makes the write that counts a token.
    pub(crate) async fn count(
        &self,
        id: ClientId,
        write: &GateWrite,
        now: Timestamp,
    ) -> Result<Written, Fault> {
        self.store.count(id, write, now).await
    }

    /// Caches a client that got a token.
    pub(crate) fn cache_client(&self, id: ClientId, observed: Observed<AppClient>) {
        self.cache().insert(id, observed);
    }

    fn cache(&self) -> MutexGuard<'_, ClientCache<ClientId, AppClient>> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
