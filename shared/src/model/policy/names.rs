//! The parts of names in policies.

/// The service that manages identities: this one.
pub(super) const IAM: &str = "IAM";

/// A type of resource of this service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum IamType {
    /// App Clients.
    M2mClient,
    /// Roles.
    Role,
    /// Protected APIs: audiences with their scopes.
    ApiResource,
    /// People.
    User,
    /// The issuers of people's tokens.
    IdentityProvider,
    /// Orgs.
    Org,
}

impl IamType {
    /// Every type.
    pub const ALL: [Self; 6] = [
        Self::M2mClient,
        Self::Role,
        Self::ApiResource,
        Self::User,
        Self::IdentityProvider,
        Self::Org,
    ];

    /// The name in a policy.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::M2mClient => "M2MClient",
            Self::Role => "Role",
            Self::ApiResource => "APIResource",
            Self::User => "User",
            Self::IdentityProvider => "IdentityProvider",
            Self::Org => "Org",
        }
    }

    /// The `type` of its resources in documents.
    #[must_use]
    pub const fn in_documents(self) -> &'static str {
        match self {
            Self::M2mClient => "auth/app-clients",
            Self::Role => "auth/roles",
            Self::ApiResource => "auth/api-resources",
            Self::User => "auth/users",
            Self::IdentityProvider => "auth/identity-providers",
            Self::Org => "auth/orgs",
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|of| of.as_str() == text)
    }
}

/// The canonical name of this service's own names. ZapEHR's older documents call it `App`.
pub(super) fn canonical_service(service: &str) -> Option<&'static str> {
    matches!(service, IAM | "App").then_some(IAM)
}

/// Whether a part of a name is visible ASCII and has no character with a special meaning.
pub(super) fn is_name(part: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b':' | b'*');
    !part.is_empty() && part.bytes().all(is_plain)
}
