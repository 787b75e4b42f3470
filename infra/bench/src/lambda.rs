//! Lambda on loopback: serves the Runtime API and AWS's recorded responses to one instance of a
//! release binary.

use std::ffi::OsStr;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Response, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::serve::ListenerExt as _;
use lambda_http::Error;
use serde_json::Value as Json;
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

use crate::deployment::{Invocation, successful_body};
use crate::machine::{self, Cores};
use crate::recording::Responses;

/// An instance of a function: its process, and the server that it connects to.
pub(crate) struct Lambda {
    process: Child,
    server: JoinHandle<()>,
    services: ReplayedServices,
    events: UnboundedSender<String>,
    reports: UnboundedReceiver<Result<Report, Bytes>>,
    started: Instant,
    /// From exec to the first request for an event.
    pub(crate) ready_after: Duration,
}

/// A request to the Runtime API, with its time. A function that fails sends its error instead.
enum Report {
    /// For the next event.
    Next(Instant),
    /// With a response.
    Response(Instant, Bytes),
}

/// The emulated AWS services during an invocation.
#[derive(Clone, Default)]
struct ReplayedServices(Arc<Mutex<CallLog>>);

#[derive(Default)]
struct CallLog {
    responses: Responses,
    /// The operations that were called, with a recorded response or not.
    targets: Vec<String>,
}

#[derive(Clone)]
struct Host {
    services: ReplayedServices,
    events: Arc<tokio::sync::Mutex<UnboundedReceiver<String>>>,
    reports: UnboundedSender<Result<Report, Bytes>>,
}

impl Lambda {
    /// Starts a binary on its core, and waits until it requests its first event.
    pub(crate) async fn start(
        binary: &Path,
        variables: &[(String, String)],
        cores: Cores,
    ) -> Result<Self, Error> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let services = ReplayedServices::default();
        let (events, event_queue) = unbounded_channel();
        let (report_sender, reports) = unbounded_channel();
        let server = tokio::spawn(serve(
            listener,
            Host {
                services: services.clone(),
                events: Arc::new(tokio::sync::Mutex::new(event_queue)),
                reports: report_sender,
            },
        ));
        let mut command = command(binary, address, variables);
        machine::run_on(cores.function)?;
        let started = now();
        let process = command.spawn();
        machine::run_on(cores.server)?;
        let mut lambda = Self {
            process: process?,
            server,
            services,
            events,
            reports,
            started,
            ready_after: Duration::ZERO,
        };
        lambda.ready_after = lambda.next().await? - started;
        Ok(lambda)
    }

    /// Invokes the function and returns the time from exec to its response.
    ///
    /// # Errors
    /// If the response is an error, or the AWS calls differ from the recorded ones.
    pub(crate) async fn invoke(&mut self, invocation: &Invocation) -> Result<Duration, Error> {
        self.services.expect(&invocation.responses);
        self.events.send(invocation.event.clone())?;
        let Report::Response(at, response) = self.report().await? else {
            return Err("the function requested another event without a response".into());
        };
        successful_body(&serde_json::from_slice::<Json>(&response)?)?;
        if !self.services.calls().responses.is_empty() {
            return Err("the function makes fewer AWS calls than were recorded".into());
        }
        self.next().await?;
        Ok(at - self.started)
    }

    /// Waits for a request for the next event, and returns its time.
    async fn next(&mut self) -> Result<Instant, Error> {
        match self.report().await? {
            Report::Next(at) => Ok(at),
            Report::Response(..) => Err("the function responded without an event".into()),
        }
    }

    async fn report(&mut self) -> Result<Report, Error> {
        tokio::select! {
            report = self.reports.recv() => match report {
                Some(Ok(report)) => Ok(report),
                Some(Err(error)) => Err(String::from_utf8_lossy(&error).into()),
                None => Err("the Runtime API has ended".into()),
            },
            status = self.process.wait() => Err(format!("the function ended: {}", status?).into()),
        }
    }

    /// The AWS calls of the last invocation.
    pub(crate) fn calls(&self) -> Vec<String> {
        self.services.calls().targets.clone()
    }

    /// The CPU time so far.
    pub(crate) fn cpu(&self) -> Result<Duration, Error> {
        machine::cpu(self.pid()?)
    }

    /// The peak resident memory, in bytes.
    pub(crate) fn peak_memory(&self) -> Result<u64, Error> {
        machine::peak_memory(self.pid()?)
    }

    /// Ends the instance.
    pub(crate) async fn end(mut self) -> Result<(), Error> {
        self.server.abort();
        Ok(self.process.kill().await?)
    }

    fn pid(&self) -> Result<u32, Error> {
        Ok(self.process.id().ok_or("the function has ended")?)
    }
}

