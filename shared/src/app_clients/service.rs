//! The state of the operations on App Clients, and the write that they share.

use super::remaining::Remaining;
use crate::authorization::Caller;
use crate::clock::Clock;
use crate::fault::Fault;
use crate::model::idempotency::FirstRequest;
use crate::model::precondition::{Held, Precondition};
use crate::model::{AppClient, Revision};
use crate::random::Randomness;
use crate::refusal::Refusal;
use crate::runtime::Environment;
use crate::store::{Changed, Store, Terms};

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

    /// Applies a change to a client and writes it, if the state that it replaces satisfies the
    /// precondition. If another request changed the client meanwhile, both are done again with the
    /// new record. Such attempts and those after conflicts are limited together. `apply` may refuse;
    /// if it returns `None`, the client is in the desired state, and nothing is written. `first` is
    /// what to keep of a request with a key, and `terms` is what the write depends on.
    ///
    /// # Errors
    /// [`Refusal::Unmet`], [`Refusal::NotFound`] if the client is deleted meanwhile,
    /// [`Refusal::LastAdministrator`], [`Refusal::GrantsChanged`], [`Refusal::CallerChanged`], and
    /// [`Refusal::Fault`].
    pub(super) async fn replace(
        &self,
        caller: &Caller,
        mut client: AppClient,
        precondition: &Precondition,
        first: Option<&FirstRequest>,
        terms: &Terms<'_>,
        apply: impl Fn(AppClient) -> Result<Option<AppClient>, Refusal>,
    ) -> Result<(AppClient, Held), Refusal> {
        let mut attempts = self.store.attempts();
        let (id, read) = (client.id, client.clone());
        let mut overtaken: Option<(AppClient, Held)> = None;
        // A secret that only this request can have added.
        let mut added = None;
        let mut remaining = Remaining::new(caller, id, self.clock.now());
        while attempts.another().await? {
            if let Some(former) = overtaken.take() {
                // A client's org never changes, so the caller may still see the client.
                let found = self.store.find_client(id).await;
                let found = found.map_err(|fault| caller.refusal_of(id, fault))?;
                client = found.ok_or(Refusal::NotFound)?;
                // This request's own write, whose first response was lost.
                let has_added = added.is_some_and(|secret| client.secrets.contains(secret));
                if client.revision == former.0.revision || has_added {
                    return Ok(former);
                }
            }
            // What the caller was compared with, and allowed to give a credential of.
            if terms.caller.is_some() && !client.has_grants_of(&read) {
                return Err(Refusal::GrantsChanged);
            }
            let Some(desired) = apply(client.clone())? else {
                let held = precondition.check(Some(&client.revision.to_string()))?;
                return Ok((client, held));
            };
            let changed = AppClient {
                revision: self.new_revision()?,
                updated_at: self.clock.now(),
                ..desired
            };
            let newest = changed.secrets.newest().map(|secret| secret.id);
            added = newest.filter(|secret| !client.secrets.contains(*secret));
            let administrator = remaining
                .after(&self.store, &client, Some(&changed))
                .await?;
            let held = precondition.check(Some(&client.revision.to_string()))?;
            let terms = Terms {
                remaining: administrator,
                ..terms.clone()
            };
            let replaced =
                self.store
                    .replace_client(&client, &changed, &terms, first, &mut attempts);
            match replaced.await? {
                Changed::Made => return Ok((changed, held)),
                Changed::Overtaken => overtaken = Some((changed, held)),
                Changed::RolesChanged => return Err(Refusal::GrantsChanged),
                Changed::CallerChanged => return Err(Refusal::CallerChanged),
            }
        }
        Err(Fault::Contended("TransactWriteItems").into())
    }

    pub(super) fn new_revision(&self) -> Result<Revision, Fault> {
        Ok(Revision::new(self.randomness.uuid()?))
    }
}
