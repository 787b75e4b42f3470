//! `POST /auth/roles`: creates a role.

use shared::http::jsonapi::{
    Answer, ApiError, AuthorizedRequest, Cause, Document, DocumentId, Occasion, Problem,
    Resource as _, Verb, Work,
};
use shared::model::Action;
use shared::model::precondition::{Held, Precondition};
use shared::roles::{CreateRole, Roles};

use crate::resource::ShownRole;

pub(crate) const VERB: Verb<Roles> = Verb {
    route: "POST /auth/roles",
    action: Action::CREATE_ROLE,
    parameters: &[],
    work: Work::Write(|roles, call, precondition| Box::pin(create(roles, call, precondition))),
};

async fn create(
    roles: &Roles,
    call: AuthorizedRequest<'_>,
    precondition: Precondition,
) -> Result<(Answer, Held), ApiError> {
    let Document {
        attributes,
        relationships,
    } = Document::parse(call.request, ShownRole::TYPE, DocumentId::New)?;
    let chosen = attributes.choose::<ShownRole>(&Occasion::Create)?;
    relationships.finish()?;
    let create = CreateRole {
        name: chosen.name.ok_or_else(no_name)?,
        description: chosen.change.description.unwrap_or_default(),
        policy: chosen.change.policy.unwrap_or_default(),
    };
    let (role, held) = roles.create(&call.caller, create, &precondition).await?;
    Ok((Answer::created(&ShownRole(role)), held))
}

/// Unreachable: the table requires a name, so `choose` has refused a document without one.
fn no_name() -> ApiError {
    Problem::at(Cause::Missing, "/data/attributes", "name is required.").into()
}
