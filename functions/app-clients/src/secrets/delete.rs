//! `DELETE /auth/app-clients/{id}/secrets/{secretId}`: deletes a secret, which is rejected from then
//! on.

use shared::app_clients::AppClients;
use shared::http::jsonapi::{Answer, ApiError, AuthorizedRequest, Verb, Work};
use shared::model::precondition::{Held, Precondition};
use shared::model::{Action, ClientId, SecretId};

pub(crate) const VERB: Verb<AppClients> = Verb {
    route: "DELETE /auth/app-clients/{id}/secrets/{secretId}",
    action: Action::RotateAppClientSecret,
    parameters: &[],
    work: Work::Write(|clients, call, precondition| Box::pin(delete(clients, call, precondition))),
};

async fn delete(
    clients: &AppClients,
    call: AuthorizedRequest<'_>,
    precondition: Precondition,
) -> Result<(Answer, Held), ApiError> {
    let id = call.id(ClientId::from_id)?;
    let secret = call.id_in("secretId", SecretId::from_id)?;
    let deleted = clients.delete_secret(&call.caller, id, secret, &precondition);
    Ok((Answer::gone(), deleted.await?))
}
