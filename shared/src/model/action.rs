//! The types of resources, and the actions of the management API.

/// A type of JSON:API resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResourceType {
    /// App Clients.
    AppClients,
    /// The secrets of an App Client.
    AppClientSecrets,
    /// Roles.
    Roles,
}

impl ResourceType {
    /// The `type` member in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AppClients => "auth/app-clients",
            Self::AppClientSecrets => "auth/app-client-secrets",
            Self::Roles => "auth/roles",
        }
    }
}

/// An action of the management API that requires a permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// `POST /auth/app-clients`
    CreateAppClient,
    /// `GET /auth/app-clients`
    ListAppClients,
    /// `GET /auth/app-clients/{id}`, and its secrets
    GetAppClient,
    /// `PATCH` and `PUT /auth/app-clients/{id}`
    UpdateAppClient,
    /// `DELETE /auth/app-clients/{id}`
    DeleteAppClient,
    /// `POST /auth/app-clients/{id}/rotate-secret`, and every change of its secrets
    RotateAppClientSecret,
    /// `GET /auth/roles`
    ListRoles,
    /// `GET /auth/roles/{id}`
    GetRole,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 8] = [
        Self::CreateAppClient,
        Self::ListAppClients,
        Self::GetAppClient,
        Self::UpdateAppClient,
        Self::DeleteAppClient,
        Self::RotateAppClientSecret,
        Self::ListRoles,
        Self::GetRole,
    ];

    /// The action's name in a role's `permissions`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CreateAppClient => "auth:CreateAppClient",
            Self::ListAppClients => "auth:ListAppClients",
            Self::GetAppClient => "auth:GetAppClient",
            Self::UpdateAppClient => "auth:UpdateAppClient",
            Self::DeleteAppClient => "auth:DeleteAppClient",
            Self::RotateAppClientSecret => "auth:RotateAppClientSecret",
            Self::ListRoles => "auth:ListRoles",
            Self::GetRole => "auth:GetRole",
        }
    }

    /// The type of the resources that the action changes; `None` for an action that only reads.
    #[must_use]
    pub const fn changes(self) -> Option<ResourceType> {
        match self {
            Self::CreateAppClient
            | Self::UpdateAppClient
            | Self::DeleteAppClient
            | Self::RotateAppClientSecret => Some(ResourceType::AppClients),
            Self::ListAppClients | Self::GetAppClient | Self::ListRoles | Self::GetRole => None,
        }
    }
}
