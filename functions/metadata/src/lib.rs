//! `GET /.well-known/…`: what clients and verifiers have to know of this service.

use std::sync::Arc;

use lambda_http::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use lambda_http::http::{HeaderValue, StatusCode, response};
use lambda_http::{Body, Request, RequestExt as _, Response};
use serde::Serialize;
use shared::clock::Clock;
use shared::environment::{Environment, VariableError};
use shared::fault::{Fault, within_request_time};
use shared::issuer::Issuer;
use shared::log::Verdict;
use shared::response::finished;
use shared::store::Store;
use shared::token::key_set::MAX_AGE;

/// What lives as long as the instance.
#[derive(Debug)]
pub struct App {
    store: Store,
    clock: Clock,
    issuer: Issuer,
}

impl App {
    /// The endpoints in that environment.
    ///
    /// # Errors
    /// When a variable is missing.
    pub fn new(environment: &Environment) -> Result<Self, VariableError> {
        Ok(Self {
            store: Store::new(environment)?,
            clock: environment.clock.clone(),
            issuer: Issuer::new(environment),
        })
    }
}

/// Answers one request.
pub async fn handle(app: Arc<App>, request: Request) -> Response<Body> {
    if request.raw_http_path().ends_with("/jwks.json") {
        match within_request_time(jwks(&app)).await {
            Ok(keys) => keys,
            Err(fault) => unavailable(fault),
        }
    } else {
        json(
            Response::builder().status(StatusCode::OK),
            &AuthorizationServer::new(&app.issuer.of(&request)),
        )
    }
}

/// The key set (RFC 7517 §5).
async fn jwks(app: &App) -> Result<Response<Body>, Fault> {
    let keys = app.store.find_key_set().await?.ok_or(Fault::NoKeySet)?;
    let keys: Vec<_> = keys.published_at(app.clock.now()).collect();
    let document = serde_json::json!({ "keys": keys });
    Ok(json(Response::builder().status(StatusCode::OK), &document))
}

/// The authorization server's metadata (RFC 8414 §2). It lists what works and nothing else.
#[derive(Serialize)]
struct AuthorizationServer {
    issuer: String,
    token_endpoint: String,
    jwks_uri: String,
    response_types_supported: [&'static str; 0],
    grant_types_supported: [&'static str; 1],
    token_endpoint_auth_methods_supported: [&'static str; 2],
}

impl AuthorizationServer {
    fn new(issuer: &str) -> Self {
        Self {
            issuer: issuer.to_owned(),
            token_endpoint: format!("{issuer}/oauth/token"),
            jwks_uri: format!("{issuer}/.well-known/jwks.json"),
            response_types_supported: [],
            grant_types_supported: ["client_credentials"],
            token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
        }
    }
}

fn json(headers: response::Builder, document: &impl Serialize) -> Response<Body> {
    let body = serde_json::to_string(document).unwrap_or_default();
    let headers = headers
        .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
        .header(CACHE_CONTROL, format!("public, max-age={MAX_AGE}"));
    finished(headers, body)
}

fn unavailable(fault: Fault) -> Response<Body> {
    const ERROR: &str = "temporarily_unavailable";
    let headers = Response::builder()
        .status(StatusCode::SERVICE_UNAVAILABLE)
        .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
        .header(CACHE_CONTROL, HeaderValue::from_static("no-store"))
        .header(RETRY_AFTER, HeaderValue::from_static("1"));
    let mut response = finished(headers, format!(r#"{{"error":"{ERROR}"}}"#));
    let verdict = Verdict::Failed {
        error: ERROR,
        fault,
    };
    response.extensions_mut().insert(verdict);
    response
}
