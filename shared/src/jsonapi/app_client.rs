//! App Clients on the wire: `auth/app-clients`.

use serde::Serialize;
use serde_json::Value;

use super::{ApiError, Attributes, Cause, Problem, Relationships};
use crate::model::{
    AccessTokenLifetime, AppClient, ClientSecret, ClientStatus, Description, Name, RoleId,
    TokenQuota,
};

/// The `type` of App Clients.
pub const TYPE: &str = "auth/app-clients";
/// The `type` of roles, and the name of the relationship to them.
pub const ROLES: &str = "auth/roles";
/// The one kind of App Client that there is: a program with a secret.
pub const MACHINE_TO_MACHINE: &str = "machine_to_machine";
/// The one kind of user that an App Client acts as.
pub const BUILDER: &str = "builder";

/// What a document says of an App Client. What it leaves out is `None`.
#[derive(Debug)]
pub struct AppClientAttributes {
    /// `name`
    pub name: Option<Name>,
    /// `description`
    pub description: Option<Description>,
    /// `status`
    pub status: Option<ClientStatus>,
    /// `accessTokenLifetime`, in seconds
    pub access_token_lifetime: Option<AccessTokenLifetime>,
    /// `tokenQuota`, tokens an hour
    pub token_quota: Option<TokenQuota>,
}

impl AppClientAttributes {
    /// Takes the attributes that can be chosen.
    pub fn take(attributes: &mut Attributes) -> Self {
        Self {
            name: attributes.text("name", Name::parse),
            description: attributes.text("description", Description::parse),
            status: attributes.text("status", ClientStatus::parse),
            access_token_lifetime: attributes
                .number("accessTokenLifetime", AccessTokenLifetime::from_seconds),
            token_quota: attributes.number("tokenQuota", TokenQuota::per_hour),
        }
    }
}

/// Takes the role that a document gives to a client, if it names one.
///
/// # Errors
/// When the relationship is malformed, or when no role can have that id.
pub fn take_role(relationships: &mut Relationships) -> Result<Option<RoleId>, ApiError> {
    let id = relationships.to_one(ROLES, ROLES)?;
    id.map(|id| RoleId::from_id(&id).ok_or_else(no_such_role))
        .transpose()
}

/// The refusal of a role that does not exist.
#[must_use]
pub fn no_such_role() -> ApiError {
    let pointer = "/data/relationships/auth~1roles/data/id";
    Problem::at(Cause::RelatedNotFound, pointer, "There is no such role.").into()
}

/// An App Client as the API shows it.
#[derive(Debug, Serialize)]
pub struct AppClientResource {
    r#type: &'static str,
    id: String,
    attributes: ShownAttributes,
    relationships: ShownRelationships,
    links: SelfLink,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownAttributes {
    client_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<ShownSecret>,
    name: String,
    description: String,
    r#type: &'static str,
    user_type: &'static str,
    status: &'static str,
    access_token_lifetime: u32,
    token_quota: u32,
    created_at: u64,
    updated_at: u64,
}

#[derive(Serialize)]
#[serde(transparent)]
struct ShownSecret(String);

#[derive(Debug, Serialize)]
struct ShownRelationships {
    #[serde(rename = "auth/roles", skip_serializing_if = "Option::is_none")]
    roles: Option<ToOne>,
}

#[derive(Debug, Serialize)]
struct ToOne {
    data: Identifier,
}

#[derive(Debug, Serialize)]
struct Identifier {
    r#type: &'static str,
    id: String,
}

#[derive(Debug, Serialize)]
struct SelfLink {
    #[serde(rename = "self")]
    itself: String,
}

impl AppClientResource {
    /// A client, without its secret.
    #[must_use]
    pub fn new(client: &AppClient) -> Self {
        let role = client.roles.first().map(|role| ToOne {
            data: Identifier {
                r#type: ROLES,
                id: role.id.to_string(),
            },
        });
        Self {
            r#type: TYPE,
            id: client.id.to_string(),
            attributes: ShownAttributes {
                client_id: client.id.client_id(),
                client_secret: None,
                name: client.name.as_str().to_owned(),
                description: client.description.as_str().to_owned(),
                r#type: MACHINE_TO_MACHINE,
                user_type: BUILDER,
                status: client.status.as_str(),
                access_token_lifetime: client.access_token_lifetime.seconds(),
                token_quota: client.token_quota.tokens(),
                created_at: client.created_at.epoch_seconds(),
                updated_at: client.updated_at.epoch_seconds(),
            },
            relationships: ShownRelationships { roles: role },
            links: SelfLink {
                itself: format!("/{TYPE}/{}", client.id),
            },
        }
    }

    /// A client with the secret that was made for it: the one time that it is shown.
    #[must_use]
    pub fn with_secret(client: &AppClient, secret: &ClientSecret) -> Self {
        let mut resource = Self::new(client);
        resource.attributes.client_secret = Some(ShownSecret(secret.reveal().to_owned()));
        resource
    }

    /// The attributes that stay as they are, for ever or until something else changes them.
    #[must_use]
    pub fn unchangeable(&self) -> [(&'static str, Value); 5] {
        [
            ("clientId", self.attributes.client_id.as_str().into()),
            ("type", self.attributes.r#type.into()),
            ("userType", self.attributes.user_type.into()),
            ("createdAt", self.attributes.created_at.into()),
            ("updatedAt", self.attributes.updated_at.into()),
        ]
    }

    /// Its `links.self`.
    #[must_use]
    pub fn location(&self) -> String {
        self.links.itself.clone()
    }
}

impl std::fmt::Debug for ShownSecret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("ShownSecret(…)")
    }
}
