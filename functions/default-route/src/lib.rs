//! API Gateway's `$default` route: answers every request that matches no other route
//! (docs/adr/0019).

mod form;
mod paths;

use std::future::ready;
use std::sync::Arc;

use lambda_http::http::header::{ALLOW, CACHE_CONTROL};
use lambda_http::http::{HeaderValue, Method, StatusCode};
use lambda_http::{Body, Request, RequestExt as _, Response};
use shared::fault::Fault;
use shared::http::{finished, route};
use shared::runtime::{Function, Running, is_readable};

use crate::form::Form;
use crate::paths::Path;

pub use crate::paths::PATHS;

/// Answers 404, 405 and OPTIONS. It makes no AWS calls.
pub static DEFAULT_ROUTE: Function = Function {
    name: "default-route",
    routes: || vec![ROUTE],
    start: |_| {
        Ok(Running::Requests(Arc::new(|request| {
            Box::pin(ready(answer(&request)))
        })))
    },
};

const ROUTE: &str = "$default";

/// The response never repeats the request's path or query: a caller may have put a secret there. It
/// names only paths of the template.
fn answer(request: &Request) -> Response<Body> {
    let path = request.raw_http_path();
    let form = Form::of(path);
    if route(request) != Some(ROUTE) {
        return form.failed(Fault::UnknownRoute);
    }
    if !is_readable(request) {
        return form.unreadable();
    }
    let method = request.method();
    match Path::find(path) {
        Some(found) if method == Method::OPTIONS => options(found),
        Some(found) if !found.allows(method.as_str()) => {
            let allow = found.allow();
            let detail = format!("The path does not support the method. It supports {allow}.");
            with_allow(form.method_not_allowed(&detail), &allow)
        }
        // API Gateway matched the encoded path: `/auth%2Froles` is not `/auth/roles`.
        Some(_) => form.not_found(NOT_FOUND),
        None => match path.strip_suffix('/').and_then(Path::find) {
            Some(found) => form.not_found(&without_slash(found)),
            None => form.not_found(NOT_FOUND),
        },
    }
}

const NOT_FOUND: &str = "The path was not found.";

/// Names the path without the slash. This is no redirect (308): a client would send its credentials
/// twice, or drop them, and some clients would change POST to GET. `Location` would have to repeat
/// the caller's path, which may begin with `//` and the name of another host.
fn without_slash(found: Path) -> String {
    let path = found.pattern;
    format!("{NOT_FOUND} Remove the slash at its end: {path}.")
}

/// Lists the methods of a path (RFC 9110 §9.3.7). For a preflight, `shared::runtime` adds the
/// headers of CORS.
fn options(found: Path) -> Response<Body> {
    let headers = Response::builder()
        .status(StatusCode::NO_CONTENT)
        .header(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    with_allow(finished(headers, Body::Empty), &found.allow())
}

/// Adds `Allow` (RFC 9110 §10.2.1).
fn with_allow(mut response: Response<Body>, allow: &str) -> Response<Body> {
    if let Ok(allow) = HeaderValue::from_str(allow) {
        response.headers_mut().insert(ALLOW, allow);
    }
    response
}
