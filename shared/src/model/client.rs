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

impl AppClient {
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
