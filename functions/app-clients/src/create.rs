//! `POST /auth/app-clients`: creates an App Client and returns its secret, once. A repeat with the
//! same `Idempotency-Key` gets it again.

use shared::app_clients;
use shared::http::jsonapi::{
    Answer, ApiError, AuthorizedRequest, Cause, Document, DocumentId, Occasion, Problem,
    Resource as _, Verb, Work,
};
use shared::model::precondition::{Held, Precondition};
use shared::model::{Action, TokenQuota};

use crate::resource::{ShownClient, take_roles};
use crate::state::CreateState;

pub(crate) const VERB: Verb<CreateState> = Verb {
    route: "POST /auth/app-clients",
    action: Action::CREATE_CLIENT,
    parameters: &[],
    work: Work::Write(|state, call, precondition| Box::pin(create(state, call, precondition))),
};

async fn create(
    state: &CreateState,
    call: AuthorizedRequest<'_>,
    precondition: Precondition,
) -> Result<(Answer, Held), ApiError> {
    let repeatable = call.repeatable(&state.pepper)?;
    let new_client = read(&call, state.default_quota)?;
    let created =
        state
            .clients
            .create(&call.caller, new_client, &precondition, repeatable.as_ref());
    let (created, held) = created.await?;
    let is_repeat = created.is_repeat;
    let answer = Answer::created(&ShownClient::with_secret(created));
    Ok((answer.repeated(is_repeat), held))
}

/// The client that the document describes.
fn read(
    call: &AuthorizedRequest<'_>,
    default_quota: TokenQuota,
) -> Result<app_clients::Create, ApiError> {
    let Document {
        attributes,
        mut relationships,
    } = Document::parse(call.request, ShownClient::TYPE, DocumentId::New)?;
    let mut chosen = attributes.choose::<ShownClient>(&Occasion::Create)?;
    let name = chosen.name.take().ok_or_else(no_name)?;
    let roles = take_roles(&mut relationships)?;
    relationships.finish()?;
    Ok(app_clients::Create {
        name,
        roles,
        chosen,
        default_quota,
    })
}

/// Unreachable: the table requires a name, so `choose` has refused a document without one.
fn no_name() -> ApiError {
    Problem::at(Cause::Missing, "/data/attributes", "name is required.").into()
}
