//! `/auth/roles`: the roles that App Clients can have. One file per verb.

mod change;
mod create;
mod delete;
mod find;
mod list;
mod resource;

use shared::http::jsonapi::{Verb, routes, serve};
use shared::roles::Roles;
use shared::runtime::{Environment, Function, Running, VariableError};

pub use resource::ShownRole;

/// Returns roles.
pub static GET_ROLE: Function = Function {
    name: "get-role",
    routes: || routes(READS),
    start: |environment| start(environment, READS),
};

/// Creates, changes and deletes roles.
pub static MANAGE_ROLE: Function = Function {
    name: "manage-role",
    routes: || routes(WRITES),
    start: |environment| start(environment, WRITES),
};

/// Every function of this resource.
pub static FUNCTIONS: [&Function; 2] = [&GET_ROLE, &MANAGE_ROLE];

const READS: &[Verb<Roles>] = &[list::VERB, find::VERB];
const WRITES: &[Verb<Roles>] = &[create::VERB, change::VERB, delete::VERB];

fn start(
    environment: &Environment,
    verbs: &'static [Verb<Roles>],
) -> Result<Running, VariableError> {
    serve(environment, verbs, |store| {
        Ok(Roles::new(environment, store))
    })
}
