//! `DELETE /auth/roles/{id}`: deletes a role that no App Client has.

use shared::http::jsonapi::{Answer, ApiError, AuthorizedRequest, Verb, Work};
use shared::model::precondition::{Held, Precondition};
use shared::model::{Action, RoleId};
use shared::roles::Roles;

pub(crate) const VERB: Verb<Roles> = Verb {
    route: "DELETE /auth/roles/{id}",
    action: Action::DELETE_ROLE,
    parameters: &[],
    work: Work::Write(|roles, call, precondition| Box::pin(delete(roles, call, precondition))),
};

async fn delete(
    roles: &Roles,
    call: AuthorizedRequest<'_>,
    precondition: Precondition,
) -> Result<(Answer, Held), ApiError> {
    let id = call.id(RoleId::from_id)?;
    let held = roles.delete(&call.caller, id, &precondition).await?;
    Ok((Answer::gone(), held))
}
