//! `GET /auth/roles`: shows the roles that App Clients can have, or the one of a name.

use shared::http::jsonapi::{Answer, ApiError, Call, Verb};
use shared::model::Action;
use shared::roles::Roles;

use crate::resource::ShownRole;

const NAME: &str = "filter[name]";

pub(crate) const VERB: Verb<Roles> = Verb {
    route: "GET /auth/roles",
    action: Action::ListRoles,
    parameters: &[NAME],
    work: |roles, call| Box::pin(list(roles, call)),
};

/// JSON:API answers a filter with a collection. A name is unique among the roles that an org sees,
/// and the API that this one stands in for answers it with that one role: so does this.
async fn list(roles: &Roles, call: Call<'_>) -> Result<Answer, ApiError> {
    let roles = roles.list(&call.caller).await?;
    let mut roles = roles.into_iter().map(ShownRole);
    Ok(match call.query.get(NAME) {
        None => Answer::all(&roles.collect::<Vec<_>>()),
        Some(name) => Answer::one_or_null(roles.find(|role| role.0.name == name).as_ref()),
    })
}
