//! What all functions for HTTP requests share: HEAD, CORS and the log line.

use std::sync::Arc;

use lambda_http::{Body, Request, Response};

use super::cors::AllowedOrigins;
use super::environment::Environment;
use super::function::Handler;
use super::head;
use super::log::Recorder;

/// A handler with what all functions share. Every request to a function passes it, on Lambda and in
/// the local service.
#[derive(Clone)]
pub struct Served(Arc<Shared>);

struct Shared {
    recorder: Recorder,
    origins: AllowedOrigins,
    handler: Handler,
}

impl Served {
    /// Adds HEAD, CORS and logging to `handler`.
    #[must_use]
    pub fn new(handler: Handler, environment: &Environment) -> Self {
        Self(Arc::new(Shared {
            recorder: environment.recorder(),
            origins: AllowedOrigins::new(&environment.variables),
            handler,
        }))
    }

    /// Answers a request and logs it.
    pub fn answer(&self, request: Request) -> impl Future<Output = Response<Body>> + Send + use<> {
        let shared = Arc::clone(&self.0);
        async move {
            let answer = |request| shared.respond(request);
            shared.recorder.watch(request, answer).await
        }
    }
}

impl Shared {
    async fn respond(&self, mut request: Request) -> Response<Body> {
        let is_head = head::read_as_get(&mut request);
        let readers = self.origins.readers(&request);
        let mut response = (self.handler)(request).await;
        readers.name_in(&mut response);
        if is_head {
            head::leave_out_body(&mut response);
        }
        response
    }
}
