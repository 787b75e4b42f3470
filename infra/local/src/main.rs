//! `cargo run`: the whole service on this machine.

mod arguments;
mod credentials;
mod signing;
mod start_screen;
mod stop;

use std::io::{self, Write as _};
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::process::ExitCode;
use std::time::Duration;

use anstream::{AutoStream, ColorChoice};
use local::{Instance, Options, ReadableLog, Stack, StartError};
use shared::runtime::log::Log;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use arguments::Arguments;
use credentials::Credentials;
use start_screen::StartScreen;
use stop::{GRACE, StopSignals};

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::WARN)
        .with_writer(io::stderr)
        .init();
    let arguments = Arguments::from_process();
    let mut signals = match StopSignals::new() {
        Ok(signals) => signals,
        Err(error) => return failure(&format!("cannot receive signals: {error}")),
    };
    let (stop, stopped) = oneshot::channel::<()>();
    let mut serving = tokio::spawn(serve(arguments, async {
        let _ = stopped.await;
    }));
    tokio::select! {
        result = &mut serving => return exit_code(result),
        () = signals.next() => drop(stop),
    }
    tokio::select! {
        result = serving => exit_code(result),
        () = tokio::time::sleep(GRACE) => {
            warn("some requests were not complete after 9 seconds; their connections are closed");
            ExitCode::SUCCESS
        }
        () = signals.next() => failure("stopped at once, with requests in progress"),
    }
}

fn exit_code(result: Result<Result<(), StartError>, tokio::task::JoinError>) -> ExitCode {
    match result {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(error)) => failure(&error.to_string()),
        Err(error) => failure(&error.to_string()),
    }
}

fn failure(reason: &str) -> ExitCode {
    warn(reason);
    ExitCode::FAILURE
}

/// Writes a line for the user. Standard error may be closed.
fn warn(line: &str) {
    let _ = writeln!(io::stderr().lock(), "local: {line}");
}

async fn serve(
    arguments: Arguments,
    stopped: impl Future<Output = ()> + Send + 'static,
) -> Result<(), StartError> {
    let cannot_listen = |error| StartError::Listen(arguments.listen, error);
    // Bind first: the issuer contains the port.
    let listener = TcpListener::bind(arguments.listen)
        .await
        .map_err(cannot_listen)?;
    let base_url = base_url(listener.local_addr().map_err(cannot_listen)?);
    let stack = Stack::open(arguments.storage()).await?;
    if let Some(chosen) = &arguments.credentials {
        chosen.store(&stack)?;
    }
    let mut options = Options::new(arguments.issuer.as_deref().unwrap_or(&base_url));
    for (name, value) in arguments.template.parameters() {
        options.parameters.set(name, value);
    }
    // Standard output has only the lines that scripts read; the log goes to standard error.
    options.log = Log::to_stderr();
    options.readable_log = arguments.is_log_pretty().then(readable_log);
    let instance = Instance::start(&stack, &options)?;
    instance.bootstrap().await?;
    let credentials = Credentials::of(&stack).ok_or(StartError::NoCredentials)?;
    // A failed write, such as to a closed pipe, must not stop the service.
    let _ = start_screen::announce(&base_url, &credentials);
    if options.readable_log.is_some() {
        let _ = StartScreen {
            base_url: &base_url,
            issuer: &options.issuer,
            audience: instance.default_audience(),
            storage: &arguments.storage(),
        }
        .write();
    }
    if !credentials.are_valid(&instance).await {
        warn(
            "the first App Client has been changed or deleted; \
             the credentials above are no longer valid",
        );
    }
    if let Some(chosen) = arguments.template.signing_algorithm()
        && let Some(other) = signing::other_algorithm(&instance, chosen).await
    {
        warn(&format!(
            "the signing key in the data directory is for {other}; \
             --signing-algorithm applies to a new data directory"
        ));
    }
    tokio::select! {
        result = instance.serve_with_console(listener, stopped) => result.map_err(cannot_listen),
        never = delete_expired(&stack) => match never {},
    }
}

async fn delete_expired(stack: &Stack) -> std::convert::Infallible {
    let mut minute = tokio::time::interval(Duration::from_secs(60));
    loop {
        minute.tick().await;
        // The next attempt may succeed: a full disk must not stop the service.
        if let Err(error) = stack.delete_expired() {
            warn(&format!("expired items were not deleted: {error}"));
        }
    }
}

/// The log on standard error, with colours under the same conditions as those of `--help`.
fn readable_log() -> ReadableLog {
    let is_coloured = AutoStream::choice(&io::stderr()) != ColorChoice::Never;
    // A failed write cannot be reported anywhere; the request is answered anyway.
    ReadableLog::new(is_coloured, |line| {
        drop(io::stderr().lock().write_all(line.as_bytes()));
    })
}

/// A URL at which this machine can reach the address.
fn base_url(mut address: SocketAddr) -> String {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip([127, 0, 0, 1].into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    format!("http://{address}")
}
