//! `DELETE /auth/app-clients/{id}`: deletes an App Client; no token is issued to it any more.

use std::sync::Arc;

use lambda_http::{Body, Request, Response};
use shared::fault::within_request_time;
use shared::jsonapi::{Answer, ApiError, Query, accepts_json_api, answer};
pub use shared::management::Management as App;
use shared::management::not_found;
use shared::model::access_policy::Action;
use shared::store::Change;

/// Answers one request.
pub async fn handle(app: Arc<App>, request: Request) -> Response<Body> {
    answer(within_request_time(delete(&app, &request)).await)
}

async fn delete(app: &App, request: &Request) -> Result<Answer<()>, ApiError> {
    let caller = app.authorize(request, Action::DeleteAppClient).await?;
    accepts_json_api(request)?;
    Query::parse(request, &[])?;
    let client = app.client_in_path(request, caller).await?;
    match app.store.delete_client(client.id).await? {
        Change::Made => Ok(Answer::Gone),
        Change::Overtaken => Err(not_found()),
    }
}
