//! From API Gateway's event to a handler, on Lambda and in the local service.

use std::convert::Infallible;
use std::future::ready;
use std::pin::Pin;

use lambda_http::lambda_runtime;
use lambda_http::{
    Adapter, Body, Error, IntoResponse, LambdaEvent, Request, Response, Service as _, service_fn,
};
use serde::Serialize;
use serde_json::Value;

use super::environment::Environment;
use super::function::{Function, Running};
use super::http_event::{HttpEvent, mark_unreadable};
use super::served::Served;

/// Serves a function for HTTP requests until Lambda shuts the instance down.
///
/// # Errors
/// When the function does not start, or the runtime API cannot be reached.
pub async fn serve(function: &Function) -> Result<(), Error> {
    let environment = start().await?;
    let Running::Requests(handler) = (function.start)(&environment)? else {
        return Err("this function does not handle HTTP requests".into());
    };
    let served = Served::new(handler, &environment);
    let handler = move |request| served.answer(request);
    let invoke = |event: LambdaEvent<HttpEvent>| invoke(&handler, event);
    lambda_runtime::run(service_fn(invoke)).await
}

/// Serves a function for events, and logs one line for each invocation. It is separate from
/// [`serve`], so that such a binary contains no code for HTTP requests.
///
/// # Errors
/// When the function does not start, or the runtime API cannot be reached.
pub async fn serve_events(function: &Function) -> Result<(), Error> {
    let environment = start().await?;
    let Running::Events(handler) = (function.start)(&environment)? else {
        return Err("this function handles only HTTP requests".into());
    };
    let (recorder, handler) = (&environment.recorder(), &handler);
    let invoke = async |LambdaEvent { payload, context }: LambdaEvent<Value>| {
        let work = |notebook| handler(payload, notebook);
        recorder
            .watch_event(function.name, &context.request_id, work)
            .await
    };
    lambda_runtime::run(service_fn(invoke)).await
}

async fn start() -> Result<Environment, Error> {
    let environment = Environment::from_process().await?;
    log_warnings();
    Ok(environment)
}

/// Writes the libraries' warnings and errors to CloudWatch Logs, one JSON object per line. Lower
/// levels are left out: there the runtime logs whole requests.
fn log_warnings() {
    tracing_subscriber::fmt()
        .json()
        .without_time()
        .with_max_level(tracing::Level::WARN)
        .init();
}

/// Passes one API Gateway event to `handler` and returns the response event.
///
/// # Errors
/// None: a handler always returns a response.
pub fn invoke<H, F>(
    handler: &H,
    event: LambdaEvent<HttpEvent>,
) -> impl Future<Output = Result<impl Serialize + use<H, F>, Infallible>> + Send + use<H, F>
where
    H: Fn(Request) -> F,
    F: Future<Output = Response<Body>> + Send + 'static,
{
    let LambdaEvent { payload, context } = event;
    let (request, is_readable) = payload.into_valid();
    // Called outside the future, because the adapter is not `Send`.
    let handle = handler;
    Adapter::from(service_fn(move |mut request: Request| {
        if !is_readable {
            mark_unreadable(&mut request);
        }
        let response = handle(request);
        async move { Ok::<_, Infallible>(Verbatim(response.await)) }
    }))
    .call(LambdaEvent::new(request, context))
}

/// A response whose body is passed on unchanged. lambda_http would otherwise derive from the
/// headers whether the body is text, and in which encoding; that needs a third of a megabyte of
/// tables.
struct Verbatim(Response<Body>);

impl IntoResponse for Verbatim {
    fn into_response(self) -> Pin<Box<dyn Future<Output = Response<Body>> + Send>> {
        Box::pin(ready(self.0))
    }
}
