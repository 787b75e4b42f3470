//! The steps of a run, in order.

use shared::app_clients::{AppClients, default_quota};
use shared::clock::Clock;
use shared::fault::Fault;
use shared::model::TokenQuota;
use shared::random::Randomness;
use shared::runtime::log::Notebook;
use shared::runtime::{Environment, VariableError};
use shared::secrets::Secret;
use shared::signing::{SigningAlgorithm, make_first_key};
use shared::store::{NameKeys, Store};

use crate::error::BootstrapError;
use crate::first_client::first_client;
use crate::recovery::Recover;

/// The state of a run.
#[derive(Debug)]
pub(crate) struct Run {
    store: Store,
    clients: AppClients,
    signing_keys: Secret,
    credentials: Secret,
    algorithm: SigningAlgorithm,
    default_quota: TokenQuota,
    clock: Clock,
    randomness: Randomness,
}

impl Run {
    pub(crate) fn new(environment: &Environment) -> Result<Self, VariableError> {
        let variables = &environment.variables;
        let store = Store::new(environment)?;
        Ok(Self {
            clients: AppClients::new(environment, store.clone()),
            store,
            signing_keys: Secret::new(environment, "SIGNING_KEYS_SECRET")?,
            credentials: Secret::new(environment, "BOOTSTRAP_CREDENTIALS_SECRET")?,
            algorithm: SigningAlgorithm::from_variables(variables)?,
            default_quota: default_quota(variables)?,
            clock: environment.clock.clone(),
            randomness: environment.randomness.clone(),
        })
    }

    /// Creates everything that is missing. After a failure it can be run again.
    pub(crate) async fn all(&self) -> Result<(), Fault> {
        let now = self.clock.now();
        make_first_key(&self.store, &self.signing_keys, self.algorithm, now).await?;
        first_client(
            &self.clients,
            &self.credentials,
            self.default_quota,
            &self.randomness,
        )
        .await
    }

    /// Gives every client its key in the index of names. After a failure it continues where it was,
    /// or begins again if `anew`.
    pub(crate) async fn name_keys(&self, anew: bool) -> Result<(), Fault> {
        let mut keys = match anew {
            true => NameKeys::Underway(None),
            false => self.store.find_name_keys().await?,
        };
        while let NameKeys::Underway(after) = keys {
            keys = self.store.add_name_keys(after).await?;
        }
        Ok(())
    }

    /// Recovers a client. After a failure it can be run again.
    pub(crate) async fn recover(
        &self,
        recover: Recover,
        notebook: &Notebook,
    ) -> Result<(), BootstrapError> {
        let (clients, credentials) = (&self.clients, &self.credentials);
        recover
            .run(clients, credentials, &self.randomness, notebook)
            .await
    }
}
