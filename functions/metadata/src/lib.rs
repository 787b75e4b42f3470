//! `GET /.well-known/…` and `GET /openapi.json`: the key set, the metadata of the authorization server,
//! and the description of the API.

use std::sync::{Arc, LazyLock};

use lambda_http::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use lambda_http::http::{HeaderValue, StatusCode};
use lambda_http::{Body, Request, Response};
use serde::Serialize;
use serde_json::Value;
use shared::clock::Clock;
use shared::fault::Fault;
use shared::http::{FaultResponse, Issuer, finished, json_error, route};
use shared::runtime::log::Outcome;
use shared::runtime::{
    Environment, Function, Running, VariableError, is_readable, within_request_time,
};
use shared::signing::{KeySet, MAX_AGE, SigningAlgorithm};
use shared::store::Store;

/// Serves the public metadata.
pub static METADATA: Function = Function {
    name: "metadata",
    routes: || ROUTES.to_vec(),
    start,
};

const JWKS: &str = "GET /.well-known/jwks.json";
const AUTHORIZATION_SERVER: &str = "GET /.well-known/oauth-authorization-server";
/// API Gateway's JWT authorizer reads `jwks_uri` from here.
const OPENID: &str = "GET /.well-known/openid-configuration";
const OPENAPI: &str = "GET /openapi.json";
const ROUTES: [&str; 4] = [JWKS, AUTHORIZATION_SERVER, OPENID, OPENAPI];

/// The description of the API (OpenAPI 3.1), without the spaces of the file. `tests/proofs/openapi`
/// writes the file.
static DESCRIPTION: LazyLock<String> = LazyLock::new(|| {
    let document = serde_json::from_str::<Value>(include_str!("../../../docs/openapi.json"));
    document.unwrap_or_default().to_string()
});

fn start(environment: &Environment) -> Result<Running, VariableError> {
    let metadata = Arc::new(Metadata {
        store: Store::new(environment)?,
        clock: environment.clock.clone(),
        issuer: Issuer::new(environment),
    });
    Ok(Running::Requests(Arc::new(move |request| {
        let metadata = Arc::clone(&metadata);
        Box::pin(async move { answer(&metadata, &request).await })
    })))
}

/// The state of an instance.
struct Metadata {
    store: Store,
    clock: Clock,
    issuer: Issuer,
}

async fn answer(metadata: &Metadata, request: &Request) -> Response<Body> {
    match route(request) {
        Some(_) if !is_readable(request) => unreadable(),
        Some(JWKS) => within_request_time(jwks(metadata))
            .await
            .unwrap_or_else(failed),
        Some(AUTHORIZATION_SERVER) => json(&AuthorizationServer::new(&metadata.issuer.of(request))),
        Some(OPENID) => json(&OpenidConfiguration::new(&metadata.issuer.of(request))),
        Some(OPENAPI) => public(DESCRIPTION.as_str()),
        _ => failed(Fault::UnknownRoute),
    }
}

/// The key set (RFC 7517 §5).
async fn jwks(metadata: &Metadata) -> Result<Response<Body>, Fault> {
    let keys = KeySet::find(&metadata.store)
        .await?
        .ok_or(Fault::NoKeySet)?;
    let keys: Vec<_> = keys.published_at(metadata.clock.now()).collect();
    let document = serde_json::json!({ "keys": keys });
    Ok(json(&document))
}

/// The authorization server's metadata (RFC 8414 §2), with only the supported features.
#[derive(Serialize)]
struct AuthorizationServer {
    issuer: String,
    token_endpoint: String,
    jwks_uri: String,
    /// Required, and never empty (RFC 8414 §3.2). There is no authorization endpoint. Of the
    /// registered values, only `none` is true of that: no code or token comes from one (OAuth 2.0
    /// Multiple Response Type Encoding Practices §4).
    response_types_supported: [&'static str; 1],
    grant_types_supported: [&'static str; 1],
    token_endpoint_auth_methods_supported: [&'static str; 2],
}

impl AuthorizationServer {
    fn new(issuer: &str) -> Self {
        Self {
            issuer: issuer.to_owned(),
            token_endpoint: format!("{issuer}/oauth/token"),
            jwks_uri: format!("{issuer}/.well-known/jwks.json"),
            response_types_supported: ["none"],
            grant_types_supported: ["client_credentials"],
            token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
        }
    }
}

/// The same metadata with what relying parties require to read it (OpenID Connect Discovery §3).
/// Without an authorization endpoint, the service is no OpenID Provider: it issues no ID tokens.
#[derive(Serialize)]
struct OpenidConfiguration {
    #[serde(flatten)]
    server: AuthorizationServer,
    /// A client has the same `sub` for every audience.
    subject_types_supported: [&'static str; 1],
    /// The algorithms that can sign tokens, whichever the deployment has chosen: after a change of
    /// the parameter, the key set has keys of both. RS256 must be among them.
    id_token_signing_alg_values_supported: [SigningAlgorithm; 3],
}

impl OpenidConfiguration {
    fn new(issuer: &str) -> Self {
        Self {
            server: AuthorizationServer::new(issuer),
            subject_types_supported: ["public"],
            id_token_signing_alg_values_supported: SigningAlgorithm::ALL,
        }
    }
}

fn json(document: &impl Serialize) -> Response<Body> {
    public(serde_json::to_string(document).unwrap_or_default())
}

/// A JSON document that caches may share.
fn public(body: impl Into<Body>) -> Response<Body> {
    let headers = Response::builder()
        .status(StatusCode::OK)
        .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
        .header(CACHE_CONTROL, format!("public, max-age={MAX_AGE}"));
    finished(headers, body)
}

fn unreadable() -> Response<Body> {
    let error = "invalid_request";
    let headers = Response::builder().status(StatusCode::BAD_REQUEST);
    let description = "The request contains invalid characters.";
    json_error(headers, error, description, Outcome::Refused { error })
}

fn failed(fault: Fault) -> Response<Body> {
    let entry = FaultResponse::of(&fault);
    let error = entry.code;
    let outcome = Outcome::Failed { error, fault };
    json_error(entry.response(), error, entry.detail, outcome)
}
