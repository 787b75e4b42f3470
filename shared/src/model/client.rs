//! App Clients.

use std::fmt;

use uuid::Uuid;

use super::{
    AccessPolicy, AccessTokenLifetime, Changes, ClientId, ClientStatus, Description, LoggedValue,
    Name, OrgId, RoleId, Secrets, Timestamp, TokenQuota,
};

/// An App Client: the identity of a program, with its credentials and limits.
#[derive(Clone, Debug)]
pub struct AppClient {
    /// The id; its client ID is the `sub` of its tokens.
    pub id: ClientId,
    /// The org of the client; it never changes.
    pub org: OrgId,
    /// The name.
    pub name: Name,
    /// The description.
    pub description: Description,
    /// Whether the client can get tokens.
    pub status: ClientStatus,
    /// The lifetime of its access tokens.
    pub access_token_lifetime: AccessTokenLifetime,
    /// The number of tokens in any rolling hour.
    pub token_quota: TokenQuota,
    /// The client's roles, with their names, so that issuing a token never reads a role.
    pub roles: Vec<RoleGrant>,
    /// Whether the roles were sent as a list. They are shown in the form in which they were sent.
    pub lists_roles: bool,
    /// The revision with which the inline policy was written; `None` if there is none. The policy is a
    /// separate item, so issuing a token never reads it.
    pub policy: Option<Revision>,
    /// The client secrets.
    pub secrets: Secrets,
    /// Time of creation.
    pub created_at: Timestamp,
    /// Time of the last change.
    pub updated_at: Timestamp,
    /// The revision of this state; every change sets a new one.
    pub revision: Revision,
}

/// A client to create, before the request's optional attributes are applied.
#[derive(Clone, Debug)]
pub struct NewClient {
    /// The id.
    pub id: ClientId,
    /// The org of the client.
    pub org: OrgId,
    /// The name.
    pub name: Name,
    /// The default quota.
    pub token_quota: TokenQuota,
    /// The client's roles.
    pub roles: Vec<RoleGrant>,
    /// The client secrets.
    pub secrets: Secrets,
    /// Time of creation.
    pub created_at: Timestamp,
    /// The first revision.
    pub revision: Revision,
}

/// The client attributes that a request sets; `None` leaves an attribute unchanged.
#[derive(Clone, Debug, Default)]
pub struct Chosen {
    /// The name.
    pub name: Option<Name>,
    /// The description.
    pub description: Option<Description>,
    /// Whether the client can get tokens.
    pub status: Option<ClientStatus>,
    /// The lifetime of its access tokens.
    pub access_token_lifetime: Option<AccessTokenLifetime>,
    /// The number of tokens in any rolling hour.
    pub token_quota: Option<ChosenQuota>,
    /// The inline policy; `Some(None)` removes it.
    pub access_policy: Option<Option<AccessPolicy>>,
}

/// The quota that a request sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChosenQuota {
    /// The deployment's default.
    Default,
    /// This one.
    Of(TokenQuota),
}

/// The maximum number of roles of a client.
pub const MAXIMUM_ROLES: usize = 10;

/// A role of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleGrant {
    /// The role's id.
    pub id: RoleId,
    /// The role's name, for the `roles` claim.
    pub name: String,
}

/// Identifies one state of a client. The gate holds the revision under which tokens are issued.
/// Revisions are compared only for equality.
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
            lists_roles: new.roles.len() != 1,
            roles: new.roles,
            policy: None,
            secrets: new.secrets,
            created_at: new.created_at,
            updated_at: new.created_at,
            revision: new.revision,
        }
    }
}

impl AppClient {
    /// This client with the chosen attributes of its record.
    #[must_use]
    pub fn with(self, chosen: Chosen, default_quota: TokenQuota) -> Self {
        let quota = chosen.token_quota.map(|quota| match quota {
            ChosenQuota::Default => default_quota,
            ChosenQuota::Of(quota) => quota,
        });
        Self {
            name: chosen.name.unwrap_or(self.name),
            description: chosen.description.unwrap_or(self.description),
            status: chosen.status.unwrap_or(self.status),
            access_token_lifetime: chosen
                .access_token_lifetime
                .unwrap_or(self.access_token_lifetime),
            token_quota: quota.unwrap_or(self.token_quota),
            ..self
        }
    }

    /// What changes from `former` to this client; everything if there is no former one. The inline policy is
    /// not part of the record, so it is not compared.
    #[must_use]
    pub fn changes_since(&self, former: Option<&Self>) -> Changes {
        let mut changes = Changes::default();
        changes.add("name", former.map(|it| &it.name), &self.name, |_| {
            LoggedValue::Unrecorded
        });
        changes.add(
            "description",
            former.map(|it| &it.description),
            &self.description,
            |_| LoggedValue::Unrecorded,
        );
        changes.add(
            "status",
            former.map(|it| &it.status),
            &self.status,
            |status| LoggedValue::Word(status.as_str()),
        );
        changes.add(
            "accessTokenLifetime",
            former.map(|it| &it.access_token_lifetime),
            &self.access_token_lifetime,
            |lifetime| LoggedValue::Number(lifetime.seconds()),
        );
        changes.add(
            "tokenQuota",
            former.map(|it| &it.token_quota),
            &self.token_quota,
            |quota| LoggedValue::Number(quota.tokens()),
        );
        changes.add("roles", former.map(|it| &it.roles), &self.roles, |roles| {
            LoggedValue::Ids(roles.iter().map(|role| role.id.into()).collect())
        });
        let former = former.map(|it| &it.secrets);
        changes.add_secrets(self.secrets.changes_since(former));
        changes
    }

    /// Whether the client has the same roles and the same inline policy in another state.
    #[must_use]
    pub fn has_grants_of(&self, other: &Self) -> bool {
        let ids = |client: &Self| {
            let mut ids: Vec<RoleId> = client.roles.iter().map(|role| role.id).collect();
            ids.sort_unstable();
            ids
        };
        ids(self) == ids(other) && self.policy == other.policy
    }

    /// Whether the client can get tokens and call the management API.
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        self.status == ClientStatus::Enabled
    }
}

impl Revision {
    /// The revision with this UUID, which must be new.
    #[must_use]
    pub const fn new(id: Uuid) -> Self {
        Self(id)
    }

    /// Parses the form that `Display` writes, and no other form of a UUID: DynamoDB compares the
    /// text, so no condition would ever hold.
    #[must_use]
    pub fn from_stored(text: &str) -> Option<Self> {
        let parsed = Uuid::try_parse(text).ok().map(Self);
        parsed.filter(|revision| revision.to_string() == text)
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.simple().fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revision_has_one_form() {
        let revision = Revision::new(Uuid::from_u128(0xab));
        assert_eq!(Revision::from_stored(&revision.to_string()), Some(revision));
        for other in [
            "00000000-0000-0000-0000-0000000000ab",
            "000000000000000000000000000000AB",
            "ab",
            "",
        ] {
            assert_eq!(Revision::from_stored(other), None, "{other}");
        }
    }
}
