use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::fault::Fault;
use crate::signing::SigningKey;

/// What an access token says (RFC 9068 §2.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Who issued it: this service.
    pub iss: String,
    /// Whom it is about; for client credentials, the client itself.
    pub sub: String,
    /// The one audience that it is for.
    pub aud: String,
    /// When it stops being valid, in epoch seconds.
    pub exp: u64,
    /// When it was issued, in epoch seconds.
    pub iat: u64,
    /// Its own name, never used again.
    pub jti: String,
    /// The client that it was issued to (RFC 8693 §4.3).
    pub client_id: String,
    /// The org that the client belongs to.
    pub org_id: String,
    /// The names of the client's roles.
    pub roles: Vec<String>,
    /// The scopes that were granted (RFC 8693 §4.2), when there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

/// A signed access token, on its way to the client. It cannot be printed.
pub struct IssuedToken(String);

impl Claims {
    /// Signs the claims: a JWS in its compact form (RFC 7515 §3.1).
    ///
    /// # Errors
    /// When the key does not sign.
    pub fn sign(&self, key: &SigningKey) -> Result<IssuedToken, Fault> {
        let claims = serde_json::to_vec(self).map_err(|_| Fault::SigningFailed)?;
        let mut token = String::with_capacity(1_024);
        token.push_str(key.encoded_header());
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(claims, &mut token);
        let signature = key
            .sign(token.as_bytes())
            .map_err(|_| Fault::SigningFailed)?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(IssuedToken(token))
    }
}

impl IssuedToken {
    /// The token itself, for the answer that hands it out.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for IssuedToken {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("IssuedToken(…)")
    }
}
