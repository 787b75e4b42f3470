//! The requests of clients and administrators, and their HTTP form.

use std::collections::HashMap;
use std::fmt;

use lambda_http::aws_lambda_events::apigw::ApiGatewayV2httpRequestContext;
use lambda_http::http::Request as HttpRequest;
use lambda_http::request::RequestContext;
use lambda_http::{Body, Request, RequestExt as _};
use serde_json::{Value, json};
use tests::new_client;

const CLIENTS: &str = "/auth/app-clients";
const SECRETS: &str = "auth/app-client-secrets";

/// A request.
#[derive(Clone, Debug)]
pub(crate) enum Ask {
    Token { client: String, secret: String },
    Manage(Bearer, Manage, Terms),
    KeySet,
    Metadata,
}

/// A request to the management API. Clients are identified by their `id`.
#[derive(Clone, Debug)]
pub(crate) enum Manage {
    Create(Attributes, String),
    Get(String),
    List,
    Patch(String, Attributes),
    /// Gives the client a role.
    Give(String, String),
    /// Sets every attribute and the role.
    Put(String, Attributes, String),
    Rotate(String, Rotating),
    Secrets(String),
    /// Adds a secret, with an end or without. Ends are in epoch seconds.
    AddSecret(String, Option<u64>),
    /// Gives a secret, by its id, another end.
    EndSecret(String, String, Option<u64>),
    RemoveSecret(String, String),
    Delete(String),
    Roles,
    Role(String),
}

/// The client attributes in a document.
#[derive(Clone, Debug, Default)]
pub(crate) struct Attributes {
    pub(crate) name: Option<String>,
    pub(crate) quota: Option<u64>,
    pub(crate) enabled: Option<bool>,
    pub(crate) lifetime: Option<u64>,
}

/// How a secret is rotated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rotating {
    /// In seconds.
    pub(crate) overlap: Option<u64>,
    /// The end of the new secret, if the request sets one.
    pub(crate) ends: Option<Option<u64>>,
}

/// The headers of a management request that make its change conditional.
#[derive(Clone, Debug, Default)]
pub(crate) struct Terms {
    /// The revision in `If-Match`.
    pub(crate) expected: Option<String>,
    /// The `Idempotency-Key`.
    pub(crate) key: Option<String>,
}

/// An access token, with its owner and expiry.
#[derive(Clone)]
pub(crate) struct Bearer {
    pub(crate) token: String,
    /// The client that the token was issued to.
    pub(crate) owner: String,
    /// Its expiry, in epoch seconds.
    pub(crate) expires: u64,
}

/// Omits the token, because its signature differs in every run.
impl fmt::Debug for Bearer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} until {}", self.owner, self.expires)
    }
}

