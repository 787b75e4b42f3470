//! `GET /auth/app-clients` and `GET /auth/app-clients/{id}`: shows the App Clients of the caller's
//! org.

mod list;

use std::sync::Arc;

use lambda_http::{Body, Request, Response};
use shared::fault::within_request_time;
use shared::jsonapi::app_client::AppClientResource;
use shared::jsonapi::{Answer, ApiError, Query, accepts_json_api, answer};
pub use shared::management::Management as App;
use shared::management::path_id;
use shared::model::access_policy::Action;

/// Answers one request.
pub async fn handle(app: Arc<App>, request: Request) -> Response<Body> {
    if path_id(&request).is_some() {
        answer(within_request_time(one(&app, &request)).await)
    } else {
        answer(within_request_time(list::list(&app, &request)).await)
    }
}

async fn one(app: &App, request: &Request) -> Result<Answer<AppClientResource>, ApiError> {
    let caller = app.authorize(request, Action::GetAppClient).await?;
    accepts_json_api(request)?;
    Query::parse(request, &[])?;
    let client = app.client_in_path(request, caller).await?;
    Ok(Answer::Found(AppClientResource::new(&client)))
}
