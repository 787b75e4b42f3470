use shared::model::{AccessTokenLifetime, ClientId, OrgId, Scopes};

/// What a token is to say.
#[derive(Debug)]
pub(crate) struct Granted {
    pub(crate) client: ClientId,
    pub(crate) org: OrgId,
    pub(crate) roles: Vec<String>,
    pub(crate) audience: String,
    pub(crate) scopes: Scopes,
    pub(crate) lifetime: AccessTokenLifetime,
}
