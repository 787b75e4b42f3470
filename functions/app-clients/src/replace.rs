//! `PUT /auth/app-clients/{id}`: replaces an App Client, as far as a document can. What the document
//! omits returns to its default, except for what restricts or authenticates the client: see `omitted`
//! in the table of attributes.

use shared::http::jsonapi::{ApiError, Document, Occasion, Verb, Work};
use shared::model::{Action, Chosen, RoleId};

use crate::resource::{ShownClient, take_required_role};
use crate::state::State;
use crate::update::change;

pub(crate) const VERB: Verb<State> = Verb {
    route: "PUT /auth/app-clients/{id}",
    action: Action::UpdateAppClient,
    parameters: &[],
    work: Work::Write(|state, call, precondition| {
        Box::pin(change(state, call, precondition, read))
    }),
};

fn read(document: Document, shown: &ShownClient) -> Result<(Chosen, Option<RoleId>), ApiError> {
    let Document {
        attributes,
        mut relationships,
    } = document;
    let chosen = attributes.choose(&Occasion::Replace(shown))?;
    let role = take_required_role(&mut relationships)?;
    relationships.finish()?;
    Ok((chosen, Some(role)))
}
