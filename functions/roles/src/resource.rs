//! Roles in JSON:API: `auth/roles`.

use shared::http::jsonapi::{Attribute, Kind, Omitted, Resource, When};
use shared::model::{ResourceType, Role};

/// A role as the API shows it.
#[derive(Debug)]
pub struct ShownRole(pub(crate) Role);

impl From<Role> for ShownRole {
    fn from(role: Role) -> Self {
        Self(role)
    }
}

/// The values that a request can set: none yet.
#[derive(Debug, Default)]
pub struct Nothing;

impl Resource for ShownRole {
    type Desired = Nothing;
    const TYPE: ResourceType = ResourceType::Roles;
    const ATTRIBUTES: &'static [Attribute<Self, Nothing>] = &[
        Attribute {
            show: |shown| Some(shown.0.name.as_str().into()),
            ..given(
                "name",
                "the role's name, unique among the roles visible to an org",
            )
        },
        Attribute {
            show: |shown| Some(shown.0.description.as_str().into()),
            ..given("description", "the purpose of the role")
        },
        Attribute {
            show: |shown| Some(shown.0.is_managed.into()),
            ..given(
                "isManaged",
                "`true` if the role exists in every org and cannot be changed",
            )
        },
        Attribute {
            show: |shown| Some(shown.0.permissions.clone().into()),
            ..given("permissions", "the actions that the role permits")
        },
        Attribute {
            show: |shown| Some(shown.0.created_at.epoch_seconds().into()),
            ..given("createdAt", "time of creation")
        },
        Attribute {
            show: |shown| Some(shown.0.updated_at.epoch_seconds().into()),
            ..given("updatedAt", "time of the last change")
        },
    ];

    fn id(&self) -> String {
        self.0.id.to_string()
    }
}

const fn given(name: &'static str, words: &'static str) -> Attribute<ShownRole, Nothing> {
    Attribute {
        name,
        kind: Kind::Given(words),
        default: None,
        create: When::Never,
        change: When::Never,
        omitted: Omitted::Kept,
        show: |_| None,
    }
}
