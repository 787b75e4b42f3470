//! `POST /auth/app-clients/{id}/rotate-secret`: gives an App Client a new secret. From then on the
//! old one is rejected.

use shared::app_clients::AppClients;
use shared::http::jsonapi::{Answer, ApiError, AuthorizedRequest, Verb};
use shared::model::{Action, ClientId};

use crate::resource::ShownClient;

pub(crate) const VERB: Verb<AppClients> = Verb {
    route: "POST /auth/app-clients/{id}/rotate-secret",
    action: Action::RotateAppClientSecret,
    parameters: &[],
    work: |clients, call| Box::pin(rotate(clients, call)),
};

async fn rotate(clients: &AppClients, call: AuthorizedRequest<'_>) -> Result<Answer, ApiError> {
    let id = call.id(ClientId::from_id)?;
    let rotated = clients.rotate_secret(&call.caller, id).await?;
    Ok(Answer::one(&ShownClient::with_secret(rotated)))
}
