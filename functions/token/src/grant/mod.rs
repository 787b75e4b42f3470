//! The grants, one file each: each decides audience, scopes and lifetime of a client's token.

mod client_credentials;
mod granted;
mod target;

use shared::authentication::AuthenticatedClient;
use shared::http::oauth::{Grant, TokenError};

pub(crate) use granted::Granted;

/// Decides the grant of an authenticated client.
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
