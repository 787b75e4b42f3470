//! `GET /auth/roles/{id}`: returns a role.

use shared::http::jsonapi::{Answer, ApiError, AuthorizedRequest, Verb, Work};
use shared::model::{Action, RoleId};
use shared::roles::Roles;

use crate::resource::ShownRole;

pub(crate) const VERB: Verb<Roles> = Verb {
    route: "GET /auth/roles/{id}",
    action: Action::GET_ROLE,
    parameters: &[],
    work: Work::Read(|roles, call| Box::pin(find(roles, call))),
};

async fn find(roles: &Roles, call: AuthorizedRequest<'_>) -> Result<Answer, ApiError> {
    let role = roles.find(&call.caller, call.id(RoleId::from_id)?).await?;
    Ok(Answer::one(&ShownRole(role)))
}
