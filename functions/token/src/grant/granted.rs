//! The result of a grant.

use shared::model::{AccessTokenLifetime, ClientId, OrgId, Scopes};

/// A grant: the content of the token to issue.
#[derive(Debug)]
pub(crate) struct Granted {
    pub(crate) client: ClientId,
    pub(crate) org: OrgId,
    pub(crate) roles: Vec<String>,
    pub(crate) audience: String,
    pub(crate) scopes: Scopes,
    pub(crate) lifetime: AccessTokenLifetime,
}
