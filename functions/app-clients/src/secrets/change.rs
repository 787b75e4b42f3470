//! `PATCH /auth/app-clients/{id}/secrets/{secretId}`: changes the end of a secret.

use shared::http::jsonapi::{
    Answer, ApiError, AuthorizedRequest, Document, DocumentId, Occasion, Resource as _, Verb, Work,
};
use shared::model::precondition::{Held, Precondition};
use shared::model::{Action, ClientId, RotatedEnd, SecretId};

use super::ShownSecret;
use crate::state::SecretState;

pub(crate) const VERB: Verb<SecretState> = Verb {
    route: "PATCH /auth/app-clients/{id}/secrets/{secretId}",
    action: Action::ROTATE_SECRET,
    parameters: &[],
    work: Work::Write(|state, call, precondition| Box::pin(change(state, call, precondition))),
};

async fn change(
    state: &SecretState,
    call: AuthorizedRequest<'_>,
    precondition: Precondition,
) -> Result<(Answer, Held), ApiError> {
    let id = call.id(ClientId::from_id)?;
    let secret = call.id_in("secretId", SecretId::from_id)?;
    let found = state.clients.find_secret(&call.caller, id, secret).await?;
    let end = read(&call, &ShownSecret::from(&found))?;
    let changed = state
        .clients
        .change_secret(&call.caller, found, end, &precondition);
    let (changed, held) = changed.await?;
    Ok((Answer::one(&ShownSecret::from(&changed)), held))
}

/// The end that the document describes. Read-only attributes in it must equal those of the secret as
/// found, `shown`.
fn read(call: &AuthorizedRequest<'_>, shown: &ShownSecret) -> Result<RotatedEnd, ApiError> {
    let id = shown.id();
    let Document {
        attributes,
        relationships,
    } = Document::parse(call.request, ShownSecret::TYPE, DocumentId::Existing(&id))?;
    let end = attributes.choose(&Occasion::Change(shown))?;
    relationships.finish()?;
    Ok(end)
}
