//! `/auth/decisions`: what the access policies of an App Client permit.

mod decide;
mod resource;

use shared::http::jsonapi::{Verb, routes, serve};
use shared::runtime::Function;

use decide::DecideState;
pub use resource::ShownDecisions;

/// Decides on requests.
pub static DECIDE: Function = Function {
    name: "decide",
    routes: || routes(ASKS),
    start: |environment| {
        serve(environment, ASKS, |store| {
            Ok(DecideState::new(environment, store))
        })
    },
};

/// Every function of this resource.
pub static FUNCTIONS: [&Function; 1] = [&DECIDE];

const ASKS: &[Verb<DecideState>] = &[decide::VERB];
