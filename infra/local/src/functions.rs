//! The registry of all functions, the same code that Lambda runs.

use std::sync::Arc;

use shared::runtime::{Environment, Function, Running, Served};

use crate::start_error::StartError;

/// Every function of every function crate.
pub fn all() -> impl Iterator<Item = &'static Function> {
    [
        &token::TOKEN,
        &metadata::METADATA,
        &default_route::DEFAULT_ROUTE,
        &rotate_signing_key::ROTATE_SIGNING_KEY,
        &bootstrap::BOOTSTRAP,
    ]
    .into_iter()
    .chain(app_clients::FUNCTIONS)
    .chain(decisions::FUNCTIONS)
    .chain(roles::FUNCTIONS)
}

/// Starts the function of a binary. As in the cloud, it logs one line for each request, and
/// answers HEAD and CORS.
///
/// # Errors
/// [`StartError::UnknownFunction`] if there is no such function, [`StartError::Function`] if it
/// rejects its environment.
pub(crate) fn start(binary: &str, environment: &Environment) -> Result<Running, StartError> {
    let function = all().find(|function| function.name == binary);
    let function = function.ok_or_else(|| StartError::UnknownFunction(binary.to_owned()))?;
    let running = (function.start)(environment)
        .map_err(|error| StartError::Function(binary.to_owned(), error.to_string()))?;
    Ok(match running {
        Running::Requests(handler) => {
            let served = Served::new(handler, environment);
            Running::Requests(Arc::new(move |request| Box::pin(served.answer(request))))
        }
        Running::Events(handler) => Running::Events(handler),
    })
}
