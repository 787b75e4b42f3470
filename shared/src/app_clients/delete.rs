//! Deletes a client.

use super::remaining::Remaining;
use super::service::AppClients;
use crate::authorization::Caller;
use crate::fault::Fault;
use crate::model::ClientId;
use crate::model::precondition::{Held, Precondition};
use crate::refusal::Refusal;
use crate::store::{Changed, PolicyChange, Terms};

impl AppClients {
    /// Deletes a client of the caller's org. From then on no token is issued to it. A client whose
    /// record cannot be read can be deleted, as long as its org can be read. If another request
    /// changes the client meanwhile, it is read again.
    ///
    /// With a precondition, exactly the state that satisfies it is deleted. A client whose revision
    /// cannot be read has no state that a caller could know.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when the caller's org has no such client, or its org cannot be read;
    /// [`Refusal::LastAdministrator`]; and [`Refusal::Unmet`] when its state does not satisfy the
    /// precondition.
    pub async fn delete(
        &self,
        caller: &Caller,
        id: ClientId,
        precondition: &Precondition,
    ) -> Result<Held, Refusal> {
        caller.concerns(id);
        let mut attempts = self.store.attempts();
        let mut remaining = Remaining::new(caller, id, self.clock.now());
        while attempts.another().await? {
            let found = self.store.find_deletable(id).await;
            let found = found.map_err(|fault| caller.refusal_of(id, fault))?;
            let found = found.filter(|found| found.org == caller.org());
            let found = found.ok_or(Refusal::NotFound)?;
            let administrator = match &found.client {
                Some(client) => remaining.after(&self.store, client, None).await?,
                // It may be an administrator to a later release.
                None => Some(remaining.administrator(&self.store).await?),
            };
            let roles = self
                .counting_roles(caller.org(), found.roles.into_iter())
                .await?;
            let has_policy = found.client.is_none_or(|client| client.policy.is_some());
            let terms = Terms {
                remaining: administrator,
                taken: roles,
                policy: match has_policy {
                    true => PolicyChange::Removed,
                    false => PolicyChange::Kept,
                },
                ..Terms::default()
            };
            let state = found.revision.map(|revision| revision.to_string());
            let held = precondition.check(state.as_deref())?;
            let client = (caller.org(), id);
            let deletion = self
                .store
                .delete_client(client, found.revision, &terms, &mut attempts);
            match deletion.await? {
                Changed::Made => return Ok(held),
                Changed::Overtaken | Changed::RolesChanged | Changed::CallerChanged => {}
            }
        }
        Err(Fault::Contended("TransactWriteItems").into())
    }
}
