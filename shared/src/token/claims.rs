//! The claims of an access token, and their signing.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::fault::Fault;
use crate::signing::SigningKey;

/// The claims of an access token (RFC 9068 §2.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The issuer: this service.
    pub iss: String,
    /// The subject; for client credentials, the client itself.
    pub sub: String,
    /// The audience, exactly one.
    pub aud: String,
    /// The expiry, in epoch seconds.
    pub exp: u64,
    /// The time of issue, in epoch seconds.
    pub iat: u64,
    /// The token's id, unique to it.
    pub jti: String,
    /// The client to which the token was issued (RFC 8693 §4.3).
    pub client_id: String,
    /// The client's org.
    pub org_id: String,
    /// The names of the client's roles.
    pub roles: Vec<String>,
    /// The granted scopes (RFC 8693 §4.2), if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

/// A signed access token. `Debug` is redacted and there is no `Display`.
pub struct IssuedToken(String);

impl Claims {
    /// Signs the claims as a JWS in compact form (RFC 7515 §3.1).
    ///
    /// # Errors
    /// When the key cannot sign.
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
    /// The token itself, for the response.
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
