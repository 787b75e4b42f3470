//! Changes a client.

use super::service::AppClients;
use crate::authorization::Caller;
use crate::model::precondition::{Held, Precondition};
use crate::model::{AppClient, Chosen, ClientInUse, RoleGrant, RoleId, TokenQuota};
use crate::refusal::{Refusal, Relation};

/// A change of a client.
#[derive(Clone, Debug)]
pub struct Change {
    /// The new attributes; the others stay.
    pub chosen: Chosen,
    /// The new role, if it changes.
    pub role: Option<RoleId>,
    /// The quota if the request returns it to the default.
    pub default_quota: TokenQuota,
}

impl AppClients {
    /// Changes a client of the caller's org, which [`Self::find`] returned. A change that changes
    /// nothing writes nothing, unless the client is damaged: any change mends it.
    ///
    /// # Errors
    /// [`Refusal::NotFoundRelated`] when the role does not exist, [`Refusal::Unmet`] when the state to
    /// replace does not satisfy the precondition, [`Refusal::NotFound`] when the client is deleted
    /// meanwhile, and [`Refusal::LastAdministrator`].
    pub async fn change(
        &self,
        caller: &Caller,
        found: ClientInUse,
        change: Change,
        precondition: &Precondition,
    ) -> Result<(ClientInUse, Held), Refusal> {
        let ClientInUse {
            client: found,
            last_uses,
            seems_damaged,
        } = found;
        if found.org != caller.org() {
            return Err(Refusal::NotFound);
        }
        let role = match change.role {
            None => None,
            Some(id) => Some(self.grant_of(id, &found).await?),
        };
        let apply = |client: &AppClient| {
            let mut changed = client
                .clone()
                .with(change.chosen.clone(), change.default_quota);
            if let Some(role) = &role {
                changed.roles = vec![role.clone()];
            }
            let changes = changed.changes_since(Some(client));
            (changed, changes)
        };
        let (_, changes) = apply(&found);
        let is_damaged = changes.is_empty()
            && seems_damaged
            && !self.store.has_gate(found.id, found.revision).await?;
        let damaged = is_damaged.then_some(found.revision);
        let replaced = self.replace(caller, found, precondition, None, |client| {
            let (changed, changes) = apply(&client);
            let is_needed = !changes.is_empty() || damaged == Some(client.revision);
            caller.changes(changes);
            Ok(is_needed.then_some(changed))
        });
        let (client, held) = replaced.await?;
        let changed = ClientInUse {
            client,
            last_uses,
            seems_damaged: false,
        };
        Ok((changed, held))
    }

    /// The grant of a role that exists, or that the client has all the same: what was shown can be
    /// sent back.
    async fn grant_of(&self, id: RoleId, client: &AppClient) -> Result<RoleGrant, Refusal> {
        let role = self.store.find_role(id).await?;
        let mut current = client.roles.iter();
        role.map(|role| role.grant())
            .or_else(|| current.find(|grant| grant.id == id).cloned())
            .ok_or(Refusal::NotFoundRelated(Relation::Role))
    }
}
