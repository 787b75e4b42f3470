//! The grants, one a file: each decides what an authenticated client is granted.

mod client_credentials;

use shared::model::{AccessTokenLifetime, ClientId, OrgId, Scopes};
use shared::oauth::{AuthenticatedClient, Grant, TokenError};

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

/// Decides a grant for a client that is who it says it is.
pub(crate) fn decide(
    grant: &Grant,
    client: &AuthenticatedClient<'_>,
    default_audience: &str,
) -> Result<Granted, TokenError> {
    match grant {
        Grant::ClientCredentials(request) => {
            client_credentials::decide(request, client, default_audience)
        }
    }
}
