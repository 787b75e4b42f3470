//! `POST /oauth/token`: its responses and each of its errors (RFC 6749 §3.2, §4.4, §5).
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failing test panics"
)]

mod answers;
mod authorization_header;
mod bodies;
mod client_authentication;
mod events;
mod faults;
mod framing;
#[cfg(not(feature = "deployed"))]
mod gate;
mod hostile;
#[cfg(not(feature = "deployed"))]
mod keys;
mod methods;
mod parameters;
mod quota;
mod scopes;
#[cfg(not(feature = "deployed"))]
mod secret_uses;
#[cfg(not(feature = "deployed"))]
mod secrets;
mod targets;
mod verification;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Body, Response};
use serde_json::{Value, json};
use tests::{Credentials, Service, oauth_error, text};

const PATH: &str = "/oauth/token";
const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

/// A token request as a form that contains the credentials. A test can append parameters.
fn form_of(credentials: &Credentials) -> String {
    let Credentials { id, secret } = credentials;
    format!("grant_type=client_credentials&client_id={id}&client_secret={secret}")
}

/// The same request as JSON.
fn json_of(credentials: &Credentials) -> Value {
    json!({
        "grant_type": "client_credentials",
        "client_id": credentials.id,
        "client_secret": credentials.secret,
    })
}

/// An `Authorization` header (RFC 7617) with this id and secret.
fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

/// Posts a body of this content type.
async fn post(service: &Service, content_type: &str, body: impl Into<Body>) -> Response {
    let request = service.request("POST", PATH);
    let request = request.header("content-type", content_type);
    request.body(body.into()).send().await.unwrap()
}

/// Posts a form with this `Authorization` header.
async fn post_with(service: &Service, authorization: &str, form: &str) -> Response {
    let request = service.request("POST", PATH).header("content-type", FORM);
    let request = request.header("authorization", authorization);
    request.body(form.to_owned()).send().await.unwrap()
}

/// Asserts that a token was issued, and returns it.
async fn issued(response: Response) -> String {
    assert_eq!(response.status(), 200);
    text(&tests::body(response).await["access_token"])
}

/// Asserts that the response is this error and well-formed. A 401 names the scheme (RFC 6749 §5.2).
async fn refused(response: Response, status: u16, error: &str) {
    let challenge = response.headers().get("www-authenticate").cloned();
    let found = response.status().as_u16();
    assert_eq!(
        (found, oauth_error(response).await.as_str()),
        (status, error)
    );
    match challenge {
        Some(challenge) => {
            assert_eq!(status, 401);
            let challenge = challenge.to_str().unwrap();
            assert!(challenge.starts_with("Basic realm=\""), "{challenge}");
        }
        None => assert_ne!(status, 401),
    }
}

/// Asserts that the response is an error with this description.
async fn described(response: Response, status: u16, description: &str) {
    assert_eq!(response.status(), status, "{description}");
    let document = tests::body(response).await;
    assert_eq!(document["error_description"], description);
}
