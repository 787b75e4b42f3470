//! Roles: named sets of permissions for App Clients.

use uuid::{Uuid, uuid};

use super::{Action, RoleGrant, RoleId, Timestamp};

/// A role as the API shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// The id.
    pub id: RoleId,
    /// The name, unique among the roles visible to an org.
    pub name: String,
    /// The purpose.
    pub description: String,
    /// Whether the role exists in every org and cannot be changed.
    pub is_managed: bool,
    /// The names of the permitted actions.
    pub permissions: Vec<String>,
    /// Time of creation.
    pub created_at: Timestamp,
    /// Time of the last change.
    pub updated_at: Timestamp,
}

impl Role {
    /// The grant of this role, as a client holds it.
    #[must_use]
    pub fn grant(&self) -> RoleGrant {
        RoleGrant {
            id: self.id,
            name: self.name.clone(),
        }
    }
}

/// A role that exists in every org, with the same id in every deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ManagedRole {
    /// Full access in its org.
    BuilderAdmin,
    /// Read-only access.
    CareTeamUser,
    /// For people who manage their own data; no access to the management API.
    Patient,
    /// Can get tokens, but has no permissions.
    Permissionless,
}

impl ManagedRole {
    /// Every managed role.
    pub const ALL: [Self; 4] = [
        Self::BuilderAdmin,
        Self::CareTeamUser,
        Self::Patient,
        Self::Permissionless,
    ];

    /// The managed role with this id, if there is one.
    #[must_use]
    pub fn from_id(id: RoleId) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.id() == id)
    }

    /// The id.
    #[must_use]
    pub const fn id(self) -> RoleId {
        const IDS: [Uuid; 4] = [
            uuid!("6f1c0f2e-52f5-4a7c-9f0d-2c7c9f1f3a01"),
            uuid!("b0a4e1d3-7c86-4d43-8a55-5d1e0c9b7f02"),
            uuid!("3e9d5b74-1f0a-4c2b-a6d8-94e7b2c85d03"),
            uuid!("c58f27a6-0d9b-4e61-b3f4-718a6e5d2c04"),
        ];
        let [builder_admin, care_team_user, patient, permissionless] = IDS;
        RoleId::new(match self {
            Self::BuilderAdmin => builder_admin,
            Self::CareTeamUser => care_team_user,
            Self::Patient => patient,
            Self::Permissionless => permissionless,
        })
    }

    /// The name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::BuilderAdmin => "Builder Admin",
            Self::CareTeamUser => "Care Team User",
            Self::Patient => "Patient",
            Self::Permissionless => "Permissionless",
        }
    }

    /// The purpose.
    #[must_use]
    pub const fn description(self) -> &'static str {
        match self {
            Self::BuilderAdmin => {
                "Full administrative access to the org. Recommended for machine-to-machine App Clients."
            }
            Self::CareTeamUser => "Read-only access for clinical and operational users.",
            Self::Patient => {
                "For individuals who manage their own data. No access to the management API."
            }
            Self::Permissionless => "Can authenticate, but has no permissions.",
        }
    }

    /// The permitted actions.
    #[must_use]
    pub const fn permissions(self) -> &'static [Action] {
        match self {
            Self::BuilderAdmin => &Action::ALL,
            Self::CareTeamUser => &[
                Action::ListAppClients,
                Action::GetAppClient,
                Action::ListRoles,
                Action::GetRole,
            ],
            Self::Patient | Self::Permissionless => &[],
        }
    }

    /// The grant of this role, as a client holds it.
    #[must_use]
    pub fn grant(self) -> RoleGrant {
        RoleGrant {
            id: self.id(),
            name: self.name().to_owned(),
        }
    }

    /// The role as the API shows it.
    #[must_use]
    pub fn described(self, created_at: Timestamp, updated_at: Timestamp) -> Role {
        let permissions = self.permissions().iter();
        Role {
            id: self.id(),
            name: self.name().to_owned(),
            description: self.description().to_owned(),
            is_managed: true,
            permissions: permissions
                .map(|action| action.as_str().to_owned())
                .collect(),
            created_at,
            updated_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn managed_roles_have_different_ids_and_names() {
        for (position, role) in ManagedRole::ALL.into_iter().enumerate() {
            assert_eq!(ManagedRole::from_id(role.id()), Some(role));
            for other in &ManagedRole::ALL[position + 1..] {
                assert_ne!(role.id(), other.id());
                assert_ne!(role.name(), other.name());
            }
        }
    }
}
