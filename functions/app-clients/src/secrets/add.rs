//! `POST /auth/app-clients/{id}/secrets`: adds a secret to an App Client and returns it, once. The
//! other one stays valid; a third replaces the one that was added last. A repeat with the same
//! `Idempotency-Key` gets the same secret.

use shared::app_clients::AddSecret;
use shared::http::jsonapi::{
    Answer, ApiError, AuthorizedRequest, Document, DocumentId, Occasion, Resource as _, Verb, Work,
};
use shared::model::precondition::{Held, Precondition};
use shared::model::{Action, ClientId, RotatedEnd};

use super::ShownSecret;
use crate::state::SecretState;

pub(crate) const VERB: Verb<SecretState> = Verb {
    route: "POST /auth/app-clients/{id}/secrets",
    action: Action::ROTATE_SECRET,
    parameters: &[],
    work: Work::Write(|state, call, precondition| Box::pin(add(state, call, precondition))),
};

async fn add(
    state: &SecretState,
    call: AuthorizedRequest<'_>,
    precondition: Precondition,
) -> Result<(Answer, Held), ApiError> {
    let id = call.id(ClientId::from_id)?;
    let repeatable = call.repeatable(&state.pepper)?;
    let add = read(&call)?;
    let added = state
        .clients
        .add_secret(&call.caller, id, add, &precondition, repeatable.as_ref());
    let (added, held) = added.await?;
    let is_repeat = added.is_repeat;
    let replaced = added.replaced.map(|id| id.to_string());
    let shown = ShownSecret::added(added);
    let answer = Answer::created_in_place_of(&shown, replaced);
    Ok((answer.repeated(is_repeat), held))
}

/// The secret that the document describes.
fn read(call: &AuthorizedRequest<'_>) -> Result<AddSecret, ApiError> {
    let Document {
        attributes,
        relationships,
    } = Document::parse_unless_empty(call.request, ShownSecret::TYPE, DocumentId::New)?;
    let end = attributes.choose::<ShownSecret>(&Occasion::Create)?;
    relationships.finish()?;
    Ok(AddSecret {
        expires_at: match end {
            RotatedEnd::Keep => None,
            RotatedEnd::Set(end) => end,
        },
    })
}
