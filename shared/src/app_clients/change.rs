use super::service::AppClients;
use crate::authorization::Caller;
use crate::model::{AppClient, Chosen, RoleGrant, RoleId, Timestamp};
use crate::refusal::{Field, Refusal, Relation};

/// What a client is to be from now on.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// What was chosen; the rest stays.
    pub chosen: Chosen,
    /// The role that it gets in place of the one that it has.
    pub role: Option<RoleId>,
    /// When it was changed last, in the view of who changes it.
    pub updated_at: Option<Timestamp>,
}

impl AppClients {
    /// Changes a client of the caller's org, which [`Self::find`] has found.
    ///
    /// # Errors
    /// [`Refusal::NotFoundRelated`] when there is no such role, [`Refusal::ReadOnly`] when the client
    /// was changed at another time than is said, [`Refusal::NotFound`] when it is deleted meanwhile.
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
        self.replace(found, |client| applied(client, &change, role.as_ref()))
            .await
    }
}

/// The client as the change wants it.
fn applied(
    client: AppClient,
    change: &Change,
    role: Option<&RoleGrant>,
) -> Result<AppClient, Refusal> {
    if change
        .updated_at
        .is_some_and(|seen| seen != client.updated_at)
    {
        return Err(Refusal::ReadOnly(Field::UpdatedAt));
    }
    let mut changed = client.with(change.chosen.clone());
    if let Some(role) = role {
        changed.roles = vec![role.clone()];
    }
    Ok(changed)
}
