//! `DELETE /auth/app-clients/{id}`: deletes an App Client. From then on no token is issued to it.

use shared::app_clients::AppClients;
use shared::http::jsonapi::{Answer, ApiError, AuthorizedRequest, Verb, Work};
use shared::model::precondition::{Held, Precondition};
use shared::model::{Action, ClientId};

pub(crate) const VERB: Verb<AppClients> = Verb {
    route: "DELETE /auth/app-clients/{id}",
    action: Action::DELETE_CLIENT,
    parameters: &[],
    work: Work::Write(|clients, call, precondition| Box::pin(delete(clients, call, precondition))),
};

async fn delete(
    clients: &AppClients,
    call: AuthorizedRequest<'_>,
    precondition: Precondition,
) -> Result<(Answer, Held), ApiError> {
    let id = call.id(ClientId::from_id)?;
    let held = clients.delete(&call.caller, id, &precondition).await?;
    Ok((Answer::gone(), held))
}