const REGION: &str = "eu-central-1";
const ACCESS_KEY_ID: &str = "ASIAIOSFODNN7EXAMPLE";
/// A session token of the length that Lambda uses.
const SESSION_TOKEN: &str = match str::from_utf8(&[b't'; 700]) {
    Ok(token) => token,
    Err(_) => "",
};

/// The command that starts a function, with only the environment variables that Lambda sets.
fn command(binary: &Path, host: SocketAddr, variables: &[(String, String)]) -> Command {
    let mut command = Command::new(binary);
    command
        .env_clear()
        .env("AWS_LAMBDA_RUNTIME_API", host.to_string())
        .env("AWS_LAMBDA_FUNCTION_NAME", "function")
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
        .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
        .env("AWS_REGION", REGION)
        .env("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID)
        .env(
            "AWS_SECRET_ACCESS_KEY",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        )
        .env("AWS_SESSION_TOKEN", SESSION_TOKEN)
        .env("AWS_ENDPOINT_URL", format!("http://{host}"))
        .envs(
            variables
                .iter()
                .map(|(name, value)| (OsStr::new(name), OsStr::new(value))),
        )
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .kill_on_drop(true);
    command
}

async fn serve(listener: TcpListener, host: Host) {
    let listener = listener.tap_io(|connection| {
        let _ = connection.set_nodelay(true);
    });
    let runtime = "/2018-06-01/runtime";
    let router = Router::new()
        .route(&format!("{runtime}/invocation/next"), get(next))
        .route(
            &format!("{runtime}/invocation/{{id}}/response"),
            post(responded),
        )
        .route(&format!("{runtime}/invocation/{{id}}/error"), post(failed))
        .route(&format!("{runtime}/init/error"), post(failed))
        .route("/", post(aws))
        .with_state(host);
    // Runs until the task is aborted.
    let _ = axum::serve(listener, router).await;
}

async fn next(State(host): State<Host>) -> Response<axum::body::Body> {
    let _ = host.reports.send(Ok(Report::Next(now())));
    let Some(event) = host.events.lock().await.recv().await else {
        return StatusCode::GONE.into_response();
    };
    let headers = [
        ("content-type", "application/json"),
        (
            "lambda-runtime-aws-request-id",
            "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
        ),
        ("lambda-runtime-deadline-ms", "4102444800000"),
        (
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:eu-central-1:123456789012:function:function",
        ),
    ];
    (headers, event).into_response()
}

async fn responded(State(host): State<Host>, response: Bytes) -> StatusCode {
    let _ = host.reports.send(Ok(Report::Response(now(), response)));
    StatusCode::ACCEPTED
}

async fn failed(State(host): State<Host>, error: Bytes) -> StatusCode {
    let _ = host.reports.send(Err(error));
    StatusCode::ACCEPTED
}

/// Responds to an AWS call that is signed with the instance's region and credentials.
async fn aws(State(host): State<Host>, headers: HeaderMap) -> Response<axum::body::Body> {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let authorization = header("authorization").unwrap_or_default();
    let is_signed = authorization.contains(&format!("Credential={ACCESS_KEY_ID}/"))
        && authorization.contains(&format!("/{REGION}/"))
        && header("x-amz-security-token") == Some(SESSION_TOKEN);
    if !is_signed {
        return StatusCode::FORBIDDEN.into_response();
    }
    match host
        .services
        .respond(header("x-amz-target").unwrap_or_default())
    {
        Some((content_type, body)) => ([("content-type", content_type)], body).into_response(),
        None => StatusCode::NOT_IMPLEMENTED.into_response(),
    }
}

impl ReplayedServices {
    fn expect(&self, responses: &[crate::recording::RecordedResponse]) {
        *self.calls() = CallLog {
            responses: Responses::new(responses),
            targets: Vec::new(),
        };
    }

    fn respond(&self, target: &str) -> Option<(String, String)> {
        let mut calls = self.calls();
        calls.targets.push(target.to_owned());
        let response = calls.responses.next(target)?;
        Some((response.content_type, response.body))
    }

    fn calls(&self) -> std::sync::MutexGuard<'_, CallLog> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn now() -> Instant {
    crate::machine::now()
}
