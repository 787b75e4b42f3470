//! Creates a client, or an org with its first client.

use super::created::Created;
use super::grants::{SentRoles, logged};
use super::repeat::{FreshSecret, Repeatable, Tried};
use super::service::AppClients;
use crate::authorization::Caller;
use crate::fault::Fault;
use crate::model::precondition::{Held, Precondition};
use crate::model::{
    AppClient, Chosen, ClientId, ClientInUse, ClientSecret, ManagedRole, Name, NewClient,
    NewSecret, OrgId, RoleGrant, Secrets, TokenQuota,
};
use crate::refusal::Refusal;
use crate::runtime::{VariableError, Variables};
use crate::store::Changed;

/// A client to create.
#[derive(Clone, Debug)]
pub struct Create {
    /// The name.
    pub name: Name,
    /// The roles. They may be omitted if there is an inline policy.
    pub roles: Option<SentRoles>,
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
    /// [`Refusal::NotFoundRelated`] when a role does not exist, [`Refusal::NoGrants`],
    /// [`Refusal::ExceedsPermissions`], [`Refusal::CallerChanged`], [`Refusal::GrantsChanged`],
    /// [`Refusal::Unmet`] when the precondition expects a state, and [`Refusal::Repeat`].
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
        let policy = create.chosen.access_policy.clone().flatten();
        let granting = self.granting(caller, None, create.roles.as_ref(), Some(&policy));
        let granting = granting.await?;
        let identity = Identity {
            id,
            org: caller.org(),
            secret: fresh.secret.clone(),
        };
        caller.concerns(id);
        let mut client = self.draft(create, Vec::new(), &identity)?;
        granting.apply(&mut client);
        let mut changes = client.changes_since(None);
        if policy.is_some() {
            changes.add("accessPolicy", None, &policy, logged);
        }
        caller.changes(changes);
        let held = precondition.check(None)?;
        let terms = granting.terms(caller);
        match self
            .store
            .insert_client(&client, &terms, fresh.first())
            .await?
        {
            Changed::CallerChanged => Err(Refusal::CallerChanged),
            Changed::RolesChanged => Err(Refusal::GrantsChanged),
            Changed::Made | Changed::Overtaken => {
                Ok((ClientInUse::unused(client, policy), None, held))
            }
        }
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
        let ids = create.roles.iter().flat_map(|roles| &roles.ids);
        let roles = ids.map(|id| ManagedRole::from_id(*id).map(ManagedRole::grant));
        let roles = roles.collect::<Option<Vec<_>>>();
        let roles = roles.ok_or(Fault::Unreadable("roles"))?;
        let client = self.draft(create, roles, identity)?;
        self.store.insert_org(org_name, &client).await
    }

    fn draft(
        &self,
        create: Create,
        roles: Vec<RoleGrant>,
        identity: &Identity,
    ) -> Result<AppClient, Fault> {
        let now = self.clock.now();
        let client = AppClient::from(NewClient {
            id: identity.id,
            org: identity.org,
            name: create.name,
            token_quota: create.default_quota,
            roles,
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
