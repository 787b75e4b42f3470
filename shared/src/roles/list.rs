//! Lists roles.

use super::service::Roles;
use crate::authorization::Caller;
use crate::model::{Folded, ManagedRole, Role, RoleId};
use crate::refusal::Refusal;

/// A position in the list of roles: after the role with this name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RolePosition(String);

/// A page of roles.
#[derive(Debug, Default)]
pub struct RolePage {
    /// The roles.
    pub roles: Vec<Role>,
    /// The roles of the org that cannot be read. The first page has them.
    pub unreadable: Vec<RoleId>,
    /// The position of the next page, if there is one.
    pub next: Option<RolePosition>,
}

impl RolePosition {
    /// The position after the role with this name, in the form by which names are compared.
    #[must_use]
    pub fn behind(name: &str) -> Self {
        Self(Folded::of(name).as_str().to_owned())
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }
}

impl Roles {
    /// Lists up to `size` roles that are visible to the caller after a position, ordered by name without
    /// regard to case. It reads all roles of the org, usually with one call: they are few, and their ids
    /// have another order.
    ///
    /// # Errors
    /// [`Refusal::Fault`].
    pub async fn list(
        &self,
        caller: &Caller,
        after: Option<&RolePosition>,
        size: usize,
    ) -> Result<RolePage, Refusal> {
        let (own, unreadable) = self.store.list_roles(caller.org()).await?;
        for (id, fault) in &unreadable {
            caller.found_unreadable(*id, fault);
        }
        let managed = ManagedRole::ALL.map(ManagedRole::role);
        let roles = managed.into_iter().chain(own);
        let roles = roles.map(|role| (RolePosition::behind(role.name.as_str()), role));
        let mut roles: Vec<_> = roles
            .filter(|(position, _)| after.is_none_or(|after| position > after))
            .collect();
        roles.sort_by(|(one, _), (other, _)| one.cmp(other));
        let has_next = roles.len() > size;
        roles.truncate(size);
        let next = roles.last().map(|(position, _)| position.clone());
        let unreadable = unreadable.into_iter().map(|(id, _)| id);
        Ok(RolePage {
            next: next.filter(|_| has_next),
            roles: roles.into_iter().map(|(_, role)| role).collect(),
            unreadable: unreadable.filter(|_| after.is_none()).collect(),
        })
    }

    /// Finds the role of this name that is visible to the caller; `None` if there is none.
    ///
    /// # Errors
    /// [`Refusal::Fault`].
    pub async fn find_named(&self, caller: &Caller, name: &str) -> Result<Option<Role>, Refusal> {
        let mut managed = ManagedRole::ALL.into_iter();
        if let Some(managed) = managed.find(|role| role.name() == name) {
            return Ok(Some(managed.role()));
        }
        let id = RoleId::of(caller.org(), &Folded::of(name));
        let found = self.store.find_role(caller.org(), id).await;
        let found = found.map_err(|fault| caller.refusal_of(id, fault))?;
        let role = found.map(|found| found.role);
        Ok(role.filter(|role| role.name.as_str() == name))
    }
}
