//! `GET /auth/roles`: lists the roles that App Clients can have, or returns the one with a given
//! name.

use shared::http::jsonapi::{Answer, ApiError, AuthorizedRequest, Verb, Work};
use shared::model::Action;
use shared::roles::Roles;

use crate::resource::ShownRole;

const NAME: &str = "filter[name]";

pub(crate) const VERB: Verb<Roles> = Verb {
    route: "GET /auth/roles",
    action: Action::ListRoles,
    parameters: &[NAME],
    work: Work::Read(|roles, call| Box::pin(list(roles, call))),
};

/// JSON:API answers a filter with a collection. But a name is unique among the roles visible to an
/// org, and the API that this one replaces answers with that one role. So does this one.
async fn list(roles: &Roles, call: AuthorizedRequest<'_>) -> Result<Answer, ApiError> {
    let roles = roles.list(&call.caller).await?;
    let mut roles = roles.into_iter().map(ShownRole);
    Ok(match call.query.get(NAME) {
        None => Answer::all(&roles.collect::<Vec<_>>()),
        Some(name) => Answer::one_or_null(roles.find(|role| role.0.name == name).as_ref()),
    })
}
