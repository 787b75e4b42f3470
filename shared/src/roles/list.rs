//! Lists roles.

use super::service::Roles;
use crate::authorization::Caller;
use crate::model::{Folded, ManagedRole, Role, RoleId};
use crate::refusal::Refusal;
use crate::store::StoredRole;

/// A position in the list of roles: after the role with this name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RolePosition(String);

/// A page of roles.
#[derive(Debug, Default)]
pub struct RolePage {
    /// The roles.
    pub roles: Vec<Role>,
    /// The roles on the page that cannot be read.
    pub unreadable: Vec<RoleId>,
    /// The position of the next page, if there is one.
    pub next: Option<RolePosition>,
}

/// A role before its policy is read.
enum Entry<'a> {
    Managed(ManagedRole),
    Own(&'a StoredRole),
}

impl RolePosition {
    /// The position after the role with this name, in the form by which names are compared.
    #[must_use]
    pub fn behind(name: &str) -> Self {
        Self(Folded::compatible(name).as_str().to_owned())
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
        let own = self.store.list_roles(caller.org()).await?;
        let own = own.iter().map(|role| (role.name(), Entry::Own(role)));
        let managed = ManagedRole::ALL.map(|role| (role.name(), Entry::Managed(role)));
        let entries = managed.into_iter().chain(own);
        let entries = entries.map(|(name, entry)| (RolePosition::behind(name), entry));
        let mut entries: Vec<_> = entries
            .filter(|(position, _)| after.is_none_or(|after| position > after))
            .collect();
        entries.sort_by(|(one, _), (other, _)| one.cmp(other));
        let has_next = entries.len() > size;
        entries.truncate(size);
        let next = entries.last().map(|(position, _)| position.clone());
        let mut page = RolePage {
            next: next.filter(|_| has_next),
            ..RolePage::default()
        };
        // Only the policies of the page are read.
        for (_, entry) in entries {
            match entry {
                Entry::Managed(role) => page.roles.push(role.role()),
                Entry::Own(stored) => match stored.read() {
                    Ok(role) => page.roles.push(role),
                    Err(fault) => {
                        caller.found_unreadable(stored.id, &fault);
                        page.unreadable.push(stored.id);
                    }
                },
            }
        }
        Ok(page)
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
        let id = RoleId::of(caller.org(), &Folded::compatible(name));
        let found = self.store.find_role(caller.org(), id).await;
        let found = found.map_err(|fault| caller.refusal_of(id, fault))?;
        let role = found.map(|found| found.role);
        Ok(role.filter(|role| role.name.as_str() == name))
    }
}
