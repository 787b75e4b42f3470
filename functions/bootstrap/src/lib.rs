//! Creates the first signing key, and the first org with its first App Client.
//! It runs when a stack is created or updated, and can be run again at any time.
//!
//! A value that cannot be created twice is stored before anything depends on it. The first client's
//! credentials are in Secrets Manager before the client is written. So a crash between any two
//! steps loses nothing, and the next run continues.
//!
//! An operator can also invoke it to recover an App Client whose secret is lost.

mod cloudformation;
mod credentials;
mod error;
mod first_client;
mod invocation;
mod recovery;
mod run;

use std::sync::Arc;

use serde_json::Value;
use shared::runtime::{Environment, Function, Running, VariableError};

pub use error::BootstrapError;
pub use invocation::Bootstrap;

/// Fills a new stack, and leaves an existing one unchanged.
pub static BOOTSTRAP: Function = Function {
    name: "bootstrap",
    routes: Vec::new,
    start,
};

/// CloudFormation must learn of an error in the environment, so the error is reported at the
/// invocation.
fn start(environment: &Environment) -> Result<Running, VariableError> {
    let bootstrap = Arc::new(Bootstrap::new(environment));
    Ok(Running::Events(Arc::new(move |event: Value, notebook| {
        let bootstrap = Arc::clone(&bootstrap);
        Box::pin(async move { Ok(bootstrap.invoke(event, notebook).await?) })
    })))
}
