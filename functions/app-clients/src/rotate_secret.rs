//! `POST /auth/app-clients/{id}/rotate-secret`: gives an App Client a new secret. From then on the
//! old one is rejected.

use shared::app_clients::{AppClients, Rotation};
use shared::http::jsonapi::{Answer, ApiError, AuthorizedRequest, Verb, Work};
use shared::model::precondition::{Held, Precondition};
use shared::model::{Action, ClientId};

use crate::resource::ShownClient;

pub(crate) const VERB: Verb<AppClients> = Verb {
    route: "POST /auth/app-clients/{id}/rotate-secret",
    action: Action::RotateAppClientSecret,
    parameters: &[],
    work: Work::Write(|clients, call, precondition| Box::pin(rotate(clients, call, precondition))),
};

async fn rotate(
    clients: &AppClients,
    call: AuthorizedRequest<'_>,
    precondition: Precondition,
) -> Result<(Answer, Held), ApiError> {
    let id = call.id(ClientId::from_id)?;
    let rotated = clients.rotate_secret(&call.caller, id, Rotation::default(), &precondition);
    let (rotated, held) = rotated.await?;
    Ok((Answer::one(&ShownClient::with_secret(rotated)), held))
}
