//! Hints: the likely mistake behind a refusal, in plain words. Only the local service has them. The
//! responses must not reveal the cause of an `invalid_client`.

use shared::model::Timestamp;

use super::unverified::UnverifiedClaims;

/// A refusal or a failure, as the function's log line has it.
pub(super) struct Refused<'a> {
    pub(super) error: &'a str,
    pub(super) cause: Option<&'a str>,
    /// Whether the line has a client: the subject of a valid token, or the client ID in a token
    /// request.
    pub(super) is_client_known: bool,
    /// The claims of the bearer token in the request, if it has one.
    pub(super) presented: Option<&'a UnverifiedClaims>,
    /// The description in the response.
    pub(super) description: Option<String>,
    pub(super) expected: &'a Expected,
    pub(super) now: Timestamp,
}

/// What the hints compare with.
#[derive(Clone, Debug)]
pub(crate) struct Expected {
    pub(crate) issuer: String,
    pub(crate) audience: String,
}

/// The hint to a token that was issued although the clock seems wrong.
pub(super) fn clock_behind(seconds: u64) -> String {
    format!("The clock is {seconds} s behind the creation of the signing key. Correct the clock.")
}

impl Refused<'_> {
    /// The hint. Without one for the error, it is the cause or the description of the response.
    pub(super) fn hint(self) -> Option<String> {
        let own = match self.error {
            "invalid_client" => self.invalid_client(),
            "invalid_target" => Some(format!(
                "The only audience is {}. Send it as audience, or omit audience and resource.",
                self.expected.audience
            )),
            "invalid_scope" => Some("No scopes are defined. Omit scope.".to_owned()),
            "unsupported_grant_type" => {
                Some("The only grant_type is client_credentials.".to_owned())
            }
            "too_many_requests" => Some(self.too_many_requests().to_owned()),
            "missing_token" => Some(
                "Send the header \"Authorization: Bearer TOKEN\" with an access_token from \
                 POST /oauth/token."
                    .to_owned(),
            ),
            "invalid_token" => Some(self.invalid_token()),
            "insufficient_scope" => self.with_description(
                "Use a client whose roles permit it: Builder Admin permits every action.",
            ),
            _ => None,
        };
        let cause = self.cause.map(str::to_owned);
        own.or(cause).or(self.description)
    }

    fn with_description(&self, advice: &str) -> Option<String> {
        let description = self.description.as_deref().unwrap_or_default();
        Some(format!("{description} {advice}").trim_start().to_owned())
    }

    fn invalid_client(&self) -> Option<String> {
        let hint = match self.cause? {
            "no_credentials" => {
                "Send client_id and client_secret in the body, or both with HTTP Basic."
            }
            "malformed_credentials" => {
                return self.with_description(
                    "A client_id has 32 hexadecimal digits. A client_secret begins with \
                     lk_secret_ and ends with a checksum. Copy both again.",
                );
            }
            "unknown_client" => {
                "No App Client has this client_id. It was deleted, or it belongs to another data \
                 directory or deployment."
            }
            "wrong_secret" => {
                "The App Client exists, but has another client_secret. If the secret was rotated, \
                 use the new one; if it is lost, rotate it in the console."
            }
            "expired_secret" => "The client_secret has expired. Rotate it in the console.",
            "disabled_client" => {
                "The client_secret is correct, but the App Client is disabled. Enable it in the \
                 console."
            }
            _ => return None,
        };
        Some(hint.to_owned())
    }

    fn too_many_requests(&self) -> &'static str {
        if self.cause == Some("clock_behind") {
            "The client got tokens while the clock was ahead. They count until the clock has \
             passed that time. Check the clock."
        } else {
            "The client has used its quota of tokens per hour. Reuse a token until it expires, or \
             raise tokenQuota in the console."
        }
    }

    fn invalid_token(&self) -> String {
        if self.is_client_known {
            return "The token is valid, but its App Client is deleted or disabled.".to_owned();
        }
        let Some(claims) = self.presented else {
            return "The bearer token is not a JWT. Send an access_token from POST /oauth/token."
                .to_owned();
        };
        let Expected { issuer, audience } = self.expected;
        let now = self.now.epoch_seconds();
        if let Some(found) = claims.other_issuer(issuer) {
            format!(
                "The token is from another issuer. Expected: {issuer}; host of the found one: \
                 {found}. A start with another address or --issuer changes the issuer."
            )
        } else if claims.is_for_another(audience) {
            format!("The token is for another audience. The management API expects {audience}.")
        } else if let Some(expiry) = claims.expiry().filter(|expiry| *expiry <= now) {
            let ago = now.saturating_sub(expiry);
            format!("The token expired {ago} s ago. Request a new one.")
        } else if claims.issued_at().is_some_and(|issued| issued > now) {
            "The token was issued in the future: the clock was ahead, or is behind now.".to_owned()
        } else {
            "The token was not signed by a current key of this data directory. Request a new one."
                .to_owned()
        }
    }
}

#[cfg(test)]
mod tests;