impl Ask {
    /// The binary of the function that handles it.
    pub(crate) fn function(&self) -> &'static str {
        match self {
            Self::Token { .. } => "token",
            Self::KeySet | Self::Metadata => "metadata",
            Self::Manage(_, manage, _) => match manage {
                Manage::Create(..) => "create-client",
                Manage::Get(_) | Manage::List | Manage::Secrets(_) => "get-client",
                Manage::Patch(..) | Manage::Give(..) | Manage::Put(..) => "update-client",
                Manage::Rotate(..)
                | Manage::AddSecret(..)
                | Manage::EndSecret(..)
                | Manage::RemoveSecret(..) => "rotate-secret",
                Manage::Delete(_) => "delete-client",
                Manage::Roles | Manage::Role(_) => "get-role",
            },
        }
    }

    /// The client that it concerns.
    pub(crate) fn client(&self) -> Option<&str> {
        match self {
            Self::Token { client, .. } => Some(client),
            Self::Manage(_, manage, _) => manage.client(),
            Self::KeySet | Self::Metadata => None,
        }
    }

    /// Its route key.
    fn route(&self) -> String {
        match self {
            Self::Token { .. } => "POST /oauth/token".to_owned(),
            Self::KeySet => "GET /.well-known/jwks.json".to_owned(),
            Self::Metadata => "GET /.well-known/oauth-authorization-server".to_owned(),
            Self::Manage(_, manage, _) => match manage {
                Manage::Create(..) => format!("POST {CLIENTS}"),
                Manage::Get(_) => format!("GET {CLIENTS}/{{id}}"),
                Manage::List => format!("GET {CLIENTS}"),
                Manage::Patch(..) | Manage::Give(..) => format!("PATCH {CLIENTS}/{{id}}"),
                Manage::Put(..) => format!("PUT {CLIENTS}/{{id}}"),
                Manage::Rotate(..) => format!("POST {CLIENTS}/{{id}}/rotate-secret"),
                Manage::Secrets(_) => format!("GET {CLIENTS}/{{id}}/secrets"),
                Manage::AddSecret(..) => format!("POST {CLIENTS}/{{id}}/secrets"),
                Manage::EndSecret(..) => format!("PATCH {CLIENTS}/{{id}}/secrets/{{secretId}}"),
                Manage::RemoveSecret(..) => {
                    format!("DELETE {CLIENTS}/{{id}}/secrets/{{secretId}}")
                }
                Manage::Delete(_) => format!("DELETE {CLIENTS}/{{id}}"),
                Manage::Roles => "GET /auth/roles".to_owned(),
                Manage::Role(_) => "GET /auth/roles/{id}".to_owned(),
            },
        }
    }

    /// The request as the function receives it.
    pub(crate) fn request(&self) -> Request {
        let mut context = ApiGatewayV2httpRequestContext::default();
        context.route_key = Some(self.route());
        let context = RequestContext::ApiGatewayV2(context);
        self.bare_request().with_request_context(context)
    }

    fn bare_request(&self) -> Request {
        match self {
            Self::Token { client, secret } => {
                let client = client.replace('-', "");
                let form = format!(
                    "grant_type=client_credentials&client_id={client}&client_secret={secret}"
                );
                HttpRequest::post("/oauth/token")
                    .header("content-type", "application/x-www-form-urlencoded")
                    .body(Body::from(form))
                    .unwrap()
                    .with_raw_http_path("/oauth/token")
            }
            Self::Manage(bearer, manage, terms) => manage.request(&bearer.token, terms),
            Self::KeySet => get("/.well-known/jwks.json"),
            Self::Metadata => get("/.well-known/oauth-authorization-server"),
        }
    }
}

fn get(path: &str) -> Request {
    let request = HttpRequest::get(path).body(Body::Empty).unwrap();
    request.with_raw_http_path(path)
}

impl Manage {
    fn client(&self) -> Option<&str> {
        match self {
            Self::Get(id)
            | Self::Patch(id, _)
            | Self::Give(id, _)
            | Self::Put(id, ..)
            | Self::Rotate(id, _)
            | Self::Secrets(id)
            | Self::AddSecret(id, _)
            | Self::EndSecret(id, ..)
            | Self::RemoveSecret(id, _)
            | Self::Delete(id) => Some(id),
            Self::Create(..) | Self::List | Self::Roles | Self::Role(_) => None,
        }
    }

    /// Whether it changes a client or creates one.
    pub(crate) const fn is_change(&self) -> bool {
        !matches!(
            self,
            Self::Get(_) | Self::List | Self::Secrets(_) | Self::Roles | Self::Role(_)
        )
    }

    /// Whether its answer contains a new secret.
    pub(crate) const fn returns_secret(&self) -> bool {
        matches!(
            self,
            Self::Create(..) | Self::Rotate(..) | Self::AddSecret(..)
        )
    }

