//! Roles: named access policies for App Clients.

use std::sync::LazyLock;

use serde_json::json;
use uuid::{Uuid, uuid};

use super::policy::{Policies, PolicySource};
use super::{
    AccessPolicy, Changes, Description, LoggedValue, Revision, RoleGrant, RoleId, RoleName,
    Timestamp,
};

/// A role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// The id.
    pub id: RoleId,
    /// The name, unique among the roles visible to an org. It never changes, because tokens have it.
    pub name: RoleName,
    /// The purpose.
    pub description: Description,
    /// The policy of the clients that have the role.
    pub policy: AccessPolicy,
    /// Time of creation.
    pub created_at: Timestamp,
    /// Time of the last change.
    pub updated_at: Timestamp,
    /// The revision of this state; every change sets a new one. A managed role has none: it exists in
    /// every org and cannot be changed.
    pub revision: Option<Revision>,
}

impl Role {
    /// The maximum number of roles in an org, without the managed ones.
    pub const MAXIMUM: u32 = 1_000;

    /// Whether the role exists in every org and cannot be changed.
    #[must_use]
    pub const fn is_managed(&self) -> bool {
        self.revision.is_none()
    }

    /// The grant of this role, as a client holds it.
    #[must_use]
    pub fn grant(&self) -> RoleGrant {
        RoleGrant {
            id: self.id,
            name: self.name.as_str().to_owned(),
        }
    }

    /// The policy as one of those of a client.
    #[must_use]
    pub fn policies(&self) -> Policies {
        let source = PolicySource::Role(self.id.into());
        Policies(vec![(source, self.policy.policy().clone())])
    }

    /// What changes from `former` to this role; everything if there is no former one.
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
            "accessPolicy",
            former.map(|it| &it.policy),
            &self.policy,
            |policy| LoggedValue::Policy(policy.sent().clone()),
        );
        changes
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

/// The first release.
const CREATED_AT: Timestamp = Timestamp::from_epoch_seconds(1_788_220_800);
/// The release that named the actions as access policies do.
const UPDATED_AT: Timestamp = Timestamp::from_epoch_seconds(1_795_737_600);

static POLICIES: LazyLock<[AccessPolicy; 4]> = LazyLock::new(|| {
    let everything = json!({ "rule": [{ "effect": "Allow", "action": "*", "resource": "*" }] });
    let reading = json!({ "rule": [
        {
            "effect": "Allow",
            "action": ["IAM:GetM2MClient", "IAM:ListAllM2MClients"],
            "resource": "IAM:M2MClient:*",
        },
        {
            "effect": "Allow",
            "action": ["IAM:GetRole", "IAM:ListAllRoles"],
            "resource": "IAM:Role:*",
        },
    ] });
    // A policy that does not parse would allow nothing; a test compares them.
    let parsed = |policy| AccessPolicy::parse(&policy).unwrap_or_default();
    let nothing = AccessPolicy::default;
    [parsed(everything), parsed(reading), nothing(), nothing()]
});

impl ManagedRole {
    /// Every managed role, ordered by name.
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

    /// The access policy.
    #[must_use]
    pub fn policy(self) -> &'static AccessPolicy {
        let [builder_admin, care_team_user, patient, permissionless] = &*POLICIES;
        match self {
            Self::BuilderAdmin => builder_admin,
            Self::CareTeamUser => care_team_user,
            Self::Patient => patient,
            Self::Permissionless => permissionless,
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

    /// The role.
    #[must_use]
    pub fn role(self) -> Role {
        Role {
            id: self.id(),
            name: RoleName::from_stored(self.name()),
            description: Description::from_stored(self.description()),
            policy: self.policy().clone(),
            created_at: CREATED_AT,
            updated_at: UPDATED_AT,
            revision: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::policy::Action;

    fn permissions(role: ManagedRole) -> Vec<String> {
        role.role().policies().permissions().into_iter().collect()
    }

    #[test]
    fn managed_roles_have_different_ids_and_names() {
        for (position, role) in ManagedRole::ALL.into_iter().enumerate() {
            assert_eq!(ManagedRole::from_id(role.id()), Some(role));
            for other in &ManagedRole::ALL[position + 1..] {
                assert_ne!(role.id(), other.id());
                assert!(role.name() < other.name());
            }
        }
    }

    #[test]
    fn a_builder_admin_may_do_everything() {
        let role = ManagedRole::BuilderAdmin;
        let mut all = Action::ALL
            .map(|action| action.as_str().to_owned())
            .to_vec();
        all.sort();
        assert_eq!(permissions(role), all);
        assert!(role.role().policies().allow_everything());
    }

    #[test]
    fn a_care_team_user_may_only_read() {
        assert_eq!(
            permissions(ManagedRole::CareTeamUser),
            [
                "IAM:GetM2MClient",
                "IAM:GetRole",
                "IAM:ListAllM2MClients",
                "IAM:ListAllRoles",
            ]
        );
    }

    #[test]
    fn patient_and_permissionless_permit_nothing() {
        for role in [ManagedRole::Patient, ManagedRole::Permissionless] {
            assert!(permissions(role).is_empty());
        }
        assert!(Policies::default().permissions().is_empty());
    }
}
