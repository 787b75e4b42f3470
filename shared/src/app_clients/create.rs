use super::service::AppClients;
use crate::authorization::Caller;
use crate::fault::Fault;
use crate::model::{
    AppClient, Chosen, ClientId, ClientSecret, ManagedRole, Name, NewClient, OrgId, RoleGrant,
    RoleId, TokenQuota,
};
use crate::refusal::{Refusal, Relation};
use crate::runtime::{VariableError, Variables};

/// What a new client is to be.
#[derive(Clone, Debug)]
pub struct Create {
    /// What people call it.
    pub name: Name,
    /// The role that it gets.
    pub role: RoleId,
    /// What was chosen beside them; a name in it is passed over.
    pub chosen: Chosen,
    /// The quota of a client for which none was chosen: the deployment's.
    pub default_quota: TokenQuota,
}

/// Who a new client is, and how it proves that.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Its id.
    pub id: ClientId,
    /// The org that it belongs to.
    pub org: OrgId,
    /// Its secret.
    pub secret: ClientSecret,
}

/// A client that was made.
#[derive(Debug)]
pub struct Created {
    /// The client.
    pub client: AppClient,
    /// Its secret, of which nothing but the hash is kept.
    pub secret: ClientSecret,
}

/// `DEFAULT_TOKEN_QUOTA`: the quota of a client for which none was chosen.
///
/// # Errors
/// When it is not set, or is no quota.
pub fn default_quota(variables: &Variables) -> Result<TokenQuota, VariableError> {
    let parse = |tokens: &str| TokenQuota::per_hour(tokens.parse().ok()?).ok();
    variables.parsed("DEFAULT_TOKEN_QUOTA", parse)
}

impl AppClients {
    /// Makes a client in the caller's org.
    ///
    /// # Errors
    /// [`Refusal::NotFoundRelated`] when there is no such role.
    pub async fn create(&self, caller: &Caller, create: Create) -> Result<Created, Refusal> {
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
        self.store.insert_client(&client).await?;
        let secret = identity.secret;
        Ok(Created { client, secret })
    }

    /// Makes an org, and in it its first client; whether it did: an org that is there already is left
    /// as it is, and so is everything in it. Nobody calls this but who deploys the service.
    ///
    /// # Errors
    /// When DynamoDB does not say whether they are written.
    pub async fn create_first(
        &self,
        org_name: &str,
        identity: &Identity,
        create: Create,
    ) -> Result<bool, Fault> {
        // No org has roles of its own before it has a client.
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
        let client = AppClient::from(NewClient {
            id: identity.id,
            org: identity.org,
            name: create.name,
            token_quota: create.default_quota,
            role,
            secret: identity.secret.hash(),
            created_at: self.clock.now(),
            revision: self.new_revision()?,
        });
        Ok(client.with(Chosen {
            name: None,
            ..create.chosen
        }))
    }
}
