//! `POST /auth/app-clients/{id}/rotate-secret`: gives a client a new secret and makes the old one
//! useless.

use std::sync::Arc;

use lambda_http::{Body, Request, Response};
use shared::fault::{Fault, within_request_time};
use shared::jsonapi::app_client::AppClientResource;
use shared::jsonapi::{Answer, ApiError, Query, accepts_json_api, answer};
pub use shared::management::Management as App;
use shared::model::access_policy::Action;
use shared::model::{AppClient, ClientSecret};

/// Answers one request.
pub async fn handle(app: Arc<App>, request: Request) -> Response<Body> {
    answer(within_request_time(rotate(&app, &request)).await)
}

async fn rotate(app: &App, request: &Request) -> Result<Answer<AppClientResource>, ApiError> {
    let caller = app
        .authorize(request, Action::RotateAppClientSecret)
        .await?;
    accepts_json_api(request)?;
    Query::parse(request, &[])?;
    let found = app.client_in_path(request, caller).await?;
    let secret = ClientSecret::generate(&app.randomness).map_err(Fault::from)?;
    let rotated = app
        .change_client(found, |client| {
            Ok(AppClient {
                secret: secret.hash(),
                ..client
            })
        })
        .await?;
    Ok(Answer::Found(AppClientResource::with_secret(
        &rotated, &secret,
    )))
}
