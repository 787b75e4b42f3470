//! Creates a client, or an org with its first client.

use super::created::Created;
use super::repeat::{FreshSecret, Repeatable, Tried};
use super::service::AppClients;
use crate::authorization::Caller;
use crate::fault::Fault;
use crate::model::precondition::{Held, Precondition};
use crate::model::{
    AppClient, Chosen, ClientId, ClientInUse, ClientSecret, ManagedRole, Name, NewClient,
    NewSecret, OrgId, RoleGrant, RoleId, Secrets, TokenQuota,
};
use crate::refusal::{Refusal, Relation};
use crate::runtime::{VariableError, Variables};

/// A client to create.
#[derive(Clone, Debug)]
pub struct Create {
    /// The name.
    pub name: Name,
    /// The role.
    pub role: RoleId,
    /// The other attributes; a name in them is ignored.
    pub chosen: Chosen,
    /// The quota if the request sets none.
    pub default_quota: TokenQuota,
}

/// The identity of a new client.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The id.
    pub id: ClientId,
    /// The org.
    pub org: OrgId,
    /// The client secret.
    pub secret: ClientSecret,
}

/// Reads `DEFAULT_TOKEN_QUOTA`: the quota of a client whose request sets none.
///
/// # Errors
/// When the variable is missing or invalid.
pub fn default_quota(variables: &Variables) -> Result<TokenQuota, VariableError> {
    let parse = |tokens: &str| TokenQuota::per_hour(tokens.parse().ok()?).ok();
    variables.parsed("DEFAULT_TOKEN_QUOTA", parse)
}

impl AppClients {
    /// Creates a client in the caller's org. Before, it has no state that a precondition could expect.
    /// A repeat of a request with a key returns the client that the first one created.
    ///
    /// # Errors
    /// [`Refusal::NotFoundRelated`] when the role does not exist, [`Refusal::Unmet`] when the
    /// precondition expects a state, and [`Refusal::Repeat`].
    pub async fn create(
        &self,
        caller: &Caller,
        create: Create,
        precondition: &Precondition,
        repeatable: Option<&Repeatable<'_>>,
    ) -> Result<(Created, Held), Refusal> {
        let id = ClientId::new(self.randomness.uuid().map_err(Fault::from)?);
        let fresh = self.fresh_secret(caller, id, repeatable).await?;
        let inserted = self.insert(caller, create, precondition, id, &fresh).await;
        let (given, held) = self.or_repeat(caller, fresh, inserted).await?;
        Ok((given.into(), held))
    }

    async fn insert(
        &self,
        caller: &Caller,
        create: Create,
        precondition: &Precondition,
        id: ClientId,
        fresh: &FreshSecret,
    ) -> Tried {
        let role = self.store.find_role(create.role).await?;
        let role = role.ok_or(Refusal::NotFoundRelated(Relation::Role))?;
        let identity = Identity {
            id,
            org: caller.org(),
            secret: fresh.secret.clone(),
        };
        caller.concerns(id);
        let client = self.draft(create, role.grant(), &identity)?;
        caller.changes(client.changes_since(None));
        let held = precondition.check(None)?;
        self.store.insert_client(&client, fresh.first()).await?;
        Ok((ClientInUse::unused(client), None, held))
    }

    /// Creates an org with its first client. Returns false if the org exists; then it stays
    /// unchanged, and so do its clients. It needs no caller, so only bootstrap may call it.
    ///
    /// # Errors
    /// When DynamoDB does not confirm whether both are written.
    pub async fn create_first(
        &self,
        org_name: &str,
        identity: &Identity,
        create: Create,
    ) -> Result<bool, Fault> {
        // A new org has no roles except the managed ones.
        let role = ManagedRole::from_id(create.role).ok_or(Fault::Unreadable("role"))?;
        let client = self.draft(create, role.grant(), identity)?;
        self.store.insert_org(org_name, &client).await
    }

    fn draft(
        &self,
        create: Create,
        role: RoleGrant,
        identity: &Identity,
    ) -> Result<AppClient, Fault> {
        let now = self.clock.now();
        let client = AppClient::from(NewClient {
            id: identity.id,
            org: identity.org,
            name: create.name,
            token_quota: create.default_quota,
            role,
            secrets: Secrets::one(NewSecret::of(identity.id, &identity.secret, now, None)),
            created_at: now,
            revision: self.new_revision()?,
        });
        let chosen = Chosen {
            name: None,
            ..create.chosen
        };
        Ok(client.with(chosen, create.default_quota))
    }
}
