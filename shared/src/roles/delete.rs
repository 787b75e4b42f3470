//! Deletes a role.

use super::service::Roles;
use crate::authorization::Caller;
use crate::fault::Fault;
use crate::model::RoleId;
use crate::model::precondition::{Held, Precondition};
use crate::refusal::Refusal;
use crate::store::ChangedRole;

impl Roles {
    /// Deletes a role of the caller's org that no client has. If another request gives the role to a client
    /// at this moment, one of the two is refused: the write that gives it counts the client, on the
    /// condition that the role exists, and this one has the condition that the count is 0.
    ///
    /// # Errors
    /// [`Refusal::ManagedRole`], [`Refusal::NotFound`], [`Refusal::RoleInUse`], and [`Refusal::Unmet`] when
    /// the state does not satisfy the precondition.
    pub async fn delete(
        &self,
        caller: &Caller,
        id: RoleId,
        precondition: &Precondition,
    ) -> Result<Held, Refusal> {
        let mut attempts = self.store.attempts();
        while attempts.another().await? {
            let found = self.find_changeable(caller, id).await?;
            if found.clients > 0 {
                return Err(Refusal::RoleInUse(found.clients));
            }
            let revision = found.role.revision.ok_or(Refusal::ManagedRole)?;
            let held = precondition.check(Some(&revision.to_string()))?;
            let deletion = self
                .store
                .delete_role(caller.org(), id, revision, &mut attempts);
            match deletion.await? {
                ChangedRole::Made => return Ok(held),
                ChangedRole::Overtaken | ChangedRole::CallerChanged => {}
            }
        }
        Err(Fault::Contended("TransactWriteItems").into())
    }
}
