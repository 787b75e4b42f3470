//! Roles in JSON:API: `auth/roles`.

use shared::http::jsonapi::{Attribute, Kind, Omitted, Preset, Resource, When};
use shared::model::{AccessPolicy, Description, ResourceType, Role, RoleName};
use shared::roles::ChangeRole;

/// A role as the API shows it.
#[derive(Debug)]
pub struct ShownRole(pub(crate) Role);

impl From<Role> for ShownRole {
    fn from(role: Role) -> Self {
        Self(role)
    }
}

/// The values that a request sets.
#[derive(Debug, Default)]
pub struct ChosenRole {
    /// The name of a new role.
    pub(crate) name: Option<RoleName>,
    /// The rest.
    pub(crate) change: ChangeRole,
}

impl Resource for ShownRole {
    type Desired = ChosenRole;
    const TYPE: ResourceType = ResourceType::Roles;
    const ATTRIBUTES: &'static [Attribute<Self, ChosenRole>] = &[
        Attribute {
            name: "name",
            kind: Kind::Text {
                length: RoleName::LENGTH,
                rules: "; unique in the org, without regard to case; single spaces between words; no control or invisible characters",
                take: |chosen, text| RoleName::parse(text).map(|name| chosen.name = Some(name)),
            },
            default: None,
            create: When::Required,
            change: When::Equal,
            omitted: Omitted::Kept,
            show: |shown| Some(shown.0.name.as_str().into()),
        },
        Attribute {
            name: "description",
            kind: Kind::Text {
                length: Description::LENGTH,
                rules: "; no control characters except line breaks and tabs",
                take: |chosen, text| {
                    Description::parse(text).map(|text| chosen.change.description = Some(text))
                },
            },
            default: Some(Preset::Text("")),
            create: When::Optional,
            change: When::Optional,
            omitted: Omitted::Reset(|chosen| {
                chosen.change.description = Some(Description::default());
            }),
            show: |shown| Some(shown.0.description.as_str().into()),
        },
        Attribute {
            name: "accessPolicy",
            kind: Kind::Structure {
                words: "the access policy of the clients that have the role",
                schema: "AccessPolicy",
                take: |chosen, sent| {
                    chosen.change.policy = Some(AccessPolicy::parse(sent)?);
                    Ok(())
                },
            },
            default: Some(Preset::NoRules),
            create: When::Optional,
            change: When::Optional,
            omitted: Omitted::Clearable(|chosen| {
                chosen.change.policy = Some(AccessPolicy::default());
            }),
            show: |shown| Some(shown.0.policy.sent().clone()),
        },
        Attribute {
            show: |shown| Some(shown.0.is_managed().into()),
            ..given(
                "isManaged",
                "`true` if the role exists in every org and cannot be changed",
            )
        },
        Attribute {
            change: When::Ignored,
            show: |shown| {
                let permissions = shown.0.policies().permissions();
                Some(permissions.into_iter().collect::<Vec<_>>().into())
            },
            ..given(
                "permissions",
                "the actions that the policy permits on some resource, sorted; `*` stands for those of this service",
            )
        },
        Attribute {
            show: |shown| Some(shown.0.created_at.epoch_seconds().into()),
            ..given("createdAt", "time of creation")
        },
        Attribute {
            change: When::Ignored,
            show: |shown| Some(shown.0.updated_at.epoch_seconds().into()),
            ..given("updatedAt", "time of the last change")
        },
    ];

    fn id(&self) -> String {
        self.0.id.to_string()
    }

    fn revision(&self) -> Option<String> {
        self.0.revision.map(|revision| revision.to_string())
    }
}

const fn given(name: &'static str, words: &'static str) -> Attribute<ShownRole, ChosenRole> {
    Attribute {
        name,
        kind: Kind::Given(words),
        default: None,
        create: When::Never,
        change: When::Equal,
        omitted: Omitted::Kept,
        show: |_| None,
    }
}
