//! Logs each request and each event.

use std::fmt::Display;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};

use lambda_http::request::RequestContext;
use lambda_http::{Body, Request, RequestExt as _, Response};

use super::line::{Audit, Line, Plain, ShownChanges, ShownRule, UnreadableIds};
use super::metrics::{Metric, Metrics};
use super::notes::{Notebook, Notes};
use super::{Log, Outcome};
use crate::clock::{Clock, Stopwatch};
use crate::fault::Fault;
use crate::model::{ResourceType, Timestamp};

/// Writes the log lines of one instance of a function.
#[derive(Debug)]
pub struct Recorder {
    log: Log,
    clock: Clock,
    /// The namespace of the metrics; without it there are none.
    namespace: Option<String>,
    is_warm: AtomicBool,
}

impl Recorder {
    /// A recorder that writes to `log`. `namespace` is the namespace of its metrics; without it
    /// there are none.
    #[must_use]
    pub const fn new(log: Log, clock: Clock, namespace: Option<String>) -> Self {
        Self {
            log,
            clock,
            namespace,
            is_warm: AtomicBool::new(false),
        }
    }

    /// Answers a request with `handler`, and logs it.
    pub async fn watch<F>(
        &self,
        mut request: Request,
        handler: impl FnOnce(Request) -> F,
    ) -> Response<Body>
    where
        F: Future<Output = Response<Body>>,
    {
        let stopwatch = Stopwatch::start();
        let is_cold = self.is_cold();
        let notebook = Notebook::new();
        let origin = Origin::of(&request);
        request.extensions_mut().insert(notebook.clone());
        let mut response = handler(request).await;
        let outcome = response.extensions_mut().remove();
        let notes = notebook.take();
        let measured = Measured {
            milliseconds: stopwatch.milliseconds(),
            is_cold,
        };
        self.record(
            &origin,
            response.status().as_u16(),
            outcome.as_ref(),
            &notes,
            &measured,
        );
        response
    }

    /// Runs `handler` for an event, and logs the event. The line's `cause` is the `Display` of an
    /// error.
    ///
    /// # Errors
    /// The error of `handler`.
    pub async fn watch_event<T, E: Display + Sync, F>(
        &self,
        function: &'static str,
        request_id: &str,
        handler: impl FnOnce(Notebook) -> F,
    ) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>>,
    {
        let stopwatch = Stopwatch::start();
        let is_cold = self.is_cold();
        let notebook = Notebook::new();
        let result = handler(notebook.clone()).await;
        let notes = notebook.take();
        let failure = result.as_ref().err();
        Line {
            request_id: Plain(&request_id),
            api_request_id: None,
            route: None,
            function: Some(function),
            status: None,
            outcome: if failure.is_some() { "failed" } else { "done" },
            error: None,
            cause: failure.map(|failure| Plain(failure)),
            client_id: None,
            org_id: notes.org.as_ref().map(|id| Plain(id)),
            secret_id: None,
            secret_expires_at: None,
            jti: None,
            kid: None,
            clock_behind_s: None,
            unreadable: UnreadableIds(&notes.unreadable),
            audit: audit(&notes, None),
            duration_ms: stopwatch.milliseconds(),
            cold_start: is_cold,
            metrics: self.metrics_of_event(&notes),
        }
        .write(&self.log);
        result
    }

    fn is_cold(&self) -> bool {
        !self.is_warm.swap(true, Ordering::Relaxed)
    }

    fn record(
        &self,
        origin: &Origin,
        status: u16,
        outcome: Option<&Outcome>,
        notes: &Notes,
        measured: &Measured,
    ) {
        let cause: Option<&(dyn Display + Sync)> = match outcome {
            Some(Outcome::Failed { fault, .. }) => Some(fault),
            Some(Outcome::TokenRefused {
                cause: Some(cause), ..
            }) => Some(cause),
            // A list shows the other resources.
            _ => notes.unreadable.first().map(|(_, fault)| fault as _),
        };
        let client = notes.client.map(|client| client.client_id());
        Line {
            request_id: Plain(&origin.request_id),
            api_request_id: origin.api_request_id.as_ref().map(|id| Plain(id)),
            route: origin.route.as_ref().map(|route| Plain(route)),
            function: None,
            status: Some(status),
            outcome: outcome.map_or(outcome_of(status), Outcome::outcome),
            error: outcome.and_then(Outcome::error),
            cause: cause.map(Plain),
            client_id: client.as_ref().map(|id| Plain(id)),
            org_id: notes.org.as_ref().map(|id| Plain(id)),
            secret_id: notes.secret.as_ref().map(|id| Plain(id)),
            secret_expires_at: notes.secret_end.map(Timestamp::epoch_seconds),
            jti: notes.jti.as_ref().map(|id| Plain(id)),
            kid: notes.kid.as_deref(),
            clock_behind_s: notes.clock_behind,
            unreadable: UnreadableIds(&notes.unreadable),
            audit: audit(notes, origin.source_ip),
            duration_ms: measured.milliseconds,
            cold_start: measured.is_cold,
            metrics: self.metrics(outcome, notes, measured),
        }
        .write(&self.log);
    }

