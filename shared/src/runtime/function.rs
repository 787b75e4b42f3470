//! Functions and their handlers.

use std::pin::Pin;
use std::sync::Arc;

use lambda_http::{Body, Error, Request, Response};
use serde_json::Value;

use super::environment::Environment;
use super::head;
use super::log::Notebook;
use super::variables::VariableError;

/// A Lambda function, as run by its binary, by the local service and by tests.
#[derive(Clone, Copy, Debug)]
pub struct Function {
    /// The name of the binary.
    pub name: &'static str,
    /// The route keys that the function tells apart, such as `GET /auth/roles`; none for a function
    /// that is invoked with events.
    pub routes: fn() -> Vec<&'static str>,
    /// Starts an instance.
    ///
    /// # Errors
    /// When a variable is missing or invalid.
    pub start: fn(&Environment) -> Result<Running, VariableError>,
}

impl Function {
    /// The route keys in `template.yaml`: its routes, and a HEAD route for each GET route.
    #[must_use]
    pub fn route_keys(&self) -> Vec<String> {
        let routes = (self.routes)();
        let heads = routes.iter().filter_map(|key| head::route_for(key));
        let keys = routes.iter().map(|key| (*key).to_owned());
        keys.chain(heads).collect()
    }
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

/// Handles an event. The notebook takes what its log line tells of it.
pub type EventHandler = Arc<dyn Fn(Value, Notebook) -> Invoked + Send + Sync>;

/// An invocation in progress. Its error contains no secrets: it goes to the log and to the invoker.
pub type Invoked = Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;
