//! Creates a role.

use super::service::Roles;
use crate::authorization::Caller;
use crate::model::policy::Policy;
use crate::model::precondition::{Held, Precondition};
use crate::model::{AccessPolicy, Description, ManagedRole, Role, RoleId, RoleName};
use crate::refusal::Refusal;
use crate::store::CreatedRole;

/// A role to create.
#[derive(Clone, Debug)]
pub struct CreateRole {
    /// The name.
    pub name: RoleName,
    /// The purpose.
    pub description: Description,
    /// The access policy.
    pub policy: AccessPolicy,
}

impl Roles {
    /// Creates a role in the caller's org. Before, it has no state that a precondition could expect.
    ///
    /// # Errors
    /// [`Refusal::ExceedsPermissions`], [`Refusal::NameTaken`], [`Refusal::TooManyRoles`],
    /// [`Refusal::CallerChanged`], and [`Refusal::Unmet`] when the precondition expects a state.
    pub async fn create(
        &self,
        caller: &Caller,
        create: CreateRole,
        precondition: &Precondition,
    ) -> Result<(Role, Held), Refusal> {
        let folded = create.name.folded();
        let now = self.clock.now();
        let role = Role {
            id: RoleId::of(caller.org(), &folded),
            name: create.name,
            description: create.description,
            policy: create.policy,
            created_at: now,
            updated_at: now,
            revision: Some(self.new_revision()?),
        };
        caller.concerns(role.id);
        caller.changes(role.changes_since(None));
        let (nothing, policy) = (Policy::default(), role.policy.policy());
        if !caller.policies().may_change_role(&nothing, policy) {
            return Err(Refusal::ExceedsPermissions);
        }
        let mut managed = ManagedRole::ALL.into_iter();
        if managed.any(|managed| managed.role().name.folded() == folded) {
            return Err(Refusal::NameTaken);
        }
        let held = precondition.check(None)?;
        let inserted = self
            .store
            .insert_role(caller.org(), &role, caller.standing());
        match inserted.await? {
            CreatedRole::Made => Ok((role, held)),
            CreatedRole::NameTaken => {
                // It may be this request's own write, whose first response was lost.
                let found = self.store.find_role(caller.org(), role.id).await?;
                let is_own = found.is_some_and(|found| found.role.revision == role.revision);
                is_own.then_some((role, held)).ok_or(Refusal::NameTaken)
            }
            CreatedRole::TooMany => Err(Refusal::TooManyRoles),
            CreatedRole::CallerChanged => Err(Refusal::CallerChanged),
        }
    }
}