    fn metrics(
        &self,
        outcome: Option<&Outcome>,
        notes: &Notes,
        measured: &Measured,
    ) -> Option<Metrics<'_>> {
        let namespace = self.namespace.as_deref()?;
        let once = |metric, happened: bool| happened.then_some((metric, 1.0));
        let issued = matches!(outcome, Some(Outcome::TokenIssued));
        let age = notes.signing_key_age.map(|seconds| {
            // A `u32` holds 136 years of seconds. No key is that old.
            f64::from(u32::try_from(seconds).unwrap_or(u32::MAX))
        });
        let values = [
            once(Metric::TOKENS_ISSUED, issued),
            once(
                Metric::TOKENS_REFUSED,
                matches!(outcome, Some(Outcome::TokenRefused { .. })),
            ),
            once(
                Metric::FAULTS,
                matches!(outcome, Some(Outcome::Failed { .. })),
            ),
            once(
                Metric::DAMAGED_CLIENTS,
                matches!(
                    outcome,
                    Some(Outcome::Failed {
                        fault: Fault::Damaged,
                        ..
                    })
                ),
            ),
            once(
                Metric::SECRETS_ENDING_SOON,
                issued && notes.has_ending_secret,
            ),
            once(Metric::COLD_STARTS, measured.is_cold),
            issued.then_some((Metric::LATENCY, measured.milliseconds)),
            age.map(|seconds| (Metric::SIGNING_KEY_AGE, seconds)),
        ];
        Metrics::new(namespace, self.clock.now(), values)
    }

    fn metrics_of_event(&self, notes: &Notes) -> Option<Metrics<'_>> {
        let recovery = notes
            .is_recovery
            .then_some((Metric::CLIENT_RECOVERIES, 1.0));
        let values = [recovery, None, None, None, None, None, None, None];
        Metrics::new(self.namespace.as_deref()?, self.clock.now(), values)
    }
}

/// The audit event of a change, or of a denied request.
fn audit(notes: &Notes, source_ip: Option<IpAddr>) -> Option<Audit<'_>> {
    let is_denied = notes.decision.is_some_and(|decision| !decision.allowed);
    let (action, resource_type) = match notes.action {
        Some(action) if action.writes() || is_denied => {
            (action.as_str(), action.resource_type().in_documents())
        }
        None if notes.is_recovery => (
            "bootstrap:RecoverAppClient",
            ResourceType::AppClients.as_str(),
        ),
        _ => return None,
    };
    Some(Audit {
        action,
        resource_type,
        resource_id: notes.resource.as_ref().map(|id| Plain(id)),
        rule: notes
            .decision
            .and_then(|decision| decision.rule)
            .map(ShownRule::from),
        changed: notes.changes.as_ref().map(ShownChanges),
        repeat: notes.is_repeat,
        source_ip,
    })
}

/// The origin of a request, from Lambda and API Gateway.
struct Origin {
    request_id: String,
    api_request_id: Option<String>,
    route: Option<String>,
    source_ip: Option<IpAddr>,
}

struct Measured {
    milliseconds: f64,
    is_cold: bool,
}

impl Origin {
    fn of(request: &Request) -> Self {
        let invocation = request.lambda_context_ref();
        let request_id = invocation.map(|context| context.request_id.clone());
        let context = match request.request_context_ref() {
            Some(RequestContext::ApiGatewayV2(context)) => Some(context),
            _ => None,
        };
        Self {
            request_id: request_id.unwrap_or_default(),
            api_request_id: context.and_then(|context| context.request_id.clone()),
            route: context.and_then(|context| context.route_key.clone()),
            source_ip: context.and_then(|context| context.http.source_ip.as_deref()?.parse().ok()),
        }
    }
}

/// The outcome of a response that has no [`Outcome`].
const fn outcome_of(status: u16) -> &'static str {
    match status {
        ..400 => "done",
        400..500 => "refused",
        _ => "failed",
    }
}
