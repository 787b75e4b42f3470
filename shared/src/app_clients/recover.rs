//! Recovers a client whose secret is lost, for an operator.

use super::service::AppClients;
use crate::fault::Fault;
use crate::model::administrator::Administrator;
use crate::model::{
    AppClient, ClientId, ClientSecret, ClientStatus, ManagedRole, NewSecret, RoleGrant, Secrets,
};
use crate::runtime::Attempts;
use crate::store::{Changed, PolicyChange, Terms};

/// A recovery that is prepared, but not written.
#[derive(Debug)]
pub struct Recovery {
    /// The client as it was read.
    pub former: AppClient,
    /// The client afterwards.
    pub client: AppClient,
    /// Its new secret.
    pub secret: ClientSecret,
}

impl AppClients {
    /// Prepares the recovery of a client of any org. The client is enabled and gets a new secret,
    /// which keeps its predecessor's validity. With `as_administrator`, it gets the role Builder
    /// Admin unless it is an administrator then. Returns `None` if the client does not exist. It
    /// needs no caller, so only bootstrap may call it.
    ///
    /// # Errors
    /// When the read fails, or the record cannot be read.
    pub async fn prepare_recovery(
        &self,
        id: ClientId,
        as_administrator: bool,
    ) -> Result<Option<Recovery>, Fault> {
        let Some(former) = self.store.find_client(id).await? else {
            return Ok(None);
        };
        let secret = ClientSecret::generate(&self.randomness)?;
        let now = self.clock.now();
        let new = NewSecret::of(id, &secret, now, former.secrets.kept_end(now));
        let mut client = AppClient {
            status: ClientStatus::Enabled,
            secrets: Secrets::one(new),
            revision: self.new_revision()?,
            updated_at: now,
            ..former.clone()
        };
        if as_administrator && Administrator::of(&client, now).is_none() {
            client.roles = vec![ManagedRole::BuilderAdmin.grant()];
            client.lists_roles = false;
            client.policy = None;
        }
        Ok(Some(Recovery {
            former,
            client,
            secret,
        }))
    }

    /// Writes a recovery. From then on the client's former secrets are rejected. The first of the
    /// `attempts` is already begun.
    ///
    /// # Errors
    /// When DynamoDB does not confirm whether it is written.
    pub async fn complete_recovery(
        &self,
        recovery: &Recovery,
        attempts: &mut Attempts,
    ) -> Result<Changed, Fault> {
        let (former, client) = (&recovery.former, &recovery.client);
        let lost = |role: &&RoleGrant| !client.roles.contains(role);
        let lost = former.roles.iter().filter(lost).map(|role| role.id);
        // An administrator stays one.
        let terms = Terms {
            taken: self.counting_roles(former.org, lost).await?,
            policy: match former.policy.is_some() && client.policy.is_none() {
                true => PolicyChange::Removed,
                false => PolicyChange::Kept,
            },
            ..Terms::default()
        };
        self.store
            .replace_client(former, client, &terms, None, attempts)
            .await
    }
}
