//! The client credentials grant (RFC 6749 §4.4): a client requests a token on its own behalf.

use shared::authentication::AuthenticatedClient;
use shared::http::oauth::{ClientCredentialsRequest, TokenError};
use shared::model::Scopes;

use super::granted::Granted;

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

/// The requested audience, from `audience` or `resource` (RFC 8707 §2).
fn target<'a>(
    request: &ClientCredentialsRequest,
    default_audience: &'a str,
) -> Result<&'a str, TokenError> {
    let resources_are_uris = request.resource.iter().all(|uri| is_absolute_uri(uri));
    let mut targets = request.audience.iter().chain(&request.resource);
    if resources_are_uris && targets.all(|target| target == default_audience) {
        Ok(default_audience)
    } else {
        Err(TokenError::InvalidTarget)
    }
}

/// Whether the text is an absolute URI without a fragment (RFC 8707 §2, RFC 3986 §4.3).
fn is_absolute_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
        && rest
            .bytes()
            .all(|byte| matches!(byte, 0x21..=0x7e) && byte != b'#')
}
