//! The access policy: which roles permit which actions, and which clients administer their org.

use super::{Action, AppClient, ClientId, ManagedRole, Revision, RoleGrant, Timestamp};

/// An administrator, in the state in which it was read: an enabled client with a live secret that may
/// change clients. It can undo every other change in its org, so an org always keeps one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Administrator {
    /// The client.
    pub id: ClientId,
    /// The revision of that state.
    pub revision: Revision,
}

/// Whether one of these roles permits `action`. An action that no role permits is denied.
#[must_use]
pub fn permits(roles: &[RoleGrant], action: Action) -> bool {
    roles
        .iter()
        .filter_map(|role| ManagedRole::from_id(role.id))
        .any(|role| role.permissions().contains(&action))
}

impl Administrator {
    /// The client as an administrator at `now`; `None` if it is none.
    #[must_use]
    pub fn of(client: &AppClient, now: Timestamp) -> Option<Self> {
        let administers = client.is_enabled()
            && client.secrets.live(now).next().is_some()
            && permits(&client.roles, Action::UpdateAppClient);
        administers.then_some(Self {
            id: client.id,
            revision: client.revision,
        })
    }
}

/// Whether a client stops being an administrator by a change at `now`. `changed` is the client
/// afterwards; `None` if it is deleted.
#[must_use]
pub fn ends_administration(
    former: &AppClient,
    changed: Option<&AppClient>,
    now: Timestamp,
) -> bool {
    let is_one = |client: &AppClient| Administrator::of(client, now).is_some();
    is_one(former) && !changed.is_some_and(is_one)
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
