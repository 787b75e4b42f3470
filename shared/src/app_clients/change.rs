//! Changes a client.

use super::service::AppClients;
use crate::authorization::Caller;
use crate::model::{AppClient, Chosen, RoleGrant, RoleId, Timestamp};
use crate::refusal::{Field, Refusal, Relation};

/// A change of a client.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// The new attributes; the others stay.
    pub chosen: Chosen,
    /// The new role, if it changes.
    pub role: Option<RoleId>,
    /// The time of the last change, if the request has it. It must be the current one.
    pub updated_at: Option<Timestamp>,
}

impl AppClients {
    /// Changes a client of the caller's org, which [`Self::find`] returned.
    ///
    /// # Errors
    /// [`Refusal::NotFoundRelated`] when the role does not exist, [`Refusal::ReadOnly`] when
    /// `updated_at` is not the time of the last change, and [`Refusal::NotFound`] when the client
    /// is deleted meanwhile.
    pub async fn change(
        &self,
        caller: &Caller,
        found: AppClient,
        change: Change,
    ) -> Result<AppClient, Refusal> {
        if found.org != caller.org() {
            return Err(Refusal::NotFound);
        }
        let role = match change.role {
            None => None,
            Some(role) => {
                let role = self.store.find_role(role).await?;
                let role = role.ok_or(Refusal::NotFoundRelated(Relation::Role))?;
                Some(role.grant())
            }
        };
        self.replace(caller, found, |client| {
            let changed = applied(client.clone(), &change, role.as_ref())?;
            caller.changes(changed.changes_since(Some(&client)));
            Ok(changed)
        })
        .await
    }
}

/// The client after the change.
fn applied(
    client: AppClient,
    change: &Change,
    role: Option<&RoleGrant>,
) -> Result<AppClient, Refusal> {
    if change
        .updated_at
        .is_some_and(|updated_at| updated_at != client.updated_at)
    {
        return Err(Refusal::ReadOnly(Field::UpdatedAt));
    }
    let mut changed = client.with(change.chosen.clone());
    if let Some(role) = role {
        changed.roles = vec![role.clone()];
    }
    Ok(changed)
}
