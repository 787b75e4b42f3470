//! Changes a role.

use super::service::Roles;
use crate::authorization::Caller;
use crate::fault::Fault;
use crate::model::precondition::{Held, Precondition};
use crate::model::{AccessPolicy, Description, Role};
use crate::refusal::Refusal;
use crate::store::ChangedRole;

/// A change of a role. What is `None` stays as it is.
#[derive(Clone, Debug, Default)]
pub struct ChangeRole {
    /// The purpose.
    pub description: Option<Description>,
    /// The access policy.
    pub policy: Option<AccessPolicy>,
}

impl Roles {
    /// Changes a role of the caller's org, which [`Self::find_changeable`] returned. The change holds from
    /// the next management request of the clients that have the role. A change that changes nothing writes
    /// nothing.
    ///
    /// # Errors
    /// [`Refusal::ExceedsPermissions`], [`Refusal::NotFound`] when the role is deleted meanwhile,
    /// [`Refusal::CallerChanged`], and [`Refusal::Unmet`] when the state to replace does not satisfy the
    /// precondition.
    pub async fn change(
        &self,
        caller: &Caller,
        found: Role,
        change: ChangeRole,
        precondition: &Precondition,
    ) -> Result<(Role, Held), Refusal> {
        let mut attempts = self.store.attempts();
        let mut role = found;
        let mut overtaken: Option<(Role, Held)> = None;
        while attempts.another().await? {
            if let Some(former) = overtaken.take() {
                role = self.find_changeable(caller, role.id).await?.role;
                // This request's own write, whose first response was lost.
                if role.revision == former.0.revision {
                    return Ok(former);
                }
            }
            let revision = role.revision.ok_or(Refusal::ManagedRole)?;
            let desired = Role {
                description: change
                    .description
                    .clone()
                    .unwrap_or(role.description.clone()),
                policy: change.policy.clone().unwrap_or(role.policy.clone()),
                ..role.clone()
            };
            let changes = desired.changes_since(Some(&role));
            let is_needed = !changes.is_empty();
            caller.changes(changes);
            let (former, new) = (role.policy.policy(), desired.policy.policy());
            if !caller.policies().may_change_role(former, new) {
                return Err(Refusal::ExceedsPermissions);
            }
            let held = precondition.check(Some(&revision.to_string()))?;
            if !is_needed {
                return Ok((role, held));
            }
            let changed = Role {
                updated_at: self.clock.now(),
                revision: Some(self.new_revision()?),
                ..desired
            };
            let grants = changed.policy != role.policy;
            let standing = grants.then_some(caller.standing());
            let replaced =
                self.store
                    .replace_role(caller.org(), revision, &changed, standing, &mut attempts);
            match replaced.await? {
                ChangedRole::Made => return Ok((changed, held)),
                ChangedRole::Overtaken => overtaken = Some((changed, held)),
                ChangedRole::CallerChanged => return Err(Refusal::CallerChanged),
            }
        }
        Err(Fault::Contended("TransactWriteItems").into())
    }
}
