//! `PUT /auth/app-clients/{id}`: replaces an App Client, as far as a document can. What the document
//! omits returns to its default, except for what restricts or authenticates the client: see `omitted`
//! in the table of attributes.

use shared::app_clients::SentRoles;
use shared::http::jsonapi::{ApiError, Document, Occasion, Verb, Work};
use shared::model::{Action, Chosen};

use crate::resource::{ShownClient, take_roles};
use crate::state::State;
use crate::update::change;

pub(crate) const VERB: Verb<State> = Verb {
    route: "PUT /auth/app-clients/{id}",
    action: Action::UPDATE_CLIENT,
    parameters: &[],
    work: Work::Write(|state, call, precondition| {
        Box::pin(change(state, call, precondition, read))
    }),
};

fn read(document: Document, shown: &ShownClient) -> Result<(Chosen, Option<SentRoles>), ApiError> {
    let Document {
        attributes,
        mut relationships,
    } = document;
    let chosen = attributes.choose(&Occasion::Replace(shown))?;
    let roles = take_roles(&mut relationships)?;
    // A client without a role has an inline policy, which is kept.
    if roles.is_none() && !shown.client.roles.is_empty() {
        return Err(relationships.missing("The auth/roles relationship is required."));
    }
    relationships.finish()?;
    Ok((chosen, roles))
}
