//! Functions and their handlers.

use std::pin::Pin;
use std::sync::Arc;

use lambda_http::{Body, Error, Request, Response};
use serde_json::Value;

use super::environment::Environment;
use super::log::Recorder;
use super::variables::VariableError;

/// A Lambda function, as run by its binary, by the local service and by tests.
#[derive(Clone, Copy, Debug)]
pub struct Function {
    /// The name of the binary.
    pub name: &'static str,
    /// The route keys in `template.yaml`, such as `GET /auth/roles`; none for a function that is
    /// invoked with events.
    pub routes: fn() -> Vec<&'static str>,
    /// Starts an instance.
    ///
    /// # Errors
    /// When a variable is missing or invalid.
    pub start: fn(&Environment) -> Result<Running, VariableError>,
}

/// An instance of a function.
#[derive(Clone)]
pub enum Running {
    /// Serves HTTP requests.
    Requests(Handler),
    /// Serves events.
    Events(EventHandler),
}

/// Answers every request.
pub type Handler = Arc<dyn Fn(Request) -> Answering + Send + Sync>;

/// A response in progress.
pub type Answering = Pin<Box<dyn Future<Output = Response<Body>> + Send>>;

/// Handles an event.
pub type EventHandler = Arc<dyn Fn(Value) -> Invoked + Send + Sync>;

/// An invocation in progress. Its error contains no secrets: it goes to the log and to the invoker.
pub type Invoked = Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;

/// A handler that logs its requests, one line each.
#[derive(Clone)]
pub struct Recorded(Arc<(Recorder, Handler)>);

impl Recorded {
    /// Adds logging to `handler`.
    #[must_use]
    pub fn new(handler: Handler, recorder: Recorder) -> Self {
        Self(Arc::new((recorder, handler)))
    }

    /// Answers a request and logs it.
    pub fn answer(&self, request: Request) -> impl Future<Output = Response<Body>> + Send + use<> {
        let recorded = Arc::clone(&self.0);
        async move {
            let (recorder, handler) = &*recorded;
            recorder.watch(request, &**handler).await
        }
    }
}
