//! Parses the service's answers and checks their form.

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use lambda_http::{Body, Response};
use serde_json::Value;
use tests::text;

use crate::simulation::ask::{Ask, Manage};

/// The answer to a request.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<u64>,
    /// The tokens that are left of the quota, as `RateLimit` says.
    pub(crate) left: Option<u64>,
    /// The revision in `ETag`: of one client or its secrets, the client's.
    pub(crate) revision: Option<String>,
    pub(crate) content: Content,
    /// The first error in its form, if any.
    pub(crate) malformed: Option<String>,
}

impl Answer {
    /// No answer, because the instance crashed.
    pub(crate) const NONE: Self = Self {
        status: 0,
        retry_after: None,
        left: None,
        revision: None,
        content: Content::Other,
        malformed: None,
    };
}

/// The parsed content of an answer.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    Token(Claims),
    Client(Shown),
    Clients(Vec<Shown>),
    /// A secret, and the id of the one that it replaced.
    Secret(ShownSecret, Option<String>),
    Secrets(Vec<ShownSecret>),
    /// Content that no check depends on.
    Other,
    /// An error code.
    Error(String),
}

/// The claims of a verified token.
#[derive(Clone, Debug)]
pub(crate) struct Claims {
    pub(crate) client_id: String,
    pub(crate) issued: u64,
    pub(crate) expires: u64,
    pub(crate) jti: String,
    /// The name of its role.
    pub(crate) role: String,
}

/// A client as the management API shows it.
#[derive(Clone, Debug)]
pub(crate) struct Shown {
    pub(crate) id: String,
    pub(crate) secret: Option<String>,
    pub(crate) name: String,
    pub(crate) enabled: bool,
    pub(crate) quota: u64,
    pub(crate) lifetime: u64,
    /// The time at which the day of its last use begins.
    pub(crate) last_used: Option<u64>,
}

/// A client secret as the management API shows it.
#[derive(Clone, Debug)]
pub(crate) struct ShownSecret {
    pub(crate) id: String,
    pub(crate) secret: Option<String>,
    pub(crate) last_four: Option<String>,
    pub(crate) created_at: u64,
    pub(crate) ends: Option<u64>,
    pub(crate) last_used: Option<u64>,
}

/// The issuer and key set for verifying tokens.
pub(crate) struct Verifier {
    pub(crate) issuer: String,
    pub(crate) keys: JwkSet,
}

