//! The console at `/` and the API reference at `/docs`, built from `infra/console`.
//!
//! The pages contain no secret. They call the public API, and sign in with the first App Client's
//! credentials, which only they can get: [`Guard`] refuses every other reader.

mod guard;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header};

use crate::aws::SecretsManager;
use crate::gateway::Pages;
use crate::stack::Stack;

use guard::Guard;

/// Where the pages get the first App Client's credentials.
const CREDENTIALS: &str = "/console/credentials";

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
const JSON: &str = "application/json";

/// A file of the console: its path, its media type, its content.
type File = (&'static str, &'static str, &'static [u8]);

const FILES: &[File] = &[
    ("/", HTML, include_bytes!("../../console/dist/index.html")),
    (
        "/docs",
        HTML,
        include_bytes!("../../console/dist/docs.html"),
    ),
    (
        "/console/console.js",
        JAVASCRIPT,
        include_bytes!("../../console/dist/console.js"),
    ),
    (
        "/console/console.css",
        CSS,
        include_bytes!("../../console/dist/console.css"),
    ),
    (
        "/console/docs.js",
        JAVASCRIPT,
        include_bytes!("../../console/dist/docs.js"),
    ),
    (
        "/console/docs.css",
        CSS,
        include_bytes!("../../console/dist/docs.css"),
    ),
    (
        "/console/swagger-ui.js",
        JAVASCRIPT,
        include_bytes!("../../console/dist/swagger-ui.js"),
    ),
    (
        "/console/swagger-ui.css",
        CSS,
        include_bytes!("../../console/dist/swagger-ui.css"),
    ),
    (
        "/console/icon.svg",
        "image/svg+xml",
        include_bytes!("../../console/dist/icon.svg"),
    ),
];

/// The policy of every response: only files and requests of this origin, in no frame, and no text
/// that becomes HTML.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'; trusted-types 'none'";

/// The policy of `/docs`. Swagger UI writes sanitized Markdown as HTML, and its style sheet
/// contains images.
const DOCS_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'";

/// The console of one local service.
pub(crate) struct Console {
    secrets: Arc<SecretsManager>,
    guard: Guard,
}

impl Console {
    /// The console of a service with this issuer that listens on `port`.
    pub(crate) fn new(secrets: Arc<SecretsManager>, issuer: &str, port: u16) -> Self {
        let guard = Guard::new(issuer, port);
        Self { secrets, guard }
    }

    /// The console's pages. The template has none of their paths.
    pub(crate) fn pages(self) -> Pages {
        Arc::new(move |request, peer| self.answer(request, peer))
    }

    fn answer(&self, request: &Request, peer: SocketAddr) -> Option<Response<Body>> {
        let path = request.uri().path();
        let file = FILES.iter().find(|(file, ..)| *file == path);
        if file.is_none() && path != CREDENTIALS {
            return None;
        }
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return Some(method_not_allowed());
        }
        Some(match file {
            Some((_, media_type, content)) => page(path, media_type, content),
            None => self.credentials(peer, request.headers()),
        })
    }

    fn credentials(&self, peer: SocketAddr, headers: &HeaderMap) -> Response<Body> {
        let (status, body) = if !self.guard.admits(peer, headers) {
            (StatusCode::FORBIDDEN, r#"{"message":"Forbidden"}"#.into())
        } else if let Some(credentials) = self.secrets.current(Stack::BOOTSTRAP_CREDENTIALS) {
            (StatusCode::OK, credentials)
        } else {
            (StatusCode::NOT_FOUND, r#"{"message":"Not Found"}"#.into())
        };
        with_status(respond(JSON, POLICY, body.into()), status)
    }
}

fn with_status(mut response: Response<Body>, status: StatusCode) -> Response<Body> {
    *response.status_mut() = status;
    response
}

fn method_not_allowed() -> Response<Body> {
    let body = r#"{"message":"Method Not Allowed"}"#;
    let mut response = respond(JSON, POLICY, body.into());
    let methods = HeaderValue::from_static("GET, HEAD");
    response.headers_mut().insert(header::ALLOW, methods);
    with_status(response, StatusCode::METHOD_NOT_ALLOWED)
}

fn page(path: &str, media_type: &'static str, content: &'static [u8]) -> Response<Body> {
    let policy = if path == "/docs" { DOCS_POLICY } else { POLICY };
    respond(media_type, policy, content.into())
}

/// A response that other origins can neither read nor frame, and that no cache stores.
fn respond(media_type: &'static str, policy: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    let fields: [(HeaderName, &'static str); 8] = [
        (header::CONTENT_TYPE, media_type),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ];
    for (name, value) in fields {
        let headers = response.headers_mut();
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
