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
        // Connections that are open are of no concern: whatever was answered is on the disk.
        () = told_to_stop() => ExitCode::SUCCESS,
    }
}

async fn serve(arguments: Arguments) -> Result<(), StartError> {
    let unusable = |error| StartError::Listen(arguments.listen, error);
    // First the port, because the issuer has it in its name.
    let listener = TcpListener::bind(arguments.listen)
        .await
        .map_err(unusable)?;
    let base_url = base_url(listener.local_addr().map_err(unusable)?);
    let stack = Stack::open(arguments.storage()).await?;
    let mut options = Options::new(&base_url);
    // Standard output is for what a newcomer copies; why a request was refused is told beside it.
    options.log = Log::to_stderr();
    let instance = Instance::start(&stack, &options)?;
    instance.bootstrap().await?;
    let credentials = Credentials::of(&stack).ok_or(StartError::NoCredentials)?;
    // Nobody may be reading; the service is there all the same.
    let _ = announce(&base_url, &credentials);
    if !credentials.are_good(&instance).await {
        let _ = writeln!(
            io::stderr().lock(),
            "local: the first App Client has been changed or deleted; \
             the credentials above are no longer valid"
        );
    }
    tokio::select! {
        result = instance.serve(listener) => result.map_err(unusable),
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

/// The bootstrap client's, as the bootstrap function keeps them.
#[derive(Deserialize)]
struct Credentials {
    client_id: String,
    client_secret: String,
}

impl Credentials {
    fn of(stack: &Stack) -> Option<Self> {
        serde_json::from_str(&stack.secret(Stack::BOOTSTRAP_CREDENTIALS)?).ok()
    }

    /// Whether they still get a token.
    async fn are_good(&self, instance: &Instance) -> bool {
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

fn announce(base_url: &str, credentials: &Credentials) -> io::Result<()> {
    let Credentials {
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

/// A URL under which this machine reaches the address.
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

async fn told_to_stop() {
    let (Ok(mut interrupt), Ok(mut terminate)) = (
        signal(SignalKind::interrupt()),
        signal(SignalKind::terminate()),
    ) else {
        // Without handlers the signals end the process by themselves.
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}
