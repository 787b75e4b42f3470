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

    /// Writes what `apply` makes of a client, on the client as it then is: when somebody else changed
    /// it in the meantime, the change is applied anew.
    ///
    /// # Errors
    /// What `apply` answers, and [`Refusal::NotFound`] when the client is deleted in the meantime.
    pub(super) async fn replace(
        &self,
        mut client: AppClient,
        apply: impl Fn(AppClient) -> Result<AppClient, Refusal>,
    ) -> Result<AppClient, Refusal> {
        let mut attempts = self.store.attempts();
        let id = client.id;
        let mut is_overtaken = false;
        while attempts.another().await? {
            if is_overtaken {
                // An org is for ever: the client that was seen stays the caller's to see.
                let found = self.store.find_client(id).await?;
                client = found.ok_or(Refusal::NotFound)?;
            }
            let former = client.revision;
            let changed = AppClient {
                revision: self.new_revision()?,
                updated_at: self.clock.now(),
                ..apply(client.clone())?
            };
            match self.store.replace_client(former, &changed).await? {
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
