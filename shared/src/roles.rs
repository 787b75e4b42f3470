//! The operations on roles, independent of any protocol.

use crate::authorization::Caller;
use crate::model::{Role, RoleId};
use crate::refusal::Refusal;
use crate::store::Store;

/// The roles. For now every role belongs to every org, so all callers see the same ones.
#[derive(Debug)]
pub struct Roles {
    store: Store,
}

impl Roles {
    /// The roles in `store`.
    #[must_use]
    pub const fn new(store: Store) -> Self {
        Self { store }
    }

    /// Finds a role that is visible to the caller.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], or a [`Refusal::Fault`].
    pub async fn find(&self, _: &Caller, id: RoleId) -> Result<Role, Refusal> {
        self.store.find_role(id).await?.ok_or(Refusal::NotFound)
    }

    /// Lists the roles that are visible to the caller, ordered by name.
    ///
    /// # Errors
    /// [`Refusal::Fault`].
    pub async fn list(&self, _: &Caller) -> Result<Vec<Role>, Refusal> {
        Ok(self.store.list_roles().await?)
    }
}
