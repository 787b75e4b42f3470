//! Roles on the wire: `auth/roles`.

use serde::Serialize;
use shared::jsonapi::app_client::ROLES;
use shared::model::Role;

/// What an answer shows.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Shown {
    /// One role, or `null`.
    One(Option<RoleResource>),
    /// Every role.
    All(Vec<RoleResource>),
}

/// A role as the API shows it.
#[derive(Debug, Serialize)]
pub(crate) struct RoleResource {
    r#type: &'static str,
    id: String,
    attributes: ShownAttributes,
    links: SelfLink,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownAttributes {
    name: String,
    description: String,
    is_managed: bool,
    permissions: Vec<String>,
    created_at: u64,
    updated_at: u64,
}

#[derive(Debug, Serialize)]
struct SelfLink {
    #[serde(rename = "self")]
    itself: String,
}

impl RoleResource {
    /// A role.
    #[must_use]
    pub(crate) fn new(role: &Role) -> Self {
        Self {
            r#type: ROLES,
            id: role.id.to_string(),
            attributes: ShownAttributes {
                name: role.name.clone(),
                description: role.description.clone(),
                is_managed: role.is_managed,
                permissions: role.permissions.clone(),
                created_at: role.created_at.epoch_seconds(),
                updated_at: role.updated_at.epoch_seconds(),
            },
            links: SelfLink {
                itself: format!("/{ROLES}/{}", role.id),
            },
        }
    }
}
