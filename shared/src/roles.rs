//! What can be done with roles.

use crate::authorization::Caller;
use crate::model::{Role, RoleId};
use crate::refusal::Refusal;
use crate::store::Store;

/// The roles that every org has. No org has others yet, so all callers see the same.
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

    /// A role that the caller sees.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub async fn find(&self, _: &Caller, id: RoleId) -> Result<Role, Refusal> {
        self.store.find_role(id).await?.ok_or(Refusal::NotFound)
    }

    /// Every role that the caller sees, in the order of their names.
    ///
    /// # Errors
    /// [`Refusal::Fault`].
    pub async fn list(&self, _: &Caller) -> Result<Vec<Role>, Refusal> {
        Ok(self.store.list_roles().await?)
    }
}
