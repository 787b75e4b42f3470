//! Signs a counted token.

use shared::fault::Fault;
use shared::http::oauth::TokenResponse;
use shared::model::Timestamp;
use shared::token::Claims;
use uuid::Uuid;

use crate::count::Counted;

/// Creates the access token (RFC 9068 §2).
pub(crate) fn issue(
    counted: Counted,
    issuer: &str,
    jti: Uuid,
    now: Timestamp,
) -> Result<TokenResponse, Fault> {
    let allowance = counted.allowance();
    let (granted, key) = counted.into_parts();
    let expiry = granted.lifetime.expiry(now);
    let scope = (!granted.scopes.is_empty()).then(|| granted.scopes.to_string());
    let claims = Claims {
        iss: issuer.to_owned(),
        sub: granted.client.client_id(),
        aud: granted.audience,
        exp: expiry.epoch_seconds(),
        iat: now.epoch_seconds(),
        jti: jti.to_string(),
        client_id: granted.client.client_id(),
        org_id: granted.org.to_string(),
        roles: granted.roles,
        scope: scope.clone(),
    };
    Ok(TokenResponse {
        access_token: claims.sign(key.key())?,
        expires_in: expiry.seconds_since(now),
        scope,
        allowance,
    })
}
