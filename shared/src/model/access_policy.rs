//! Who may do what: the one place where it is decided.

use super::{ManagedRole, RoleGrant};

/// Something that the management API does for those who are permitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// `POST /auth/app-clients`
    CreateAppClient,
    /// `GET /auth/app-clients`
    ListAppClients,
    /// `GET /auth/app-clients/{id}`
    GetAppClient,
    /// `PATCH /auth/app-clients/{id}`
    UpdateAppClient,
    /// `DELETE /auth/app-clients/{id}`
    DeleteAppClient,
    /// `POST /auth/app-clients/{id}/rotate-secret`
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

    /// Its name in a role's `permissions`.
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
}

/// Whether somebody with these roles is permitted to do `action`. What no role permits is denied.
#[must_use]
pub fn permits(roles: &[RoleGrant], action: Action) -> bool {
    roles
        .iter()
        .filter_map(|role| ManagedRole::from_id(role.id))
        .any(|role| role.permissions().contains(&action))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn may(role: ManagedRole, action: Action) -> bool {
        let grant = RoleGrant {
            id: role.id(),
            name: role.name().to_owned(),
        };
        permits(&[grant], action)
    }

    #[test]
    fn a_builder_admin_may_do_everything() {
        assert!(
            Action::ALL
                .iter()
                .all(|action| may(ManagedRole::BuilderAdmin, *action))
        );
    }

    #[test]
    fn a_care_team_user_may_only_read() {
        let permitted = Action::ALL
            .into_iter()
            .filter(|action| may(ManagedRole::CareTeamUser, *action));
        assert_eq!(
            permitted.collect::<Vec<_>>(),
            [
                Action::ListAppClients,
                Action::GetAppClient,
                Action::ListRoles,
                Action::GetRole
            ]
        );
    }

    #[test]
    fn patients_the_permissionless_and_those_without_a_role_may_do_nothing() {
        for action in Action::ALL {
            assert!(!may(ManagedRole::Patient, action));
            assert!(!may(ManagedRole::Permissionless, action));
            assert!(!permits(&[], action));
        }
    }
}
