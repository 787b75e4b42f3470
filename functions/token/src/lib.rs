//! `POST /oauth/token`: exchanges a client's credentials for an access token (RFC 6749 §4.4).

mod clients;
mod count;
mod grant;
mod issue;

use std::sync::Arc;

use lambda_http::{Body, Request, Response};
use shared::clock::Clock;
use shared::fault::Fault;
use shared::http::Issuer;
use shared::http::oauth::{self, TokenError, TokenRequest, TokenResponse};
use shared::model::Timestamp;
use shared::random::Randomness;
use shared::runtime::log::Notebook;
use shared::runtime::{Environment, Function, Running, VariableError, within_request_time};
use shared::signing::SigningKeys;

use crate::clients::Clients;
use crate::count::Issuance;
use crate::issue::issue;

/// Issues tokens.
pub static TOKEN: Function = Function {
    name: "token",
    routes: || vec!["POST /oauth/token"],
    start,
};

fn start(environment: &Environment) -> Result<Running, VariableError> {
    let endpoint = Arc::new(TokenEndpoint {
        clock: environment.clock.clone(),
        randomness: environment.randomness.clone(),
        issuer: Issuer::new(environment),
        keys: SigningKeys::new(environment)?,
        clients: Clients::new(environment)?,
    });
    Ok(Running::Requests(Arc::new(move |request| {
        let endpoint = Arc::clone(&endpoint);
        Box::pin(async move { endpoint.answer(&request).await })
    })))
}

/// The state of an instance.
struct TokenEndpoint {
    clock: Clock,
    randomness: Randomness,
    issuer: Issuer,
    keys: SigningKeys,
    clients: Clients,
}

impl TokenEndpoint {
    async fn answer(&self, request: &Request) -> Response<Body> {
        let now = self.clock.now();
        match within_request_time(self.token(request, now)).await {
            Ok(token) => oauth::answer(&token),
            Err(error) => error.into_response(),
        }
    }

    /// The steps: parse; find the client; authenticate, decide and count on one state of the client;
    /// sign.
    async fn token(&self, request: &Request, now: Timestamp) -> Result<TokenResponse, TokenError> {
        let notebook = Notebook::of(request);
        let issuer = self.issuer.of(request);
        let audience = self.issuer.default_audience(request);
        let token_request = TokenRequest::parse(request)?;
        let client = token_request.credentials.client;
        notebook.note(|notes| notes.client = Some(client));
        let jti = self.randomness.uuid().map_err(Fault::from)?;
        let issuance = Issuance {
            clients: &self.clients,
            keys: &self.keys,
            request: &token_request,
            default_audience: &audience,
            notebook: &notebook,
            now,
        };
        let mut attempts = self.clients.attempts();
        // In parallel, so that reading the keys adds no time to a cold start.
        let first = self.clients.first(client, &mut attempts);
        let (step, ()) = tokio::join!(first, issuance.prefetch_keys());
        let counted = issuance.count(step?, attempts).await?;
        let (org, kid) = (counted.org(), counted.kid());
        let token = issue(counted, &issuer, jti, now)?;
        notebook.note(|notes| {
            notes.org = Some(org);
            notes.jti = Some(jti);
            notes.kid = Some(kid);
        });
        Ok(token)
    }
}
