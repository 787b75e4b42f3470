//! Changes a client.

use super::grants::{Former, SentRoles, logged};
use super::service::AppClients;
use crate::authorization::Caller;
use crate::model::precondition::{Held, Precondition};
use crate::model::{AppClient, Chosen, ClientInUse, TokenQuota};
use crate::refusal::Refusal;

/// A change of a client.
#[derive(Clone, Debug)]
pub struct Change {
    /// The new attributes; the others stay.
    pub chosen: Chosen,
    /// The new roles, if they change.
    pub roles: Option<SentRoles>,
    /// The quota if the request returns it to the default.
    pub default_quota: TokenQuota,
}

impl AppClients {
    /// Changes a client of the caller's org, which [`Self::find`] returned. A change that changes
    /// nothing writes nothing, unless the client is damaged: any change mends it.
    ///
    /// # Errors
    /// [`Refusal::NotFoundRelated`] when a role does not exist, [`Refusal::NoGrants`],
    /// [`Refusal::ExceedsPermissions`], [`Refusal::Unmet`] when the state to replace does not satisfy the
    /// precondition, [`Refusal::NotFound`] when the client is deleted meanwhile,
    /// [`Refusal::LastAdministrator`], [`Refusal::GrantsChanged`], and [`Refusal::CallerChanged`].
    pub async fn change(
        &self,
        caller: &Caller,
        found: ClientInUse,
        change: Change,
        precondition: &Precondition,
    ) -> Result<(ClientInUse, Held), Refusal> {
        if found.client.org != caller.org() {
            return Err(Refusal::NotFound);
        }
        let (roles, policy) = (change.roles.as_ref(), change.chosen.access_policy.as_ref());
        let former = Some(Former::from(&found));
        let granting = self.granting(caller, former, roles, policy).await?;
        let names_grants = roles.is_some() || policy.is_some();
        let ClientInUse {
            client: found,
            last_uses,
            policy: former_policy,
            seems_damaged,
        } = found;
        let new_policy = granting.policy().cloned();
        let apply = |client: &AppClient| {
            let mut changed = client
                .clone()
                .with(change.chosen.clone(), change.default_quota);
            if names_grants {
                granting.apply(&mut changed);
            }
            let mut changes = changed.changes_since(Some(client));
            if changed.policy != client.policy {
                changes.add("accessPolicy", Some(&former_policy), &new_policy, logged);
            }
            let is_shown_alike = changed.lists_roles == client.lists_roles;
            (changed, changes, is_shown_alike)
        };
        let (_, changes, is_shown_alike) = apply(&found);
        let is_damaged = changes.is_empty()
            && is_shown_alike
            && seems_damaged
            && !self.store.has_gate(found.id, found.revision).await?;
        let damaged = is_damaged.then_some(found.revision);
        let (read, terms) = (found.clone(), granting.terms(caller));
        let replaced = self.replace(caller, found, precondition, None, &terms, |client| {
            // What is repeated unchanged would be a grant now.
            if names_grants && !client.has_grants_of(&read) {
                return Err(Refusal::GrantsChanged);
            }
            // The caller gave itself something in a state that is gone.
            let is_own = client.id == caller.client();
            if granting.is_change() && is_own && client.revision != caller.standing().revision {
                return Err(Refusal::CallerChanged);
            }
            let (changed, changes, is_shown_alike) = apply(&client);
            let is_needed =
                !changes.is_empty() || !is_shown_alike || damaged == Some(client.revision);
            caller.changes(changes);
            Ok(is_needed.then_some(changed))
        });
        let (client, held) = replaced.await?;
        // If this request does not name it, another one may have changed it meanwhile.
        let policy = match client.has_grants_of(&read) || names_grants {
            true => new_policy,
            false => self.find(caller, client.id).await?.policy,
        };
        let changed = ClientInUse {
            client,
            last_uses,
            policy,
            seems_damaged: false,
        };
        Ok((changed, held))
    }
}
