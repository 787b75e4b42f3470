//! `GET /auth/app-clients/{id}`: returns an App Client. `GET /auth/app-clients/me`: returns the
//! caller's own.

use shared::app_clients::AppClients;
use shared::authorization::Own;
use shared::http::jsonapi::{Answer, ApiError, AuthorizedRequest, Verb, Work};
use shared::model::{Action, ClientId};

use crate::resource::ShownClient;

pub(crate) const VERB: Verb<AppClients> = Verb {
    route: "GET /auth/app-clients/{id}",
    action: Action::GET_CLIENT,
    parameters: &[],
    work: Work::Read(|clients, call| Box::pin(find(clients, call))),
};

pub(crate) const OWN: Verb<AppClients> = Verb {
    route: "GET /auth/app-clients/me",
    action: Action::GET_CLIENT,
    parameters: &[],
    work: Work::ReadOwn(|clients, call| Box::pin(find_own(clients, call))),
};

async fn find(clients: &AppClients, call: AuthorizedRequest<'_>) -> Result<Answer, ApiError> {
    let found = clients.find(&call.caller, call.id(ClientId::from_id)?);
    Ok(Answer::one(&ShownClient::from(found.await?)))
}

async fn find_own(
    clients: &AppClients,
    call: AuthorizedRequest<'_, Own>,
) -> Result<Answer, ApiError> {
    let client = clients.find_own(&call.caller).await?;
    Ok(Answer::one(&ShownClient::from(client)))
}
