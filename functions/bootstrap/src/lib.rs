//! Run when a stack is made or updated, and harmless whenever it is run again: the managed roles,
//! the first signing key, the first org and its first App Client.
//!
//! What cannot be made twice is put where it will be looked for before anything depends on it: the
//! first client's credentials lie in Secrets Manager before the client is written, so that a crash
//! between any two steps loses nothing, and the next run goes on.

mod cloudformation;
mod error;
mod first_client;
mod invocation;
mod run;

use std::sync::Arc;

use serde_json::Value;
use shared::runtime::{Environment, Function, Running, VariableError};

pub use error::BootstrapError;
pub use invocation::Bootstrap;

/// Fills a new stack, and leaves a filled one as it is.
pub static BOOTSTRAP: Function = Function {
    name: "bootstrap",
    routes: Vec::new,
    start,
};

/// What is wrong with the environment has to be told to CloudFormation: it shows at the invocation.
fn start(environment: &Environment) -> Result<Running, VariableError> {
    let bootstrap = Arc::new(Bootstrap::new(environment));
    Ok(Running::Events(Arc::new(move |event: Value| {
        let bootstrap = Arc::clone(&bootstrap);
        Box::pin(async move { Ok(bootstrap.invoke(event).await?) })
    })))
}
