//! The access policy: which roles permit which actions.

use super::{Action, ManagedRole, RoleGrant};

/// Whether one of these roles permits `action`. An action that no role permits is denied.
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
    fn patient_permissionless_and_no_role_permit_nothing() {
        for action in Action::ALL {
            assert!(!may(ManagedRole::Patient, action));
            assert!(!may(ManagedRole::Permissionless, action));
            assert!(!permits(&[], action));
        }
    }
}
