//! `DELETE /auth/app-clients/{id}/secrets/{secretId}`: deletes a secret, which is rejected from then
//! on.

use shared::http::jsonapi::{Answer, ApiError, AuthorizedRequest, Verb, Work};
use shared::model::precondition::{Held, Precondition};
use shared::model::{Action, ClientId, SecretId};

use crate::state::SecretState;

pub(crate) const VERB: Verb<SecretState> = Verb {
    route: "DELETE /auth/app-clients/{id}/secrets/{secretId}",
    action: Action::ROTATE_SECRET,
    parameters: &[],
    work: Work::Write(|state, call, precondition| Box::pin(delete(state, call, precondition))),
};

async fn delete(
    state: &SecretState,
    call: AuthorizedRequest<'_>,
    precondition: Precondition,
) -> Result<(Answer, Held), ApiError> {
    let id = call.id(ClientId::from_id)?;
    let secret = call.id_in("secretId", SecretId::from_id)?;
    let deleted = state
        .clients
        .delete_secret(&call.caller, id, secret, &precondition);
    Ok((Answer::gone(), deleted.await?))
}
