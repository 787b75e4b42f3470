//! `/auth/app-clients`: App Clients. One file per verb, and one function for the verbs that need
//! the same permissions.

mod create;
mod delete;
mod find;
mod list;
mod replace;
mod resource;
mod rotate_secret;
mod secrets;
mod state;
mod update;

use shared::app_clients::AppClients;
use shared::http::jsonapi::{Verb, routes, serve};
use shared::runtime::{Environment, Function, Running, VariableError};

pub use resource::ShownClient;
pub use rotate_secret::ROTATION;
pub use secrets::ShownSecret;
use state::{CreateState, SecretState, State};

/// Creates clients.
pub static CREATE_CLIENT: Function = Function {
    name: "create-client",
    routes: || routes(CREATES),
    start: |environment| {
        serve(environment, CREATES, |store| {
            CreateState::new(environment, store)
        })
    },
};

/// Returns clients and their secrets.
pub static GET_CLIENT: Function = Function {
    name: "get-client",
    routes: || routes(READS),
    start: |environment| start(environment, READS),
};

/// Changes clients.
pub static UPDATE_CLIENT: Function = Function {
    name: "update-client",
    routes: || routes(UPDATES),
    start: |environment| serve(environment, UPDATES, |store| State::new(environment, store)),
};

/// Deletes clients.
pub static DELETE_CLIENT: Function = Function {
    name: "delete-client",
    routes: || routes(DELETES),
    start: |environment| start(environment, DELETES),
};

/// Rotates, adds, changes and deletes client secrets.
pub static ROTATE_SECRET: Function = Function {
    name: "rotate-secret",
    routes: || routes(ROTATES),
    start: |environment| {
        serve(environment, ROTATES, |store| {
            SecretState::new(environment, store)
        })
    },
};

/// Every function of this resource.
pub static FUNCTIONS: [&Function; 5] = [
    &CREATE_CLIENT,
    &GET_CLIENT,
    &UPDATE_CLIENT,
    &DELETE_CLIENT,
    &ROTATE_SECRET,
];

const CREATES: &[Verb<CreateState>] = &[create::VERB];
const READS: &[Verb<AppClients>] = &[
    list::VERB,
    find::VERB,
    find::OWN,
    secrets::list::VERB,
    secrets::find::VERB,
];
const UPDATES: &[Verb<State>] = &[update::VERB, replace::VERB];
const DELETES: &[Verb<AppClients>] = &[delete::VERB];
const ROTATES: &[Verb<SecretState>] = &[
    rotate_secret::VERB,
    secrets::add::VERB,
    secrets::change::VERB,
    secrets::delete::VERB,
];

fn start(
    environment: &Environment,
    verbs: &'static [Verb<AppClients>],
) -> Result<Running, VariableError> {
    serve(environment, verbs, |store| {
        Ok(AppClients::new(environment, store))
    })
}
