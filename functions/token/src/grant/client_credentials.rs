//! The client credentials grant (RFC 6749 §4.4): a client requests a token on its own behalf.

use shared::authentication::AuthenticatedClient;
use shared::http::oauth::{ClientCredentialsRequest, TokenError};
use shared::model::Scopes;

use super::granted::Granted;
use super::target::{is_absolute_uri, is_equivalent};

pub(super) fn decide(
    request: &ClientCredentialsRequest,
    client: &AuthenticatedClient<'_>,
    default_audience: &str,
) -> Result<Granted, TokenError> {
    let audience = target(request, default_audience)?;
    // The management API is the only audience, and it defines no scopes.
    let granted = Scopes::default();
    let requested = match &request.scope {
        None => granted.clone(),
        Some(scope) => Scopes::parse(scope).map_err(|_| TokenError::InvalidScope)?,
    };
    if !requested.is_subset_of(&granted) {
        return Err(TokenError::InvalidScope);
    }
    Ok(Granted {
        client: client.id,
        org: client.org,
        roles: client.roles.iter().map(|role| role.name.clone()).collect(),
        audience: audience.to_owned(),
        scopes: requested,
        lifetime: client.access_token_lifetime,
    })
}

/// The requested audience, from `audience` or `resource` (RFC 8707 §2). The token has it in its one
/// form.
fn target<'a>(
    request: &ClientCredentialsRequest,
    default_audience: &'a str,
) -> Result<&'a str, TokenError> {
    let resources_are_uris = request.resource.iter().all(|uri| is_absolute_uri(uri));
    let mut targets = request.audience.iter().chain(&request.resource);
    if resources_are_uris && targets.all(|target| is_equivalent(target, default_audience)) {
        Ok(default_audience)
    } else {
        Err(TokenError::InvalidTarget)
    }
}
