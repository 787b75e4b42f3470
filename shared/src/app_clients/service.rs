//! The state of the operations on App Clients, and the write that they share.

use crate::authorization::Caller;
use crate::clock::Clock;
use crate::fault::Fault;
use crate::model::{AppClient, Revision};
use crate::random::Randomness;
use crate::refusal::Refusal;
use crate::runtime::Environment;
use crate::store::{Changed, Store};

/// The App Clients of every org.
#[derive(Debug)]
pub struct AppClients {
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) randomness: Randomness,
}

impl AppClients {
    /// The App Clients in `store`.
    #[must_use]
    pub fn new(environment: &Environment, store: Store) -> Self {
        Self {
            store,
            clock: environment.clock.clone(),
            randomness: environment.randomness.clone(),
        }
    }

    /// Applies a change to a client and writes it. If another request changed the client meanwhile,
    /// the change is applied again to the new record. Such attempts and those after conflicts are
    /// limited together.
    ///
    /// # Errors
    /// The errors of `apply`, [`Refusal::NotFound`] if the client is deleted meanwhile, and
    /// [`Refusal::Fault`].
    pub(super) async fn replace(
        &self,
        caller: &Caller,
        mut client: AppClient,
        apply: impl Fn(AppClient) -> Result<AppClient, Refusal>,
    ) -> Result<AppClient, Refusal> {
        let mut attempts = self.store.attempts();
        let id = client.id;
        let mut is_overtaken = false;
        while attempts.another().await? {
            if is_overtaken {
                // A client's org never changes, so the caller may still see the client.
                let found = self.store.find_client(id).await;
                let found = found.map_err(|fault| caller.refusal_of(id, fault))?;
                client = found.ok_or(Refusal::NotFound)?;
            }
            let former = client.revision;
            let changed = AppClient {
                revision: self.new_revision()?,
                updated_at: self.clock.now(),
                ..apply(client.clone())?
            };
            match self
                .store
                .replace_client(former, &changed, &mut attempts)
                .await?
            {
                Changed::Made => return Ok(changed),
                Changed::Overtaken => is_overtaken = true,
            }
        }
        Err(Fault::Contended("TransactWriteItems").into())
    }

    pub(super) fn new_revision(&self) -> Result<Revision, Fault> {
        Ok(Revision::new(self.randomness.uuid()?))
    }
}
