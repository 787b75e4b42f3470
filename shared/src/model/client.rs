use std::fmt;

use uuid::Uuid;

use super::{
    AccessTokenLifetime, ClientId, ClientStatus, Description, Name, OrgId, RoleId, SecretHash,
    Timestamp, TokenQuota,
};

/// An App Client: a program's identity, and what it holds.
#[derive(Clone, Debug)]
pub struct AppClient {
    /// Its identity, the `sub` of its tokens.
    pub id: ClientId,
    /// The org that it belongs to, for ever.
    pub org: OrgId,
    /// What people call it.
    pub name: Name,
    /// What it is for.
    pub description: Description,
    /// Whether it may get tokens.
    pub status: ClientStatus,
    /// How long its access tokens are valid.
    pub access_token_lifetime: AccessTokenLifetime,
    /// How many tokens it gets in an hour.
    pub token_quota: TokenQuota,
    /// The roles that it has. Their names stand here so that issuing a token never reads a role.
    pub roles: Vec<RoleGrant>,
    /// What its secret must hash to.
    pub secret: SecretHash,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
    /// Which state of the client this is; every change makes a new one.
    pub revision: Revision,
}

/// A client that is about to be made, of which nothing is chosen yet.
#[derive(Clone, Debug)]
pub struct NewClient {
    /// Its identity.
    pub id: ClientId,
    /// The org that it will belong to.
    pub org: OrgId,
    /// What people will call it.
    pub name: Name,
    /// Its quota, unless one is chosen.
    pub token_quota: TokenQuota,
    /// The role that it will have.
    pub role: RoleGrant,
    /// What its secret must hash to.
    pub secret: SecretHash,
    /// When it is made.
    pub created_at: Timestamp,
    /// Its first state.
    pub revision: Revision,
}

/// What a request chooses of a client's attributes; `None` leaves one as it is.
#[derive(Clone, Debug, Default)]
pub struct Chosen {
    /// What people call it.
    pub name: Option<Name>,
    /// What it is for.
    pub description: Option<Description>,
    /// Whether it may get tokens.
    pub status: Option<ClientStatus>,
    /// How long its access tokens are valid.
    pub access_token_lifetime: Option<AccessTokenLifetime>,
    /// How many tokens it gets in an hour.
    pub token_quota: Option<TokenQuota>,
}

/// A role that a client has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleGrant {
    /// Which role.
    pub id: RoleId,
    /// Its name, for the `roles` claim.
    pub name: String,
}

/// Names one state of a client. The gate names the state under which it lets tokens through; two
/// revisions are compared for equality and in no other way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Revision(Uuid);

impl From<NewClient> for AppClient {
    fn from(new: NewClient) -> Self {
        Self {
            id: new.id,
            org: new.org,
            name: new.name,
            description: Description::default(),
            status: ClientStatus::Enabled,
            access_token_lifetime: AccessTokenLifetime::DEFAULT,
            token_quota: new.token_quota,
            roles: vec![new.role],
            secret: new.secret,
            created_at: new.created_at,
            updated_at: new.created_at,
            revision: new.revision,
        }
    }
}

impl AppClient {
    /// This client with what was chosen.
    #[must_use]
    pub fn with(self, chosen: Chosen) -> Self {
        Self {
            name: chosen.name.unwrap_or(self.name),
            description: chosen.description.unwrap_or(self.description),
            status: chosen.status.unwrap_or(self.status),
            access_token_lifetime: chosen
                .access_token_lifetime
                .unwrap_or(self.access_token_lifetime),
            token_quota: chosen.token_quota.unwrap_or(self.token_quota),
            ..self
        }
    }

    /// Whether it may get tokens and be listened to.
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        self.status == ClientStatus::Enabled
    }
}

impl Revision {
    /// The revision with that UUID, which must be a fresh one.
    #[must_use]
    pub const fn new(id: Uuid) -> Self {
        Self(id)
    }

    /// Reads what `Display` wrote.
    #[must_use]
    pub fn from_stored(text: &str) -> Option<Self> {
        Uuid::try_parse(text).ok().map(Self)
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.simple().fmt(formatter)
    }
}
