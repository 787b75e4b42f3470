use std::pin::Pin;
use std::sync::Arc;

use lambda_http::{Body, Error, Request, Response};
use serde_json::Value;

use super::environment::Environment;
use super::log::Recorder;
use super::variables::VariableError;

/// A Lambda function: what its binary runs, and the local service and the tests alike.
#[derive(Clone, Copy, Debug)]
pub struct Function {
    /// The name of its binary.
    pub name: &'static str,
    /// The route keys of its routes in `template.yaml`, such as `GET /auth/roles`; none for a
    /// function that is invoked with events.
    pub routes: fn() -> Vec<&'static str>,
    /// Starts an instance.
    ///
    /// # Errors
    /// When a variable is missing or has a value that makes no sense.
    pub start: fn(&Environment) -> Result<Running, VariableError>,
}

/// An instance of a function.
#[derive(Clone)]
pub enum Running {
    /// It answers requests of the API.
    Requests(Handler),
    /// It is invoked with events.
    Events(EventHandler),
}

/// Answers a request, whatever it is.
pub type Handler = Arc<dyn Fn(Request) -> Answering + Send + Sync>;

/// An answer on its way.
pub type Answering = Pin<Box<dyn Future<Output = Response<Body>> + Send>>;

/// Does what an event asks for.
pub type EventHandler = Arc<dyn Fn(Value) -> Invoked + Send + Sync>;

/// An invocation on its way. The error holds no secret: it goes to the log and to whoever invoked it.
pub type Invoked = Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;

/// A handler whose requests are logged, one line each.
#[derive(Clone)]
pub struct Recorded(Arc<(Recorder, Handler)>);

impl Recorded {
    /// Logs the requests that `handler` answers.
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
