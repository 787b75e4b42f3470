//! `/auth/roles`: the roles that App Clients can have.

mod find;
mod list;
mod resource;

use shared::http::jsonapi::{Verb, routes, serve};
use shared::roles::Roles;
use shared::runtime::Function;

pub use resource::ShownRole;

/// Returns roles.
pub static GET_ROLE: Function = Function {
    name: "get-role",
    routes: || routes(READS),
    start: |environment| serve(environment, READS, |store| Ok(Roles::new(store))),
};

/// Every function of this resource.
pub static FUNCTIONS: [&Function; 1] = [&GET_ROLE];

const READS: &[Verb<Roles>] = &[list::VERB, find::VERB];
