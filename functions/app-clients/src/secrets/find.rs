//! `GET /auth/app-clients/{id}/secrets/{secretId}`: returns a live secret of an App Client.

use shared::app_clients::AppClients;
use shared::http::jsonapi::{Answer, ApiError, AuthorizedRequest, Verb, Work};
use shared::model::{Action, ClientId, SecretId};

use super::ShownSecret;

pub(crate) const VERB: Verb<AppClients> = Verb {
    route: "GET /auth/app-clients/{id}/secrets/{secretId}",
    action: Action::GET_CLIENT,
    parameters: &[],
    work: Work::Read(|clients, call| Box::pin(find(clients, call))),
};

async fn find(clients: &AppClients, call: AuthorizedRequest<'_>) -> Result<Answer, ApiError> {
    let id = call.id(ClientId::from_id)?;
    let secret = call.id_in("secretId", SecretId::from_id)?;
    let found = clients.find_secret(&call.caller, id, secret).await?;
    Ok(Answer::one(&ShownSecret::from(&found)))
}
