//! `PATCH /auth/app-clients/{id}`: changes the attributes and the role that the document contains.

use lambda_http::Request;
use shared::app_clients::{AppClients, Change};
use shared::http::jsonapi::{
    Answer, ApiError, AuthorizedRequest, Document, DocumentId, Occasion, Resource, Verb, Work,
};
use shared::model::precondition::{Held, Precondition};
use shared::model::{Action, ClientId};

use crate::resource::{ShownClient, take_role};

pub(crate) const VERB: Verb<AppClients> = Verb {
    route: "PATCH /auth/app-clients/{id}",
    action: Action::UpdateAppClient,
    parameters: &[],
    work: Work::Write(|clients, call, precondition| Box::pin(update(clients, call, precondition))),
};

async fn update(
    clients: &AppClients,
    call: AuthorizedRequest<'_>,
    precondition: Precondition,
) -> Result<(Answer, Held), ApiError> {
    let id = call.id(ClientId::from_id)?;
    let shown = ShownClient::from(clients.find(&call.caller, id).await?);
    let change = read(call.request, &shown)?;
    let changed = clients.change(&call.caller, shown.client, change, &precondition);
    let (changed, held) = changed.await?;
    Ok((Answer::one(&ShownClient::from(changed)), held))
}

/// The change that the document describes. Read-only attributes in it must equal those of the
/// client as found, `shown`.
fn read(request: &Request, shown: &ShownClient) -> Result<Change, ApiError> {
    let id = shown.id();
    let Document {
        attributes,
        mut relationships,
    } = Document::parse(request, ShownClient::TYPE, DocumentId::Existing(&id))?;
    let role = take_role(&mut relationships)?;
    relationships.finish()?;
    Ok(Change {
        chosen: attributes.choose(&Occasion::Change(shown))?,
        role,
    })
}
