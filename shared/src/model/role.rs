//! Roles: named sets of permissions that App Clients are given.

use uuid::{Uuid, uuid};

use super::{Action, RoleGrant, RoleId, Timestamp};

/// A role as the API shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Its identity.
    pub id: RoleId,
    /// Its name, unique among the roles that one org sees.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Whether it exists in every org and cannot be changed.
    pub is_managed: bool,
    /// The names of the actions that it permits.
    pub permissions: Vec<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

impl Role {
    /// What a client that is given the role holds.
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
    /// May do everything in its org.
    BuilderAdmin,
    /// May look, not touch.
    CareTeamUser,
    /// For people who look after their own data; nothing of the management API.
    Patient,
    /// Holds a token, and no permission.
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

    /// The managed role with that id; `None` when it is an org's own.
    #[must_use]
    pub fn from_id(id: RoleId) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.id() == id)
    }

    /// Its identity.
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

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::BuilderAdmin => "Builder Admin",
            Self::CareTeamUser => "Care Team User",
            Self::Patient => "Patient",
            Self::Permissionless => "Permissionless",
        }
    }

    /// What it is for.
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

    /// The actions that it permits.
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

    /// What a client that is given the role holds.
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
        for (place, role) in ManagedRole::ALL.into_iter().enumerate() {
            assert_eq!(ManagedRole::from_id(role.id()), Some(role));
            for other in &ManagedRole::ALL[place + 1..] {
                assert_ne!(role.id(), other.id());
                assert_ne!(role.name(), other.name());
            }
        }
    }
}
