//! `GET /auth/app-clients/{id}/secrets`: lists the live secrets of an App Client, oldest first.

use shared::app_clients::AppClients;
use shared::http::jsonapi::{Answer, ApiError, AuthorizedRequest, Verb, Work};
use shared::model::{Action, ClientId};

use super::ShownSecret;

pub(crate) const VERB: Verb<AppClients> = Verb {
    route: "GET /auth/app-clients/{id}/secrets",
    action: Action::GET_CLIENT,
    parameters: &[],
    work: Work::Read(|clients, call| Box::pin(list(clients, call))),
};

async fn list(clients: &AppClients, call: AuthorizedRequest<'_>) -> Result<Answer, ApiError> {
    let id = call.id(ClientId::from_id)?;
    let listed = clients.list_secrets(&call.caller, id).await?;
    let state = listed
        .last_uses
        .state_of_secrets(listed.client.revision, &listed.secrets);
    Ok(Answer::all_of(&ShownSecret::all(listed), state))
}
