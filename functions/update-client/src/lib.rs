//! `PATCH /auth/app-clients/{id}`: changes what the document names and nothing else.

use std::sync::Arc;

use lambda_http::{Body, Request, Response};
use shared::fault::within_request_time;
use shared::jsonapi::app_client::{self, AppClientAttributes, AppClientResource};
use shared::jsonapi::{
    Answer, ApiError, Attributes, Identity, Query, ResourceObject, accepts_json_api, answer,
};
pub use shared::management::Management as App;
use shared::model::access_policy::Action;
use shared::model::{AppClient, RoleGrant};

/// Answers one request.
pub async fn handle(app: Arc<App>, request: Request) -> Response<Body> {
    answer(within_request_time(update(&app, &request)).await)
}

async fn update(app: &App, request: &Request) -> Result<Answer<AppClientResource>, ApiError> {
    let caller = app.authorize(request, Action::UpdateAppClient).await?;
    accepts_json_api(request)?;
    Query::parse(request, &[])?;
    let found = app.client_in_path(request, caller).await?;
    let identity = found.id.to_string();
    let identity = Identity::Existing(&identity);
    let ResourceObject {
        attributes,
        mut relationships,
    } = ResourceObject::parse(request, app_client::TYPE, identity)?;
    let role = app_client::take_role(&mut relationships)?;
    relationships.finish()?;
    let role = match role {
        None => None,
        Some(role) => {
            let role = app.store.find_role(role).await?;
            Some(role.ok_or_else(app_client::no_such_role)?.grant())
        }
    };
    let change = |client| changed(client, attributes.clone(), role.clone());
    let client = app.change_client(found, change).await?;
    Ok(Answer::Found(AppClientResource::new(&client)))
}

/// The client as the document wants it.
fn changed(
    client: AppClient,
    mut attributes: Attributes,
    role: Option<RoleGrant>,
) -> Result<AppClient, ApiError> {
    let chosen = AppClientAttributes::take(&mut attributes);
    for (name, value) in AppClientResource::new(&client).unchangeable() {
        attributes.unchanged(name, &value);
    }
    attributes.finish()?;
    Ok(AppClient {
        name: chosen.name.unwrap_or(client.name),
        description: chosen.description.unwrap_or(client.description),
        status: chosen.status.unwrap_or(client.status),
        access_token_lifetime: chosen
            .access_token_lifetime
            .unwrap_or(client.access_token_lifetime),
        token_quota: chosen.token_quota.unwrap_or(client.token_quota),
        roles: role.map_or(client.roles, |role| vec![role]),
        ..client
    })
}
