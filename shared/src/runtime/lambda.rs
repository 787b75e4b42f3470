//! How a request gets from API Gateway's event to a handler, in the cloud and locally alike.

use std::convert::Infallible;
use std::future::ready;
use std::pin::Pin;

use lambda_http::http::HeaderValue;
use lambda_http::lambda_runtime;
use lambda_http::request::LambdaRequest;
use lambda_http::{
    Adapter, Body, Error, IntoResponse, LambdaEvent, Request, Response, Service as _, service_fn,
};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::Serialize;
use serde_json::Value;

use super::environment::Environment;
use super::function::{Function, Recorded, Running};

/// Serves a function that answers requests to the Lambda runtime until the instance is shut down.
///
/// # Errors
/// When the function does not start, or the runtime API cannot be reached.
pub async fn serve(function: &Function) -> Result<(), Error> {
    let environment = start().await?;
    let Running::Requests(handler) = (function.start)(&environment)? else {
        return Err("this function does not handle HTTP requests".into());
    };
    let recorded = Recorded::new(handler, environment.recorder());
    let handler = move |request| recorded.answer(request);
    let invoke = |event: LambdaEvent<LambdaRequest>| invoke(&handler, event);
    lambda_runtime::run(service_fn(invoke)).await
}

/// Serves a function that is invoked with events, and writes a line for each invocation. Apart from
/// [`serve`], so that such a binary has nothing of the requests.
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
        let (id, work) = (&context.request_id, handler(payload));
        recorder.watch_event(function.name, id, work).await
    };
    lambda_runtime::run(service_fn(invoke)).await
}

async fn start() -> Result<Environment, Error> {
    let environment = Environment::from_process().await?;
    log_warnings();
    Ok(environment)
}

/// Writes what libraries warn of to CloudWatch Logs, one JSON object a line. Nothing below a
/// warning: the runtime's own finer messages hold whole requests.
fn log_warnings() {
    tracing_subscriber::fmt()
        .json()
        .without_time()
        .with_max_level(tracing::Level::WARN)
        .init();
}

/// Hands one API Gateway event to `handler` and gives back the response event.
///
/// # Errors
/// None: a handler always answers.
pub fn invoke<H, F>(
    handler: &H,
    mut event: LambdaEvent<LambdaRequest>,
) -> impl Future<Output = Result<impl Serialize + use<H, F>, Infallible>> + Send + use<H, F>
where
    H: Fn(Request) -> F,
    F: Future<Output = Response<Body>> + Send + 'static,
{
    make_presentable(&mut event.payload);
    // Called here rather than inside the future: the adapter itself is not `Send`.
    let answer = handler;
    Adapter::from(service_fn(move |request| {
        let response = answer(request);
        async move { Ok::<_, Infallible>(Verbatim(response.await)) }
    }))
    .call(event)
}

/// A response whose body is what it is. lambda_http would look into its headers whether the body is
/// text and in which encoding; that needs a third of a megabyte of tables.
struct Verbatim(Response<Body>);

impl IntoResponse for Verbatim {
    fn into_response(self) -> Pin<Box<dyn Future<Output = Response<Body>> + Send>> {
        Box::pin(ready(self.0))
    }
}

/// What RFC 3986 §3.4 does not permit in a query, other than `%`.
const NOT_IN_A_QUERY: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>');

/// lambda_http builds a URL and a `http::Uri` from an event and panics when it cannot; API Gateway
/// forwards some bytes as the client sent them that are not acceptable there.
fn make_presentable(event: &mut LambdaRequest) {
    let LambdaRequest::ApiGatewayV2(event) = event else {
        return;
    };
    if let Some(query) = &mut event.raw_query_string {
        *query = utf8_percent_encode(query, NOT_IN_A_QUERY).to_string();
    }
    // Decoded, a path may hold what would end it in a URL.
    if let Some(path) = &mut event.raw_path {
        let encoded = path.replace('?', "%3F").replace('#', "%23");
        *path = if encoded.starts_with('/') {
            encoded
        } else {
            format!("/{encoded}")
        };
    }
    // Nobody asks the URL for its host: the issuer comes from the request's context.
    let nowhere = HeaderValue::from_static("localhost");
    event.headers.insert("host", nowhere);
    event.headers.remove("x-forwarded-proto");
}
