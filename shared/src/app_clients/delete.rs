//! Deletes a client.

use super::service::AppClients;
use crate::authorization::Caller;
use crate::fault::Fault;
use crate::model::ClientId;
use crate::model::precondition::{Held, Precondition};
use crate::refusal::Refusal;
use crate::store::Changed;

impl AppClients {
    /// Deletes a client of the caller's org. From then on no token is issued to it. A client whose
    /// record cannot be read can be deleted, as long as its org can be read.
    ///
    /// With a precondition, exactly the state that satisfies it is deleted. A client whose revision
    /// cannot be read has no state that a caller could know.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when the caller's org has no such client, or its org cannot be read, and
    /// [`Refusal::Unmet`] when its state does not satisfy the precondition.
    pub async fn delete(
        &self,
        caller: &Caller,
        id: ClientId,
        precondition: &Precondition,
    ) -> Result<Held, Refusal> {
        caller.concerns(id);
        let mut attempts = self.store.attempts();
        while attempts.another().await? {
            let found = self.store.find_org_and_revision_of(id).await;
            let found = found.map_err(|fault| caller.refusal_of(id, fault))?;
            let found = found.filter(|(org, _)| *org == caller.org());
            let (_, revision) = found.ok_or(Refusal::NotFound)?;
            let state = revision.map(|revision| revision.to_string());
            let held = precondition.check(state.as_deref())?;
            let compared = revision.filter(|_| !precondition.is_none());
            match self
                .store
                .delete_client(id, compared, &mut attempts)
                .await?
            {
                Changed::Made => return Ok(held),
                Changed::Overtaken if compared.is_none() => return Err(Refusal::NotFound),
                Changed::Overtaken => {}
            }
        }
        Err(Fault::Contended("TransactWriteItems").into())
    }
}
