//! Replaces the signing key: in four steps, when Secrets Manager rotates the secret, or at once,
//! when a person invokes the function because a key has leaked.
//!
//! A new key is published before it is stored, and is stored with the time from which it signs. So
//! no step waits, however late the rotation is finished.

mod app;
mod emergency;
mod error;
mod event;
mod rotation;

use std::sync::Arc;

use serde_json::Value;
use shared::runtime::{Environment, Function, Running, VariableError};

use crate::app::App;
use crate::error::RotationError;
use crate::event::Event;

/// Replaces the signing key.
pub static ROTATE_SIGNING_KEY: Function = Function {
    name: "rotate-signing-key",
    routes: Vec::new,
    start,
};

fn start(environment: &Environment) -> Result<Running, VariableError> {
    let app = Arc::new(App::new(environment)?);
    Ok(Running::Events(Arc::new(move |event, _| {
        let app = Arc::clone(&app);
        Box::pin(async move { Ok(handle(&app, event).await?) })
    })))
}

/// Handles an event. After a failure the function can be invoked again.
async fn handle(app: &App, event: Value) -> Result<(), RotationError> {
    match Event::parse(event).map_err(RotationError::Event)? {
        Event::Rotation(rotation) => rotation::run(app, &rotation).await,
        Event::Emergency => emergency::drop_every_older_key(app).await,
    }
}
