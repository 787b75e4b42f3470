//! The functions of the template, by the names of their binaries.

use std::pin::Pin;
use std::sync::Arc;

use lambda_http::{Body, Request, Response};
use serde_json::Value as Json;
use shared::environment::Environment;
use shared::log::Recorder;

use crate::start_error::StartError;

/// A function that is running: what its instance in the cloud does with each request.
pub type Handler = Arc<dyn Fn(Request) -> Answering + Send + Sync>;

/// An answer on its way.
pub type Answering = Pin<Box<dyn Future<Output = Response<Body>> + Send>>;

/// A function that is running and answers no requests: it is invoked with an event.
pub type Invocable = Arc<dyn Fn(Json) -> Invoked + Send + Sync>;

/// An invocation on its way: done, or the error's message.
pub type Invoked = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

/// Starts the function that a binary is built from; `None` when there is no such function.
///
/// # Errors
/// [`StartError::Function`] when it does not accept its environment.
pub(crate) fn start(
    binary: &str,
    environment: &Environment,
) -> Result<Option<Handler>, StartError> {
    macro_rules! start {
        ($function:ident) => {{
            let app = $function::App::new(environment)
                .map_err(|error| StartError::Function(binary.to_owned(), error.to_string()))?;
            let running = Arc::new((Recorder::new(environment), Arc::new(app)));
            Arc::new(move |request| -> Answering {
                let running = running.clone();
                Box::pin(async move {
                    let (recorder, app) = &*running;
                    let handle = |request| $function::handle(app.clone(), request);
                    recorder.watch(request, handle).await
                })
            })
        }};
    }
    Ok(Some(match binary {
        "token" => start!(token),
        "metadata" => start!(metadata),
        "create-client" => start!(create_client),
        "get-client" => start!(get_client),
        "update-client" => start!(update_client),
        "delete-client" => start!(delete_client),
        "rotate-secret" => start!(rotate_secret),
        "get-role" => start!(get_role),
        _ => return Ok(None),
    }))
}

/// Starts the function without routes that a binary is built from; `None` when there is no such
/// function.
///
/// # Errors
/// [`StartError::Function`] when it does not accept its environment.
pub(crate) fn start_invocable(
    binary: &str,
    environment: &Environment,
) -> Result<Option<Invocable>, StartError> {
    if binary != "rotate-signing-key" {
        return Ok(None);
    }
    let app = rotate_signing_key::App::new(environment)
        .map_err(|error| StartError::Function(binary.to_owned(), error.to_string()))?;
    let app = Arc::new(app);
    Ok(Some(Arc::new(move |event| {
        let app = app.clone();
        Box::pin(async move {
            let done = rotate_signing_key::handle(&app, event).await;
            done.map_err(|error| error.to_string())
        })
    })))
}

/// Runs the function that fills a new stack. Running it again changes nothing.
///
/// # Errors
/// [`StartError::Bootstrap`] when it fails.
pub(crate) async fn bootstrap(environment: &Environment) -> Result<(), StartError> {
    let app = bootstrap::App::new(environment)
        .map_err(|error| StartError::Function("bootstrap".to_owned(), error.to_string()))?;
    bootstrap::handle(&app)
        .await
        .map_err(|error| StartError::Bootstrap(error.to_string()))
}
