//! The emulator of API Gateway's HTTP API: turns requests into events, and functions' results into
//! responses.

mod event;
mod limits;
mod nearest;
mod refusal;
mod response;
mod route;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::handler::Handler as _;
use axum::http::request::Parts;
use axum::http::{Response, StatusCode};
use axum::serve::ListenerExt as _;
use lambda_http::{Context, LambdaEvent};
use shared::clock::Clock;
use shared::runtime::HttpEvent;
use tokio::net::TcpListener;

pub(crate) use route::Routes;

use crate::readable_log::{LoggedRequest, RequestLog};
use crate::template::Route;
use event::Incoming;
use limits::Rejection;
use refusal::{Explained, Peer};
use shared::runtime::Handler;

/// Pages besides the API: the response to a request for one of them.
pub(crate) type Pages = Arc<dyn Fn(&Request, SocketAddr) -> Option<Response<Body>> + Send + Sync>;

/// An HTTP API.
#[derive(Clone)]
pub(crate) struct Gateway {
    routes: Arc<Routes>,
    pages: Option<Pages>,
    log: Option<Arc<RequestLog>>,
    clock: Clock,
    requests: Arc<AtomicU64>,
}

impl Gateway {
    pub(crate) fn new(routes: Routes, clock: Clock) -> Self {
        Self {
            routes: Arc::new(routes),
            pages: None,
            log: None,
            clock,
            requests: Arc::default(),
        }
    }

    /// The same API for a developer: with pages, which come before its routes, and with the nearest
    /// routes in the response to an unknown path.
    pub(crate) fn with_pages(self, pages: Pages) -> Self {
        Self {
            pages: Some(pages),
            ..self
        }
    }

    /// The same API with a log for people.
    pub(crate) fn with_log(self, log: RequestLog) -> Self {
        Self {
            log: Some(Arc::new(log)),
            ..self
        }
    }

    /// Serves until `stop` is ready. Then it closes the listener, answers the requests that it has
    /// begun to receive, and closes each connection after its response.
    pub(crate) async fn serve(
        self,
        listener: TcpListener,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        let listener = listener.tap_io(|connection| {
            // A response is one write, so Nagle's algorithm would only delay it.
            let _ = connection.set_nodelay(true);
        });
        let listener = Explained(listener);
        // Without axum's router, which would add `Content-Length: 0` to the 304 of a HEAD request.
        let service = handle
            .with_state(self)
            .into_make_service_with_connect_info::<Peer>();
        axum::serve(listener, service)
            .with_graceful_shutdown(stop)
            .await
    }

    async fn respond(
        &self,
        (parts, body): (Parts, Body),
        peer: SocketAddr,
        logged: Option<LoggedRequest>,
    ) -> Result<Response<Body>, Rejection> {
        limits::check_head(&parts)?;
        let found = self.routes.find(&parts.method, parts.uri.path());
        let found = found.ok_or(Rejection::NotFound)?;
        let body = limits::read_body(&parts, body).await?;
        let event = Incoming {
            parts: &parts,
            body: &body,
            peer,
            route_key: &found.route_key,
            path_parameters: &found.path_parameters,
            request_id: self.requests.fetch_add(1, Ordering::Relaxed),
            now: self.clock.now(),
        }
        .event();
        let event = limits::check_event(event.to_string())?;
        let event: HttpEvent =
            serde_json::from_str(&event).map_err(|_| Rejection::InternalServerError)?;
        let nearest = self.nearest(&parts, &found.route_key);
        let result = invoke(found.handler, event, nearest, logged).await?;
        response::from_result(&parts.method, &result).ok_or(Rejection::InternalServerError)
    }

    /// The routes to suggest to a request that matches none.
    fn nearest(&self, parts: &Parts, route_key: &str) -> Vec<String> {
        if self.pages.is_none() || route_key != Route::DEFAULT {
            return Vec::new();
        }
        nearest::nearest(self.routes.iter(), parts.method.as_str(), parts.uri.path())
    }
}

const ONLY_PAGES: &str =
    "Only the console gets the credentials, on this machine and under an address of this service.";

async fn handle(
    State(gateway): State<Gateway>,
    ConnectInfo(Peer(peer)): ConnectInfo<Peer>,
    request: Request,
) -> Response<Body> {
    let pages = gateway.pages.as_ref();
    let page = pages.and_then(|pages| pages(&request, peer));
    let (parts, body) = request.into_parts();
    let logged = gateway.log.as_ref().map(|log| log.begin(&parts));
    if let Some(page) = page {
        if let Some(logged) = logged {
            let status = page.status();
            let hint = (status == StatusCode::FORBIDDEN).then_some(ONLY_PAGES);
            logged.answered(status.as_u16(), "page", hint);
        }
        return page;
    }
    match gateway.respond((parts, body), peer, logged.clone()).await {
        Ok(response) => response,
        Err(rejection) => {
            if let Some(logged) = logged {
                let (status, message) = rejection.public();
                logged.answered(status.as_u16(), message, Some(rejection.hint()));
            }
            rejection.response()
        }
    }
}

/// Invokes a function in its own task, isolated from the connection: a panic becomes a response,
/// and the function still finishes if the client disconnects.
async fn invoke(
    handler: Handler,
    event: HttpEvent,
    nearest: Vec<String>,
    logged: Option<LoggedRequest>,
) -> Result<serde_json::Value, Rejection> {
    let event = LambdaEvent::new(event, Context::default());
    let invocation = async move {
        let result = shared::runtime::lambda::invoke(&move |request| handler(request), event).await;
        let result = result.unwrap_or_else(|never: Infallible| match never {});
        let mut result = serde_json::to_value(result)?;
        nearest::add_to(&mut result, &nearest);
        Ok::<_, serde_json::Error>(result)
    };
    let invocation = match logged {
        Some(logged) => tokio::spawn(logged.watch(invocation)),
        None => tokio::spawn(invocation),
    };
    match invocation.await {
        Ok(Ok(result)) => Ok(result),
        Ok(Err(_)) | Err(_) => Err(Rejection::InternalServerError),
    }
}

#[cfg(test)]
mod tests;
