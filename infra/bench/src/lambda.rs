//! Lambda on loopback: its Runtime API, and AWS's answers, for one instance of a release binary.

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

use crate::deployment::{Invocation, body_of_success};
use crate::machine::{self, Cores};
use crate::recording::Responses;

/// An instance of a function: a process, and the server that it talks to.
pub(crate) struct Lambda {
    process: Child,
    server: JoinHandle<()>,
    services: Services,
    events: UnboundedSender<String>,
    reports: UnboundedReceiver<Result<Report, Bytes>>,
    started: Instant,
    /// From exec to the first request for an event.
    pub(crate) ready_after: Duration,
}

/// What the Runtime API is told, and when; a function that fails says why instead.
enum Report {
    Next(Instant),
    Answer(Instant, Bytes),
}

/// AWS's side of an invocation.
#[derive(Clone, Default)]
struct Services(Arc<Mutex<Calls>>);

#[derive(Default)]
struct Calls {
    answers: Responses,
    /// What was asked, answered or not.
    targets: Vec<String>,
}

#[derive(Clone)]
struct Host {
    services: Services,
    events: Arc<tokio::sync::Mutex<UnboundedReceiver<String>>>,
    reports: UnboundedSender<Result<Report, Bytes>>,
}

impl Lambda {
    /// Starts a binary on its core, and waits until it asks for its first event.
    pub(crate) async fn start(
        binary: &Path,
        variables: &[(String, String)],
        cores: Cores,
    ) -> Result<Self, Error> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let services = Services::default();
        let (events, to_come) = unbounded_channel();
        let (reported, reports) = unbounded_channel();
        let server = tokio::spawn(serve(
            listener,
            Host {
                services: services.clone(),
                events: Arc::new(tokio::sync::Mutex::new(to_come)),
                reports: reported,
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

    /// Has one event answered, which must succeed and ask AWS exactly what the recording holds; when
    /// the answer came, from exec.
    pub(crate) async fn invoke(&mut self, invocation: &Invocation) -> Result<Duration, Error> {
        self.services.expect(&invocation.answers);
        self.events.send(invocation.event.clone())?;
        let Report::Answer(at, answer) = self.report().await? else {
            return Err("the function asks for an event that it was given".into());
        };
        body_of_success(&serde_json::from_slice::<Json>(&answer)?)?;
        if !self.services.asked().answers.are_given() {
            return Err("the function makes fewer AWS calls than were recorded".into());
        }
        self.next().await?;
        Ok(at - self.started)
    }

    /// When it asks for an event.
    async fn next(&mut self) -> Result<Instant, Error> {
        match self.report().await? {
            Report::Next(at) => Ok(at),
            Report::Answer(..) => Err("the function answers unasked".into()),
        }
    }

    async fn report(&mut self) -> Result<Report, Error> {
        tokio::select! {
            report = self.reports.recv() => match report {
                Some(Ok(report)) => Ok(report),
                Some(Err(why)) => Err(String::from_utf8_lossy(&why).into()),
                None => Err("the Runtime API has ended".into()),
            },
            status = self.process.wait() => Err(format!("the function ended: {}", status?).into()),
        }
    }

    /// The AWS calls of the last invocation.
    pub(crate) fn calls(&self) -> Vec<String> {
        self.services.asked().targets.clone()
    }

    /// CPU time so far.
    pub(crate) fn cpu(&self) -> Result<Duration, Error> {
        machine::cpu(self.pid()?)
    }

    /// The most memory that was resident at one time, in bytes.
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
/// As long as Lambda's.
const SESSION_TOKEN: &str = match str::from_utf8(&[b't'; 700]) {
    Ok(token) => token,
    Err(_) => "",
};

/// The environment that Lambda gives to a function, and nothing of this one.
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
            post(answered),
        )
        .route(&format!("{runtime}/invocation/{{id}}/error"), post(failed))
        .route(&format!("{runtime}/init/error"), post(failed))
        .route("/", post(aws))
        .with_state(host);
    // Ends with the task.
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

async fn answered(State(host): State<Host>, answer: Bytes) -> StatusCode {
    let _ = host.reports.send(Ok(Report::Answer(now(), answer)));
    StatusCode::ACCEPTED
}

async fn failed(State(host): State<Host>, why: Bytes) -> StatusCode {
    let _ = host.reports.send(Err(why));
    StatusCode::ACCEPTED
}

/// Answers a call that is signed with the instance's region and credentials.
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
        .answer(header("x-amz-target").unwrap_or_default())
    {
        Some((content_type, body)) => ([("content-type", content_type)], body).into_response(),
        None => StatusCode::NOT_IMPLEMENTED.into_response(),
    }
}

impl Services {
    fn expect(&self, answers: &[crate::recording::RecordedResponse]) {
        *self.asked() = Calls {
            answers: Responses::new(answers),
            targets: Vec::new(),
        };
    }

    fn answer(&self, target: &str) -> Option<(String, String)> {
        let mut asked = self.asked();
        asked.targets.push(target.to_owned());
        let answer = asked.answers.next(target)?;
        Some((answer.content_type, answer.body))
    }

    fn asked(&self) -> std::sync::MutexGuard<'_, Calls> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn now() -> Instant {
    crate::machine::now()
}
