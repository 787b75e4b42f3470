//! What the service answered, and whether it is well-formed.

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use lambda_http::{Body, Response};
use serde_json::Value;
use tests::text;

use crate::simulation::ask::Ask;

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<u64>,
    pub(crate) said: Said,
    /// What is wrong with its form.
    pub(crate) malformed: Option<String>,
}

/// What an answer says.
#[derive(Clone, Debug)]
pub(crate) enum Said {
    Token(Claims),
    Client(Shown),
    Clients(Vec<Shown>),
    /// Something that no check depends on.
    Else,
    /// An error, by its code.
    Error(String),
}

/// What a token says; its signature was checked.
#[derive(Clone, Debug)]
pub(crate) struct Claims {
    pub(crate) client_id: String,
    pub(crate) issued: u64,
    pub(crate) expires: u64,
    pub(crate) jti: String,
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
}

/// What tokens are verified with.
pub(crate) struct Verifier {
    pub(crate) issuer: String,
    pub(crate) keys: JwkSet,
}

/// Reads an answer to that question; and the token itself, when it holds one.
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
    let json: Option<Value> = serde_json::from_slice(body.as_ref()).ok();
    let mut form = Form::default();
    let media_type = match ask {
        Ask::Manage(..) => "application/vnd.api+json",
        Ask::Token { .. } | Ask::KeySet | Ask::Metadata => "application/json",
    };
    if status == 204 {
        form.need(body.as_ref().is_empty(), "204 with a body");
    } else {
        form.need(json.is_some(), "no JSON");
        form.need(header("content-type") == Some(media_type), "media type");
    }
    if status != 200 || !matches!(ask, Ask::KeySet | Ask::Metadata) {
        form.need(header("cache-control") == Some("no-store"), "may be cached");
    }
    let has_retry_after = retry_after.is_some_and(|seconds| seconds > 0);
    form.need(
        has_retry_after == matches!(status, 429 | 503),
        "Retry-After",
    );
    let json = json.unwrap_or_default();
    let mut token = None;
    let said = match ask {
        Ask::Token { .. } if status == 200 => {
            token = json["access_token"].as_str().map(str::to_owned);
            form.need(json["token_type"] == "Bearer", "token_type");
            let claims = token.as_deref().zip(verifier);
            let claims = claims.and_then(|(token, verifier)| verifier.claims(token));
            match claims {
                Some(claims) => {
                    let left = claims.expires - claims.issued;
                    form.need(json["expires_in"] == left, "expires_in");
                    Said::Token(claims)
                }
                None => {
                    form.need(verifier.is_none(), "a token that does not verify");
                    Said::Else
                }
            }
        }
        Ask::Token { .. } => {
            form.need(header("pragma") == Some("no-cache"), "pragma");
            let asks_for_credentials = header("www-authenticate").is_some();
            form.need(asks_for_credentials == (status == 401), "WWW-Authenticate");
            form.need(json["error_description"].is_string(), "error_description");
            form.error(&json["error"])
        }
        Ask::KeySet | Ask::Metadata if status == 200 => Said::Else,
        Ask::KeySet | Ask::Metadata => form.error(&json["error"]),
        Ask::Manage(..) if status == 204 => Said::Else,
        Ask::Manage(..) if status < 300 => match &json["data"] {
            Value::Array(all) if all.iter().all(is_client) => {
                Said::Clients(all.iter().map(shown).collect())
            }
            one if is_client(one) => Said::Client(shown(one)),
            other => {
                form.need(!other.is_null(), "no data");
                Said::Else
            }
        },
        Ask::Manage(..) => {
            let error = &json["errors"][0];
            form.need(
                json["errors"].as_array().is_some_and(|all| all.len() == 1),
                "errors",
            );
            form.need(
                error["status"].as_str() == Some(&status.to_string()),
                "an error's status",
            );
            form.error(&error["code"])
        }
    };
    // Promise 7's word for it, everywhere.
    let is_temporary = matches!(&said, Said::Error(code) if code == "temporarily_unavailable");
    form.need(is_temporary == (status == 503), "another code for 503");
    let answer = Answer {
        status,
        retry_after,
        said,
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

    fn error(&mut self, code: &Value) -> Said {
        self.need(code.is_string(), "no error code");
        Said::Error(code.as_str().unwrap_or_default().to_owned())
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
    }
}

impl Verifier {
    /// What a token says, when a resource server would believe it.
    fn claims(&self, token: &str) -> Option<Claims> {
        let header = decode_header(token).ok()?;
        let key = self.keys.find(header.kid.as_deref()?)?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[&self.issuer]);
        // The library would look at the machine's clock.
        validation.validate_exp = false;
        let key = DecodingKey::from_jwk(key).ok()?;
        let claims = decode::<Value>(token, &key, &validation).ok()?.claims;
        let of_the_profile = header.typ.as_deref() == Some("at+jwt")
            && claims["sub"] == claims["client_id"]
            && claims["roles"] == serde_json::json!(["Builder Admin"]);
        of_the_profile.then_some(Claims {
            client_id: claims["client_id"].as_str()?.to_owned(),
            issued: claims["iat"].as_u64()?,
            expires: claims["exp"].as_u64()?,
            jti: claims["jti"].as_str()?.to_owned(),
        })
    }
}
