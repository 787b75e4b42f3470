//! The grants, one a file: each decides what an authenticated client is granted.

mod client_credentials;
mod granted;

use shared::authentication::AuthenticatedClient;
use shared::http::oauth::{Grant, TokenError};

pub(crate) use granted::Granted;

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
