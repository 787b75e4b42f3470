//! `PATCH /auth/app-clients/{id}`: changes the attributes and the roles that the document contains.

use shared::app_clients::{Change, SentRoles};
use shared::http::jsonapi::{
    Answer, ApiError, AuthorizedRequest, Document, DocumentId, Occasion, Resource, Verb, Work,
};
use shared::model::precondition::{Held, Precondition};
use shared::model::{Action, Chosen, ClientId};

use crate::resource::{ShownClient, take_roles};
use crate::state::State;

pub(crate) const VERB: Verb<State> = Verb {
    route: "PATCH /auth/app-clients/{id}",
    action: Action::UPDATE_CLIENT,
    parameters: &[],
    work: Work::Write(|state, call, precondition| {
        Box::pin(change(state, call, precondition, read))
    }),
};

/// Reads from a document what it changes of the client as found: read-only attributes must equal its own.
type ReadChange = fn(Document, &ShownClient) -> Result<(Chosen, Option<SentRoles>), ApiError>;

/// Changes a client as the document says.
pub(crate) async fn change(
    state: &State,
    call: AuthorizedRequest<'_>,
    precondition: Precondition,
    read: ReadChange,
) -> Result<(Answer, Held), ApiError> {
    let id = call.id(ClientId::from_id)?;
    let found = state.clients.find(&call.caller, id).await?;
    let shown = ShownClient::from(found.clone());
    let existing = shown.id();
    let identity = DocumentId::Existing(&existing);
    let document = Document::parse(call.request, ShownClient::TYPE, identity)?;
    let (chosen, roles) = read(document, &shown)?;
    let change = Change {
        chosen,
        roles,
        default_quota: state.default_quota,
    };
    let changed = state
        .clients
        .change(&call.caller, found, change, &precondition);
    let (changed, held) = changed.await?;
    Ok((Answer::one(&ShownClient::from(changed)), held))
}

fn read(document: Document, shown: &ShownClient) -> Result<(Chosen, Option<SentRoles>), ApiError> {
    let Document {
        attributes,
        mut relationships,
    } = document;
    let roles = take_roles(&mut relationships)?;
    relationships.finish()?;
    Ok((attributes.choose(&Occasion::Change(shown))?, roles))
}
