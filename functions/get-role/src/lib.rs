//! `GET /auth/roles` and `GET /auth/roles/{id}`: shows the roles that App Clients can have.

mod resource;

use std::sync::Arc;

use lambda_http::{Body, Request, Response};
use shared::fault::within_request_time;
use shared::jsonapi::{Answer, ApiError, Query, accepts_json_api, answer};
pub use shared::management::Management as App;
use shared::management::{not_found, path_id};
use shared::model::RoleId;
use shared::model::access_policy::Action;

use crate::resource::{RoleResource, Shown};

const NAME: &str = "filter[name]";

/// Answers one request.
pub async fn handle(app: Arc<App>, request: Request) -> Response<Body> {
    match path_id(&request) {
        Some(id) => answer(within_request_time(one(&app, &request, id)).await),
        None => answer(within_request_time(list(&app, &request)).await),
    }
}

async fn one(app: &App, request: &Request, id: &str) -> Result<Answer<Shown>, ApiError> {
    app.authorize(request, Action::GetRole).await?;
    accepts_json_api(request)?;
    Query::parse(request, &[])?;
    let id = RoleId::from_id(id).ok_or_else(not_found)?;
    let role = app.store.find_role(id).await?.ok_or_else(not_found)?;
    Ok(Answer::Found(Shown::One(Some(RoleResource::new(&role)))))
}

/// JSON:API answers a filter with a collection. A name is unique among the roles that an org sees,
/// and the API that this one stands in for answers it with that one role: so does this.
async fn list(app: &App, request: &Request) -> Result<Answer<Shown>, ApiError> {
    app.authorize(request, Action::ListRoles).await?;
    accepts_json_api(request)?;
    let query = Query::parse(request, &[NAME])?;
    let roles = app.store.list_roles().await?;
    Ok(Answer::Found(match query.get(NAME) {
        None => Shown::All(roles.iter().map(RoleResource::new).collect()),
        Some(name) => {
            let named = roles.iter().find(|role| role.name == name);
            Shown::One(named.map(RoleResource::new))
        }
    }))
}
