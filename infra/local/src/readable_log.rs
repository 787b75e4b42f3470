//! The log for people: one aligned line for each request, and a hint below a refusal.
//!
//! A line combines what the gateway knows of a request with the function's own log line. The hint
//! follows from the error and the cause in that line; nothing here decides anything.

mod hint;
mod row;
mod unverified;
mod visible;

use std::cell::RefCell;
use std::sync::Arc;

use axum::http::request::Parts;
use serde::Deserialize;
use serde_json::Value as Json;
use shared::clock::{Clock, Stopwatch};
use shared::model::Timestamp;
use shared::runtime::log::Log;

pub(crate) use hint::Expected;

use crate::description::description;
use hint::Refused;
use row::Row;
use unverified::UnverifiedClaims;

/// The destination and the style of the log for people.
#[derive(Clone)]
pub struct ReadableLog {
    is_coloured: bool,
    write: Arc<dyn Fn(&str) + Send + Sync>,
}

/// The log of one instance.
pub(crate) struct RequestLog {
    pub(crate) readable: ReadableLog,
    pub(crate) expected: Expected,
    pub(crate) clock: Clock,
}

/// A request to log. It keeps neither its headers nor its query, which may contain secrets.
#[derive(Clone)]
pub(crate) struct LoggedRequest {
    log: Arc<RequestLog>,
    at: Timestamp,
    stopwatch: Stopwatch,
    method: String,
    path: String,
    presented: Option<UnverifiedClaims>,
}

/// The members of a function's log line that are shown. `docs/logging.md` describes them.
#[derive(Deserialize)]
struct LoggedLine {
    status: Option<u16>,
    outcome: String,
    error: Option<String>,
    cause: Option<String>,
    client_id: Option<String>,
    clock_behind_s: Option<u64>,
    duration_ms: f64,
}

tokio::task_local! {
    /// The log line of the function that this task runs.
    static LINE: RefCell<Vec<u8>>;
}

impl ReadableLog {
    /// A log that passes each line, with its hint and its final line feed, to `write`.
    pub fn new(is_coloured: bool, write: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self {
            is_coloured,
            write: Arc::new(write),
        }
    }

    /// Where the functions write their lines. A line of a request is kept for its
    /// [`LoggedRequest`]; any other is passed on as it is.
    pub(crate) fn of_functions(&self) -> Log {
        let write = Arc::clone(&self.write);
        Log::from_fn(move |line| {
            if LINE.try_with(|kept| kept.replace(line.to_vec())).is_err() {
                write(&String::from_utf8_lossy(line));
            }
        })
    }
}

impl RequestLog {
    /// Begins to log a request.
    pub(crate) fn begin(self: &Arc<Self>, request: &Parts) -> LoggedRequest {
        LoggedRequest {
            log: Arc::clone(self),
            at: self.clock.now(),
            stopwatch: Stopwatch::start(),
            method: request.method.as_str().to_owned(),
            path: request.uri.path().to_owned(),
            presented: UnverifiedClaims::of(&request.headers),
        }
    }
}

impl LoggedRequest {
    /// Runs the function, and logs the request with the line that the function writes.
    pub(crate) async fn watch<E>(
        self,
        invocation: impl Future<Output = Result<Json, E>>,
    ) -> Result<Json, E> {
        let watched = async {
            let result = invocation.await;
            (result, LINE.with(RefCell::take))
        };
        let (result, line) = LINE.scope(RefCell::default(), watched).await;
        if let Ok(line) = serde_json::from_slice(&line) {
            let body = result
                .as_ref()
                .ok()
                .and_then(|result| result["body"].as_str());
            self.write_answer(&line, body);
        }
        result
    }

    /// Logs a request that no function answered. `outcome` and `hint` are the service's words.
    pub(crate) fn answered(&self, status: u16, outcome: &str, hint: Option<&str>) {
        let milliseconds = self.stopwatch.milliseconds();
        let row = self.row(status, milliseconds, "-", outcome);
        self.write(&row, hint);
    }

    fn write_answer(&self, line: &LoggedLine, body: Option<&str>) {
        let client = line.client_id.as_deref().and_then(|id| id.get(..8));
        let outcome = line.error.as_ref().unwrap_or(&line.outcome);
        let status = line.status.unwrap_or_default();
        let row = self.row(status, line.duration_ms, client.unwrap_or("-"), outcome);
        let refused = line.error.as_deref().map(|error| Refused {
            error,
            cause: line.cause.as_deref(),
            is_client_known: client.is_some(),
            presented: self.presented.as_ref(),
            description: body.and_then(description),
            expected: &self.log.expected,
            now: self.log.clock.now(),
        });
        let hint = match (refused, line.clock_behind_s) {
            (Some(refused), _) => refused.hint(),
            (None, Some(seconds)) => Some(hint::clock_behind(seconds)),
            (None, None) => None,
        };
        self.write(&row, hint.as_deref());
    }

    fn row<'a>(
        &'a self,
        status: u16,
        milliseconds: f64,
        client: &'a str,
        outcome: &'a str,
    ) -> Row<'a> {
        Row {
            at: self.at,
            method: &self.method,
            path: &self.path,
            status,
            milliseconds,
            client,
            outcome,
        }
    }

    /// Writes line and hint in one call, so those of concurrent requests never mix.
    fn write(&self, row: &Row<'_>, hint: Option<&str>) {
        let ReadableLog { is_coloured, write } = &self.log.readable;
        let mut text = row.text(*is_coloured);
        if let Some(hint) = hint {
            text.push_str(&row::hint(hint, *is_coloured));
        }
        write(&text);
    }
}
