//! The types of resources in documents.

use super::policy::IamType;

/// A type of JSON:API resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResourceType {
    /// App Clients.
    AppClients,
    /// The secrets of an App Client.
    AppClientSecrets,
    /// Decisions of access policies.
    Decisions,
    /// Roles.
    Roles,
}

impl ResourceType {
    /// The `type` member in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AppClients => IamType::M2mClient.in_documents(),
            Self::AppClientSecrets => "auth/app-client-secrets",
            Self::Decisions => "auth/decisions",
            Self::Roles => IamType::Role.in_documents(),
        }
    }
}
