//! `cargo run`: the whole service on this machine.

mod arguments;

use std::io::{self, Write as _};
use std::net::{IpAddr, SocketAddr};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser as _;
use local::{Instance, Options, Stack, StartError};
use serde::Deserialize;
use shared::model::{ClientId, ClientSecret};
use shared::runtime::log::Log;
use shared::store::Store;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use arguments::Arguments;

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::WARN)
        .with_writer(io::stderr)
        .init();
    let arguments = Arguments::parse();
    tokio::select! {
        result = serve(arguments) => match result {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                let _ = writeln!(io::stderr().lock(), "local: {error}");
                ExitCode::FAILURE
            }
        },
        // Open connections may be cut: every answered request is already stored.
        () = stop_signal() => ExitCode::SUCCESS,
    }
}

async fn serve(arguments: Arguments) -> Result<(), StartError> {
    let cannot_listen = |error| StartError::Listen(arguments.listen, error);
    // Bind first: the issuer contains the port.
    let listener = TcpListener::bind(arguments.listen)
        .await
        .map_err(cannot_listen)?;
    let base_url = base_url(listener.local_addr().map_err(cannot_listen)?);
    let stack = Stack::open(arguments.storage()).await?;
    let mut options = Options::new(&base_url);
    // Standard output has only the lines that a new user copies; the log goes to standard error.
    options.log = Log::to_stderr();
    let instance = Instance::start(&stack, &options)?;
    instance.bootstrap().await?;
    let credentials = ShownCredentials::of(&stack).ok_or(StartError::NoCredentials)?;
    // A failed write, such as to a closed pipe, must not stop the service.
    let _ = announce(&base_url, &credentials);
    if !credentials.are_valid(&instance).await {
        let _ = writeln!(
            io::stderr().lock(),
            "local: the first App Client has been changed or deleted; \
             the credentials above are no longer valid"
        );
    }
    tokio::select! {
        result = instance.serve(listener) => result.map_err(cannot_listen),
        result = delete_expired(&stack) => result,
    }
}

async fn delete_expired(stack: &Stack) -> Result<(), StartError> {
    let mut minute = tokio::time::interval(Duration::from_secs(60));
    loop {
        minute.tick().await;
        stack.delete_expired()?;
    }
}

/// The first App Client's credentials, as the bootstrap function stores them.
#[derive(Deserialize)]
struct ShownCredentials {
    client_id: String,
    client_secret: String,
}

impl ShownCredentials {
    fn of(stack: &Stack) -> Option<Self> {
        serde_json::from_str(&stack.secret(Stack::BOOTSTRAP_CREDENTIALS)?).ok()
    }

    /// Whether the client still exists, is enabled and accepts this secret.
    async fn are_valid(&self, instance: &Instance) -> bool {
        let (Some(id), Some(secret), Some(environment)) = (
            ClientId::from_client_id(&self.client_id),
            ClientSecret::parse(&self.client_secret),
            instance.environment("get-client"),
        ) else {
            return false;
        };
        let Ok(store) = Store::new(environment) else {
            return false;
        };
        let client = store.find_client(id).await.ok().flatten();
        client.is_some_and(|client| client.is_enabled() && client.secret.matches(&secret.hash()))
    }
}

fn announce(base_url: &str, credentials: &ShownCredentials) -> io::Result<()> {
    let ShownCredentials {
        client_id,
        client_secret,
    } = credentials;
    let mut output = io::stdout().lock();
    writeln!(output, "listening on {base_url}")?;
    writeln!(output, "client_id: {client_id}")?;
    writeln!(output, "client_secret: {client_secret}")?;
    writeln!(
        output,
        "curl -s {base_url}/oauth/token -d grant_type=client_credentials \
         -d client_id={client_id} -d client_secret={client_secret}"
    )?;
    output.flush()
}

/// A URL at which this machine can reach the address.
fn base_url(mut address: SocketAddr) -> String {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip([127, 0, 0, 1].into()),
        IpAddr::V6(ip) if ip.is_unspecified() => {
            address.set_ip(std::net::Ipv6Addr::LOCALHOST.into());
        }
        _ => {}
    }
    format!("http://{address}")
}

async fn stop_signal() {
    let (Ok(mut interrupt), Ok(mut terminate)) = (
        signal(SignalKind::interrupt()),
        signal(SignalKind::terminate()),
    ) else {
        // Without handlers, the signals end the process by default.
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}
