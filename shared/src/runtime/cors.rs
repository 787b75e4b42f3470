//! CORS: which pages of other origins may read a response (Fetch standard, "CORS protocol"). The
//! functions answer it, because API Gateway's own configuration has one list of origins for all
//! routes, and replaces the headers of a function. No response allows credentials: the API has no
//! cookies.

use lambda_http::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, ALLOW,
    ORIGIN, VARY,
};
use lambda_http::http::{HeaderMap, HeaderValue, Method};
use lambda_http::request::RequestContext;
use lambda_http::{Body, Request, RequestExt as _, Response};

use super::variables::Variables;

/// The key set, the metadata and the description of the API, which everyone may read.
const PUBLIC: [&str; 2] = ["/.well-known/", "/openapi.json"];

/// The headers of responses that a page may read, besides those that it always may.
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "location, retry-after, www-authenticate, etag, ratelimit, ratelimit-policy, allow, idempotency-replayed",
);

/// The headers that a page may send, besides those that it always may.
const ACCEPTED: HeaderValue = HeaderValue::from_static(
    "accept, authorization, content-type, if-match, if-none-match, idempotency-key",
);

/// For how long a browser may keep the response to a preflight, in seconds.
const MAX_AGE: HeaderValue = HeaderValue::from_static("3600");

/// The origins whose pages may use the API.
pub(super) struct AllowedOrigins(Vec<HeaderValue>);

/// Who may read the response to a request.
pub(super) struct Readers {
    origin: Allowed,
    /// Whether the request asks in advance what a page may send.
    is_preflight: bool,
}

enum Allowed {
    /// Pages of every origin. The response does not depend on the request's origin.
    All,
    /// Pages of this origin.
    This(HeaderValue),
    /// No page of another origin. The same request from another origin may get a different response.
    NotThis,
    /// No page of any other origin.
    None,
}

impl AllowedOrigins {
    /// Reads `ALLOWED_ORIGINS`, a list that is separated by commas. Browsers send an origin in lower
    /// case.
    pub(super) fn new(variables: &Variables) -> Self {
        let listed = variables.optional("ALLOWED_ORIGINS").unwrap_or_default();
        let origins = listed.split(',').map(str::trim);
        let origins = origins.filter(|origin| !origin.is_empty());
        let values = origins.map(|origin| origin.to_ascii_lowercase().parse());
        Self(values.filter_map(Result::ok).collect())
    }

    /// Who may read the response to this request.
    pub(super) fn readers(&self, request: &Request) -> Readers {
        let headers = request.headers();
        let origin = headers.get(ORIGIN);
        let origin = if PUBLIC
            .iter()
            .any(|public| path(request).starts_with(public))
        {
            // Also without an origin, because caches may share the response.
            Allowed::All
        } else if self.0.is_empty() {
            Allowed::None
        } else {
            let allowed = origin.filter(|origin| self.0.contains(origin));
            allowed.map_or(Allowed::NotThis, |origin| Allowed::This(origin.clone()))
        };
        let asks =
            headers.contains_key(ORIGIN) && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        Readers {
            origin,
            is_preflight: asks && request.method() == Method::OPTIONS,
        }
    }
}

/// The path in the template, or the request's path where no path of the template matches.
fn path(request: &Request) -> &str {
    let route_key = match request.request_context_ref() {
        Some(RequestContext::ApiGatewayV2(context)) => context.route_key.as_deref(),
        _ => None,
    };
    let path = route_key.and_then(|key| key.split_once(' '));
    path.map_or_else(|| request.raw_http_path(), |(_, path)| path)
}

impl Readers {
    /// Names the readers in the headers of the response. An error names them too: otherwise a page
    /// could not tell a 401 from a failed connection.
    pub(super) fn name_in(self, response: &mut Response<Body>) {
        let is_success = response.status().is_success();
        let headers = response.headers_mut();
        let origin = match self.origin {
            Allowed::None => return,
            Allowed::All => HeaderValue::from_static("*"),
            Allowed::NotThis | Allowed::This(_) => {
                headers.insert(VARY, HeaderValue::from_static("Origin"));
                let Allowed::This(origin) = self.origin else {
                    return;
                };
                origin
            }
        };
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        if self.is_preflight && is_success {
            permit(headers);
        }
    }
}

/// Answers a preflight: the methods of the path, which are those in `Allow`.
fn permit(headers: &mut HeaderMap) {
    if let Some(methods) = headers.get(ALLOW).cloned() {
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, methods);
    }
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, ACCEPTED);
    headers.insert(ACCESS_CONTROL_MAX_AGE, MAX_AGE);
}

#[cfg(test)]
mod tests;
