//! `GET /auth/app-clients/{id}`: returns an App Client.

use shared::app_clients::AppClients;
use shared::http::jsonapi::{Answer, ApiError, AuthorizedRequest, Verb, Work};
use shared::model::{Action, ClientId};

use crate::resource::ShownClient;

pub(crate) const VERB: Verb<AppClients> = Verb {
    route: "GET /auth/app-clients/{id}",
    action: Action::GetAppClient,
    parameters: &[],
    work: Work::Read(|clients, call| Box::pin(find(clients, call))),
};

async fn find(clients: &AppClients, call: AuthorizedRequest<'_>) -> Result<Answer, ApiError> {
    let found = clients.find(&call.caller, call.id(ClientId::from_id)?);
    Ok(Answer::one(&ShownClient::from(found.await?)))
}
