//! The clients: the table, and the instance's cache of those to which it has issued a token.

use std::sync::{Mutex, MutexGuard, PoisonError};

use shared::fault::Fault;
use shared::http::oauth::TokenError;
use shared::model::gate::GateWrite;
use shared::model::issuing::{Observed, Reading, Step};
use shared::model::{AppClient, ClientCache, ClientId, UsedSecret};
use shared::runtime::{Attempts, Environment, VariableError};
use shared::store::{Store, Written};

use crate::grant::Granted;

/// The capacity of the cache, in clients: some megabytes.
const CAPACITY: usize = 4_096;

/// The next step of a token request.
pub(crate) type NextStep = Step<AppClient, Decision, TokenError>;

/// What is decided for an authenticated client.
#[derive(Debug)]
pub(crate) struct Decision {
    pub(crate) granted: Granted,
    /// The secret with which it authenticated.
    pub(crate) secret: UsedSecret,
}

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

    /// The attempts of one request at reads and writes of its client.
    pub(crate) fn attempts(&self) -> Attempts {
        self.store.attempts()
    }

    /// The first step, from the cached client or else from a read.
    pub(crate) async fn first(
        &self,
        id: ClientId,
        attempts: &mut Attempts,
    ) -> Result<NextStep, Fault> {
        let cached = self.cache().find(id);
        match Step::first(cached) {
            Step::Read(reading) => self.read(id, reading, attempts).await,
            step => Ok(step),
        }
    }

    /// Reads record and gate, and updates the cache.
    pub(crate) async fn read(
        &self,
        id: ClientId,
        reading: Reading,
        attempts: &mut Attempts,
    ) -> Result<NextStep, Fault> {
        if !attempts.another_within(reading.longest_pause()).await? {
            return Err(Fault::Contended("Query"));
        }
        let found = self.store.find_client_and_gate(id).await?;
        self.cache().refresh(id, found.as_ref());
        Ok(reading.found(found))
    }

    /// Makes the write that counts a token and records the use of the secret.
    pub(crate) async fn count(
        &self,
        id: ClientId,
        write: &GateWrite,
        secret: UsedSecret,
        attempts: &mut Attempts,
    ) -> Result<Written, Fault> {
        self.store.count(id, write, secret, attempts).await
    }

    /// Caches a client that got a token.
    pub(crate) fn cache_client(&self, id: ClientId, observed: Observed<AppClient>) {
        self.cache().insert(id, observed);
    }

    fn cache(&self) -> MutexGuard<'_, ClientCache<ClientId, AppClient>> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
    use aws_types::SdkConfig;
    use shared::clock::Clock;
    use shared::model::TokenQuota;
    use shared::model::gate::{Bucket, Gate};
    use shared::model::{ManagedRole, Name, NewClient, OrgId, Revision, Secrets, Timestamp};
    use shared::runtime::Variables;
    use uuid::Uuid;

    use super::*;

    fn observed(id: ClientId) -> Observed<AppClient> {
        let revision = Revision::new(Uuid::nil());
        let client = AppClient::from(NewClient {
            id,
            org: OrgId::new(Uuid::nil()),
            name: Name::parse("One of many").unwrap(),
            token_quota: TokenQuota::per_hour(200).unwrap(),
            roles: vec![ManagedRole::Permissionless.grant()],
            secrets: Secrets::NONE,
            created_at: Timestamp::from_epoch_seconds(0),
            revision,
        });
        let gate = Gate::new(revision, Bucket(0));
        Observed { client, gate }
    }

    #[tokio::test]
    async fn an_instance_never_caches_more_than_4096_clients() {
        let aws = SdkConfig::builder().behavior_version(BehaviorVersion::latest());
        let variables = Variables::from_iter([("TABLE_NAME", "none")]);
        let environment = Environment::new(aws.build(), variables, Clock::system());
        let clients = Clients::new(&environment).unwrap();
        let id = |number: u128| ClientId::new(Uuid::from_u128(number.rotate_right(16)));
        for number in 0..5_000 {
            clients.cache_client(id(number), observed(id(number)));
            let step = clients.first(id(number), &mut clients.attempts()).await;
            let step = step.unwrap();
            assert!(matches!(step, Step::Decide(_)), "{number} is not cached");
        }
        let cached = (0..5_000).filter(|number| clients.cache().find(id(*number)).is_some());
        assert_eq!(cached.count(), 4_096);
    }
}
