//! Finds a role.

use super::service::Roles;
use crate::authorization::Caller;
use crate::model::{ManagedRole, Role, RoleId};
use crate::refusal::Refusal;
use crate::store::RoleInUse;

impl Roles {
    /// Finds a role that is visible to the caller: a managed one, or one of its org.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], or a [`Refusal::Fault`].
    pub async fn find(&self, caller: &Caller, id: RoleId) -> Result<Role, Refusal> {
        caller.concerns(id);
        match ManagedRole::from_id(id) {
            Some(managed) => Ok(managed.role()),
            None => Ok(self.find_own(caller, id).await?.role),
        }
    }

    /// Finds a role that the caller's org can change.
    ///
    /// # Errors
    /// [`Refusal::ManagedRole`], [`Refusal::NotFound`], or a [`Refusal::Fault`].
    pub async fn find_changeable(&self, caller: &Caller, id: RoleId) -> Result<RoleInUse, Refusal> {
        caller.concerns(id);
        match ManagedRole::from_id(id) {
            Some(_) => Err(Refusal::ManagedRole),
            None => self.find_own(caller, id).await,
        }
    }

    async fn find_own(&self, caller: &Caller, id: RoleId) -> Result<RoleInUse, Refusal> {
        let found = self.store.find_role(caller.org(), id).await;
        let found = found.map_err(|fault| caller.refusal_of(id, fault))?;
        found.ok_or(Refusal::NotFound)
    }
}
