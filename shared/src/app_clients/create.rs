//! Creates a client, or an org with its first client.

use super::service::AppClients;
use crate::authorization::Caller;
use crate::fault::Fault;
use crate::model::precondition::{Held, Precondition};
use crate::model::{
    AppClient, Chosen, ClientId, ClientSecret, LastUses, ManagedRole, Name, NewClient, NewSecret,
    OrgId, RoleGrant, RoleId, Secrets, TokenQuota,
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

/// A client with a new secret.
#[derive(Debug)]
pub struct Created {
    /// The client.
    pub client: AppClient,
    /// The days of its last uses.
    pub last_uses: LastUses,
    /// The secret. Only its hash is stored.
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
    ///
    /// # Errors
    /// [`Refusal::NotFoundRelated`] when the role does not exist, and [`Refusal::Unmet`] when the
    /// precondition expects a state.
    pub async fn create(
        &self,
        caller: &Caller,
        create: Create,
        precondition: &Precondition,
    ) -> Result<(Created, Held), Refusal> {
        let role = self.store.find_role(create.role).await?;
        let role = role.ok_or(Refusal::NotFoundRelated(Relation::Role))?;
        let secret = ClientSecret::generate(&self.randomness).map_err(Fault::from)?;
        let identity = Identity {
            id: ClientId::new(self.randomness.uuid().map_err(Fault::from)?),
            org: caller.org(),
            secret,
        };
        caller.concerns(identity.id);
        let client = self.draft(create, role.grant(), &identity)?;
        caller.changes(client.changes_since(None));
        let held = precondition.check(None)?;
        self.store.insert_client(&client).await?;
        let created = Created {
            client,
            last_uses: LastUses::default(),
            secret: identity.secret,
        };
        Ok((created, held))
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
