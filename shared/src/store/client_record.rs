//! The item of an App Client's record.

use aws_sdk_dynamodb::types::AttributeValue;

use super::client_secrets::{secrets_of, with_secrets};
use super::item::{number, text, time};
use super::name_listing::{NAME_LISTING, name_listing};
use super::{Item, Key};
use crate::fault::Fault;
use crate::model::{
    AccessTokenLifetime, AppClient, ClientId, ClientStatus, Description, Name, OrgId, Revision,
    RoleGrant, RoleId, TokenQuota,
};

/// The attribute with the org of a client.
pub const ORG: &str = "org";

/// The attribute that says whether the roles of a client were sent as a list.
const LISTS_ROLES: &str = "lists_roles";
/// The attribute with the revision of a client's inline policy.
const POLICY: &str = "policy";

/// A position in an org's list of clients: after this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The client's time of creation, in epoch seconds.
    pub created_at: u64,
    /// The client's id.
    pub id: ClientId,
}

impl Position {
    /// The position after a client.
    #[must_use]
    pub const fn behind(client: &AppClient) -> Self {
        Self {
            created_at: client.created_at.epoch_seconds(),
            id: client.id,
        }
    }

    /// The index's sort key. Padding makes the order of the texts the order of time.
    pub(super) fn listing(self) -> String {
        format!("{:012}#{}", self.created_at, self.id)
    }

    /// The position after an item of the index. It depends only on the index's sort key, so it also
    /// exists for a record that cannot be read.
    pub(super) fn behind_item(item: &Item) -> Option<Self> {
        let listing = item.text("listing").ok()?;
        let (created_at, id) = listing.split_once('#')?;
        let position = Self {
            created_at: created_at.parse().ok()?,
            id: ClientId::from_stored(id)?,
        };
        (position.listing() == listing).then_some(position)
    }
}

pub(super) fn item_of(client: &AppClient) -> Item {
    let role = |role: &RoleGrant| {
        AttributeValue::M(
            [
                ("id".to_owned(), text(role.id.to_string())),
                ("name".to_owned(), text(&role.name)),
            ]
            .into(),
        )
    };
    let record = Item::new(Key::client_record(client.id))
        .with(ORG, text(client.org.to_string()))
        .with("listing", text(Position::behind(client).listing()))
        .with(
            NAME_LISTING,
            text(name_listing(
                client.name.as_str(),
                &Position::behind(client).listing(),
            )),
        )
        .with("name", text(client.name.as_str()))
        .with("description", text(client.description.as_str()))
        .with("status", text(client.status.as_str()))
        .with("lifetime", number(client.access_token_lifetime.seconds()))
        .with("quota", number(client.token_quota.tokens()))
        .with(
            "roles",
            AttributeValue::L(client.roles.iter().map(role).collect()),
        )
        .with(LISTS_ROLES, AttributeValue::Bool(client.lists_roles))
        .with("created_at", time(client.created_at))
        .with("updated_at", time(client.updated_at))
        .with("revision", text(client.revision.to_string()));
    let record = match client.policy {
        Some(revision) => record.with(POLICY, text(revision.to_string())),
        None => record,
    };
    with_secrets(record, &client.secrets)
}

/// Reads a record. Texts and numbers are taken as they are: the rules for input do not apply. An
/// attribute that a decision about access depends on must be one that this release knows.
pub(super) fn client_of(id: ClientId, item: &Item) -> Result<AppClient, Fault> {
    let created_at = item.time("created_at")?;
    let roles = roles_of(item)?;
    Ok(AppClient {
        id,
        org: org_of(item)?,
        name: Name::from_stored(item.text("name")?),
        description: Description::from_stored(item.text("description")?),
        status: ClientStatus::from_stored(item.text("status")?)
            .ok_or(Fault::Unreadable("status"))?,
        access_token_lifetime: AccessTokenLifetime::from_stored(item.number("lifetime")?),
        token_quota: TokenQuota::from_stored(item.number("quota")?),
        // A release without lists of roles wrote one role.
        lists_roles: match item.has(LISTS_ROLES) {
            true => item.read(LISTS_ROLES, |lists| lists.as_bool().ok().copied())?,
            false => roles.len() != 1,
        },
        policy: match item.has(POLICY) {
            true => {
                Some(Revision::from_stored(item.text(POLICY)?).ok_or(Fault::Unreadable(POLICY))?)
            }
            false => None,
        },
        roles,
        secrets: secrets_of(id, created_at, item)?,
        created_at,
        updated_at: item.time("updated_at")?,
        revision: revision_of(item)?,
    })
}

pub(super) fn revision_of(item: &Item) -> Result<Revision, Fault> {
    Revision::from_stored(item.text("revision")?).ok_or(Fault::Unreadable("revision"))
}

pub(super) fn org_of(item: &Item) -> Result<OrgId, Fault> {
    OrgId::from_stored(item.text(ORG)?).ok_or(Fault::Unreadable(ORG))
}

/// The roles of a client.
pub(super) fn roles_of(item: &Item) -> Result<Vec<RoleGrant>, Fault> {
    item.read("roles", |roles| {
        roles.as_l().ok()?.iter().map(role_of).collect()
    })
}

fn role_of(value: &AttributeValue) -> Option<RoleGrant> {
    let member = |name| value.as_m().ok()?.get(name)?.as_s().ok();
    Some(RoleGrant {
        id: RoleId::from_stored(member("id")?)?,
        name: member("name")?.clone(),
    })
}

/// The id of the client whose record this is; `None` if the item is no client's.
pub(super) fn id_of(item: &Item) -> Option<ClientId> {
    let id = item.text("pk").ok()?.strip_prefix("CLIENT#");
    id.and_then(ClientId::from_stored)
}
