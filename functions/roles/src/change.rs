//! `PATCH /auth/roles/{id}`: changes the description and the access policy of a role.

use shared::http::jsonapi::{
    Answer, ApiError, AuthorizedRequest, Document, DocumentId, Occasion, Resource as _, Verb, Work,
};
use shared::model::precondition::{Held, Precondition};
use shared::model::{Action, RoleId};
use shared::roles::Roles;

use crate::resource::ShownRole;

pub(crate) const VERB: Verb<Roles> = Verb {
    route: "PATCH /auth/roles/{id}",
    action: Action::UPDATE_ROLE,
    parameters: &[],
    work: Work::Write(|roles, call, precondition| Box::pin(change(roles, call, precondition))),
};

async fn change(
    roles: &Roles,
    call: AuthorizedRequest<'_>,
    precondition: Precondition,
) -> Result<(Answer, Held), ApiError> {
    let id = call.id(RoleId::from_id)?;
    let shown = ShownRole(roles.find_changeable(&call.caller, id).await?.role);
    let existing = shown.id();
    let Document {
        attributes,
        relationships,
    } = Document::parse(
        call.request,
        ShownRole::TYPE,
        DocumentId::Existing(&existing),
    )?;
    let chosen = attributes.choose(&Occasion::Change(&shown))?;
    relationships.finish()?;
    let changed = roles.change(&call.caller, shown.0, chosen.change, &precondition);
    let (role, held) = changed.await?;
    Ok((Answer::one(&ShownRole(role)), held))
}
