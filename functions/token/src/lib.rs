//! `POST /oauth/token`: exchanges a client's credentials for an access token (RFC 6749 §4.4).

mod gate;
mod grant;
mod issue;

use std::sync::Arc;

use lambda_http::{Body, Request, Response};
use shared::clock::Clock;
use shared::environment::{Environment, VariableError};
use shared::fault::{Fault, within_request_time};
use shared::issuer::Issuer;
use shared::keys::SigningKeys;
use shared::log::note;
use shared::model::Timestamp;
use shared::oauth::{self, TokenError, TokenRequest, TokenResponse};
use shared::random::Randomness;

use crate::issue::issue;

/// What lives as long as the instance.
#[derive(Debug)]
pub struct App {
    clock: Clock,
    randomness: Randomness,
    issuer: Issuer,
    keys: SigningKeys,
    gate: gate::Gate,
}

impl App {
    /// The endpoint in that environment.
    ///
    /// # Errors
    /// When a variable is missing.
    pub fn new(environment: &Environment) -> Result<Self, VariableError> {
        Ok(Self {
            clock: environment.clock.clone(),
            randomness: environment.randomness.clone(),
            issuer: Issuer::new(environment),
            keys: SigningKeys::new(environment)?,
            gate: gate::Gate::new(environment)?,
        })
    }
}

/// Answers one request.
pub async fn handle(app: Arc<App>, request: Request) -> Response<Body> {
    let now = app.clock.now();
    let result = within_request_time(token(&app, &request, now)).await;
    let age = app.keys.age_when_read_at(now);
    note(&request, |notes| notes.signing_key_age = age);
    match result {
        Ok(token) => oauth::answer(&token),
        Err(error) => error.into_response(),
    }
}

/// Parse, then pass the gate (which authenticates and decides the grant on a state of the client
/// that is true at the moment of the count), then sign.
async fn token(app: &App, request: &Request, now: Timestamp) -> Result<TokenResponse, TokenError> {
    let (issuer, audience) = (app.issuer.of(request), app.issuer.default_audience(request));
    let wanted = TokenRequest::parse(request)?;
    let client = wanted.credentials.client;
    note(request, |notes| notes.client = Some(client));
    let jti = app.randomness.uuid().map_err(Fault::from)?;
    // Without a key there is nothing to count for.
    let (attempt, ()) = tokio::try_join!(app.gate.approach(client), app.keys.ready(now))?;
    let passage = app.gate.pass(attempt, &wanted, &audience, &app.keys, now);
    let counted = passage.await?;
    note(request, |notes| notes.org = Some(counted.org()));
    Ok(issue(counted, &issuer, jti, now)?)
}