/// Parses the answer to a request. Also returns the token, if the answer contains one.
pub(crate) fn read(
    ask: &Ask,
    response: Response<Body>,
    verifier: Option<&Verifier>,
) -> (Answer, Option<String>) {
    let (parts, body) = response.into_parts();
    let status = parts.status.as_u16();
    let header = |name: &str| {
        parts
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    let retry_after = header("retry-after").and_then(|seconds| seconds.parse().ok());
    let left = header("ratelimit").and_then(|limit| {
        let (tokens, _) = limit.strip_prefix("\"tokens\";r=")?.split_once(";t=")?;
        tokens.parse().ok()
    });
    // A day follows the revision if the client was used.
    let tag = header("etag").map(|tag| tag.trim_matches('"'));
    let revision = tag.and_then(|tag| tag.split('.').next().map(str::to_owned));
    let json: Option<Value> = serde_json::from_slice(body.as_ref()).ok();
    let mut form = Form::default();
    let media_type = match ask {
        Ask::Manage(..) => "application/vnd.api+json",
        Ask::Token { .. } | Ask::KeySet | Ask::Metadata => "application/json",
    };
    if status == 204 {
        form.need(body.as_ref().is_empty(), "a body in a 204");
    } else {
        form.need(json.is_some(), "not JSON");
        form.need(
            header("content-type") == Some(media_type),
            "wrong media type",
        );
    }
    if status != 200 || !matches!(ask, Ask::KeySet | Ask::Metadata) {
        form.need(header("cache-control") == Some("no-store"), "cacheable");
    }
    let has_retry_after = retry_after.is_some_and(|seconds| seconds > 0);
    form.need(
        has_retry_after == matches!(status, 429 | 503),
        "wrong Retry-After",
    );
    let shows_state = matches!(ask, Ask::Manage(..)) && matches!(status, 200 | 201);
    form.need(revision.is_some() == shows_state, "wrong ETag");
    let json = json.unwrap_or_default();
    let mut token = None;
    let content = match ask {
        Ask::Token { .. } if status == 200 => {
            token = json["access_token"].as_str().map(str::to_owned);
            form.need(json["token_type"] == "Bearer", "wrong token_type");
            let claims = token.as_deref().zip(verifier);
            let claims = claims.and_then(|(token, verifier)| verifier.claims(token));
            match claims {
                Some(claims) => {
                    let left = claims.expires - claims.issued;
                    form.need(json["expires_in"] == left, "wrong expires_in");
                    Content::Token(claims)
                }
                None => {
                    form.need(verifier.is_none(), "an invalid token");
                    Content::Other
                }
            }
        }
        Ask::Token { .. } => {
            form.need(header("pragma") == Some("no-cache"), "wrong Pragma");
            let asks_for_credentials = header("www-authenticate").is_some();
            form.need(
                asks_for_credentials == (status == 401),
                "wrong WWW-Authenticate",
            );
            form.need(
                json["error_description"].is_string(),
                "no error_description",
            );
            form.error(&json["error"])
        }
        Ask::KeySet | Ask::Metadata if status == 200 => Content::Other,
        Ask::KeySet | Ask::Metadata => form.error(&json["error"]),
        Ask::Manage(..) if status == 204 => Content::Other,
        Ask::Manage(..) if status < 300 => match &json["data"] {
            Value::Array(all) if all.iter().all(is_secret) && !all.is_empty() => {
                Content::Secrets(all.iter().map(shown_secret).collect())
            }
            Value::Array(all)
                if all.is_empty() && matches!(ask, Ask::Manage(_, Manage::Secrets(_), _)) =>
            {
                Content::Secrets(Vec::new())
            }
            one if is_secret(one) => {
                let replaced = json["meta"]["replaced"]["id"].as_str().map(str::to_owned);
                Content::Secret(shown_secret(one), replaced)
            }
            Value::Array(all) if all.iter().all(is_client) => {
                Content::Clients(all.iter().map(shown).collect())
            }
            one if is_client(one) => Content::Client(shown(one)),
            other => {
                form.need(!other.is_null(), "no data");
                Content::Other
            }
        },
        Ask::Manage(..) => {
            let error = &json["errors"][0];
            form.need(
                json["errors"].as_array().is_some_and(|all| all.len() == 1),
                "not exactly one error",
            );
            form.need(
                error["status"].as_str() == Some(&status.to_string()),
                "wrong status in the error",
            );
            form.error(&error["code"])
        }
    };
    // By promise 7, every 503 has this code, and no other answer does.
    let is_temporary =
        matches!(&content, Content::Error(code) if code == "temporarily_unavailable");
    form.need(
        is_temporary == (status == 503),
        "503 without temporarily_unavailable, or the reverse",
    );
    let answer = Answer {
        status,
        retry_after,
        left,
        revision,
        content,
        malformed: form.0,
    };
    (answer, token)
}

#[derive(Default)]
struct Form(Option<String>);

impl Form {
    fn need(&mut self, holds: bool, otherwise: &str) {
        if !holds {
            self.0.get_or_insert(otherwise.to_owned());
        }
    }

    fn error(&mut self, code: &Value) -> Content {
        self.need(code.is_string(), "no error code");
        Content::Error(code.as_str().unwrap_or_default().to_owned())
    }
}

fn is_client(resource: &Value) -> bool {
    resource["type"] == "auth/app-clients"
}

fn shown(resource: &Value) -> Shown {
    let attributes = &resource["attributes"];
    Shown {
        id: text(&resource["id"]),
        secret: attributes["clientSecret"].as_str().map(str::to_owned),
        name: text(&attributes["name"]),
        enabled: attributes["status"] == "enabled",
        quota: attributes["tokenQuota"].as_u64().unwrap(),
        lifetime: attributes["accessTokenLifetime"].as_u64().unwrap(),
        last_used: attributes["lastUsedOn"].as_u64(),
    }
}

fn is_secret(resource: &Value) -> bool {
    resource["type"] == "auth/app-client-secrets"
}

fn shown_secret(resource: &Value) -> ShownSecret {
    let attributes = &resource["attributes"];
    let text_or_none = |name: &str| attributes[name].as_str().map(str::to_owned);
    ShownSecret {
        id: text(&resource["id"]),
        secret: text_or_none("clientSecret"),
        last_four: text_or_none("lastFour"),
        created_at: attributes["createdAt"].as_u64().unwrap(),
        ends: attributes["expiresAt"].as_u64(),
        last_used: attributes["lastUsedOn"].as_u64(),
    }
}

impl Content {
    /// The new secret in the answer, with the id of its client if the answer has it.
    pub(crate) fn secret(&self) -> Option<&str> {
        match self {
            Self::Client(shown) => shown.secret.as_deref(),
            Self::Secret(shown, _) => shown.secret.as_deref(),
            _ => None,
        }
    }
}

impl Verifier {
    /// The claims of a token, if a resource server would accept it.
    fn claims(&self, token: &str) -> Option<Claims> {
        let header = decode_header(token).ok()?;
        let key = self.keys.find(header.kid.as_deref()?)?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[&self.issuer]);
        // The library would use the machine's clock.
        validation.validate_exp = false;
        let key = DecodingKey::from_jwk(key).ok()?;
        let claims = decode::<Value>(token, &key, &validation).ok()?.claims;
        let of_the_profile = header.typ.as_deref() == Some("at+jwt")
            && claims["sub"] == claims["client_id"]
            && claims["roles"].as_array()?.len() == 1;
        of_the_profile.then_some(Claims {
            client_id: claims["client_id"].as_str()?.to_owned(),
            issued: claims["iat"].as_u64()?,
            expires: claims["exp"].as_u64()?,
            jti: claims["jti"].as_str()?.to_owned(),
            role: claims["roles"][0].as_str()?.to_owned(),
        })
    }
}
