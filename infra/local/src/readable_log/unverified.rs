//! What a bearer token says of itself, for the hint after the service has rejected it.

use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::Value as Json;
use url::Url;

/// The claims of a token whose signature is not verified. They decide nothing.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct UnverifiedClaims {
    #[serde(default)]
    iss: Json,
    #[serde(default)]
    aud: Json,
    #[serde(default)]
    exp: Json,
    #[serde(default)]
    iat: Json,
}

impl UnverifiedClaims {
    /// The claims in the `Authorization` header; `None` if it has no JWT.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let header = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
        let (_, token) = header.split_once(' ')?;
        let claims = token.trim().split('.').nth(1)?;
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
    }

    /// The host of another issuer than the expected one. The rest of the URL is the caller's text.
    pub(super) fn other_issuer(&self, expected: &str) -> Option<String> {
        if self.iss == expected {
            return None;
        }
        let url = self.iss.as_str().and_then(|issuer| Url::parse(issuer).ok());
        let host = url
            .as_ref()
            .and_then(|url| Some((url.host_str()?, url.port())));
        Some(match host {
            Some((host, Some(port))) => format!("{host}:{port}"),
            Some((host, None)) => host.to_owned(),
            None => "none that is a URL".to_owned(),
        })
    }

    /// Whether the token is for another audience.
    pub(super) fn is_for_another(&self, audience: &str) -> bool {
        match &self.aud {
            Json::Array(several) => !several.iter().any(|one| one == audience),
            one => one != audience,
        }
    }

    /// The expiry, in epoch seconds.
    pub(super) fn expiry(&self) -> Option<u64> {
        self.exp.as_u64()
    }

    /// The time of issue, in epoch seconds.
    pub(super) fn issued_at(&self) -> Option<u64> {
        self.iat.as_u64()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn claims(header: &str) -> Option<UnverifiedClaims> {
        let mut headers = HeaderMap::new();
        headers.insert("authorization", header.parse().unwrap());
        UnverifiedClaims::of(&headers)
    }

    fn bearer(claims: &Json) -> String {
        format!(
            "Bearer e30.{}.x",
            URL_SAFE_NO_PAD.encode(claims.to_string())
        )
    }

    #[test]
    fn only_a_jwt_has_claims() {
        for header in ["Bearer", "Bearer x", "Bearer a.b.c", "Basic eDp5"] {
            assert!(claims(header).is_none(), "{header}");
        }
        assert!(UnverifiedClaims::of(&HeaderMap::new()).is_none());
        assert!(claims("Bearer e30.e30.x").is_some());
    }

    #[test]
    fn of_another_issuer_only_the_host_is_shown() {
        let other = |issuer: &str| {
            let claims = claims(&bearer(&json!({ "iss": issuer }))).unwrap();
            claims.other_issuer("http://127.0.0.1:3000")
        };
        assert_eq!(other("http://127.0.0.1:3000"), None);
        for (issuer, shown) in [
            ("http://127.0.0.1:8080", "127.0.0.1:8080"),
            (
                "https://user:secret@auth.example.com/secret?secret",
                "auth.example.com",
            ),
            ("secret", "none that is a URL"),
            ("urn:secret", "none that is a URL"),
        ] {
            assert_eq!(other(issuer).as_deref(), Some(shown));
        }
    }

    #[test]
    fn an_audience_is_a_text_or_a_list() {
        let other = |audience: Json| {
            let claims = claims(&bearer(&json!({ "aud": audience }))).unwrap();
            claims.is_for_another("orders")
        };
        assert!(!other(json!("orders")) && !other(json!(["x", "orders"])));
        assert!(other(json!("x")) && other(json!([])) && other(Json::Null));
    }
}