    fn request(&self, token: &str, terms: &Terms) -> Request {
        let (method, path, document) = match self {
            Self::Create(attributes, role) => {
                let document = new_client(role, attributes.document());
                ("POST", CLIENTS.to_owned(), Some(document))
            }
            Self::Get(id) => ("GET", format!("{CLIENTS}/{id}"), None),
            Self::List => ("GET", format!("{CLIENTS}?page[size]=100"), None),
            Self::Patch(id, attributes) => {
                let document = json!({
                    "data": { "type": "auth/app-clients", "id": id, "attributes": attributes.document() }
                });
                ("PATCH", format!("{CLIENTS}/{id}"), Some(document))
            }
            Self::Give(id, role) => {
                let role = json!({ "data": { "type": "auth/roles", "id": role } });
                let document = json!({ "data": {
                    "type": "auth/app-clients", "id": id, "relationships": { "auth/roles": role }
                } });
                ("PATCH", format!("{CLIENTS}/{id}"), Some(document))
            }
            Self::Put(id, attributes, role) => {
                let mut document = new_client(role, attributes.document());
                document["data"]["id"] = id.as_str().into();
                ("PUT", format!("{CLIENTS}/{id}"), Some(document))
            }
            Self::Rotate(id, rotating) => {
                let document = rotating.document(id);
                ("POST", format!("{CLIENTS}/{id}/rotate-secret"), document)
            }
            Self::Secrets(id) => ("GET", format!("{CLIENTS}/{id}/secrets"), None),
            Self::AddSecret(id, ends) => {
                let document = json!({
                    "data": { "type": SECRETS, "attributes": { "expiresAt": ends } }
                });
                ("POST", format!("{CLIENTS}/{id}/secrets"), Some(document))
            }
            Self::EndSecret(id, secret, ends) => {
                let document = json!({
                    "data": { "type": SECRETS, "id": secret, "attributes": { "expiresAt": ends } }
                });
                let path = format!("{CLIENTS}/{id}/secrets/{secret}");
                ("PATCH", path, Some(document))
            }
            Self::RemoveSecret(id, secret) => {
                ("DELETE", format!("{CLIENTS}/{id}/secrets/{secret}"), None)
            }
            Self::Delete(id) => ("DELETE", format!("{CLIENTS}/{id}"), None),
            Self::Roles => ("GET", "/auth/roles".to_owned(), None),
            Self::Role(id) => ("GET", format!("/auth/roles/{id}"), None),
        };
        let id = match self {
            Self::Role(id) => Some(id.as_str()),
            _ => self.client(),
        };
        let mut request = HttpRequest::builder()
            .method(method)
            .uri(&path)
            .header("authorization", format!("Bearer {token}"));
        if let Some(revision) = &terms.expected {
            request = request.header("if-match", format!("\"{revision}\""));
        }
        if let Some(key) = &terms.key {
            request = request.header("idempotency-key", key);
        }
        let mut body = Body::Empty;
        if let Some(document) = document {
            request = request.header("content-type", "application/vnd.api+json");
            body = Body::from(document.to_string());
        }
        let secret = match self {
            Self::EndSecret(_, secret, _) | Self::RemoveSecret(_, secret) => Some(secret.as_str()),
            _ => None,
        };
        let parameters: HashMap<_, _> = [("id", id), ("secretId", secret)]
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())))
            .collect();
        let request = request.body(body).unwrap().with_raw_http_path(path);
        request.with_path_parameters(parameters)
    }
}

impl Rotating {
    fn document(self, id: &str) -> Option<Value> {
        if self == Self::default() {
            return None;
        }
        let mut attributes = serde_json::Map::new();
        if let Some(overlap) = self.overlap {
            attributes.insert("overlapSeconds".to_owned(), overlap.into());
        }
        if let Some(ends) = self.ends {
            attributes.insert("expiresAt".to_owned(), ends.into());
        }
        let data = json!({ "type": "auth/app-clients", "id": id, "attributes": attributes });
        Some(json!({ "data": data }))
    }
}

impl Attributes {
    fn document(&self) -> Value {
        let mut document = serde_json::Map::new();
        let mut set = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                document.insert(name.to_owned(), value);
            }
        };
        set("name", self.name.clone().map(Value::from));
        set("tokenQuota", self.quota.map(Value::from));
        set("accessTokenLifetime", self.lifetime.map(Value::from));
        let status = |enabled| if enabled { "enabled" } else { "disabled" };
        set("status", self.enabled.map(|enabled| status(enabled).into()));
        Value::Object(document)
    }
}
