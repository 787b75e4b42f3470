//! `DELETE /auth/app-clients/{id}`: deletes an App Client. From then on no token is issued to it.

use shared::app_clients::AppClients;
use shared::http::jsonapi::{Answer, ApiError, AuthorizedRequest, Verb};
use shared::model::{Action, ClientId};

pub(crate) const VERB: Verb<AppClients> = Verb {
    route: "DELETE /auth/app-clients/{id}",
    action: Action::DeleteAppClient,
    parameters: &[],
    work: |clients, call| Box::pin(delete(clients, call)),
};

async fn delete(clients: &AppClients, call: AuthorizedRequest<'_>) -> Result<Answer, ApiError> {
    let id = call.id(ClientId::from_id)?;
    clients.delete(&call.caller, id).await?;
    Ok(Answer::gone())
}
