//! What the functions cost, beside a bare Lambda: `infra/bench/run` builds and runs this.

mod deployment;
mod event;
mod handler;
mod lambda;
mod machine;
mod processes;
mod recording;
mod report;
mod statistics;

use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use lambda_http::Error;
use local::{Options, Stack, Storage};
use tokio::net::TcpListener;

use crate::machine::Cores;

const USAGE: &str = "\
bench table DIR      measure the binaries in DIR and print tables in Markdown
bench check DIR      whether their sizes and their AWS calls are within bounds
bench serve ALG      the local service with a quota that no load spends; prints URL, id and secret
";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Error> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["table", directory] => table(Path::new(directory)).await,
        ["check", directory] => check(Path::new(directory)).await,
        ["serve", algorithm] => serve(algorithm).await,
        _ => Err(USAGE.into()),
    }
}

async fn table(binaries: &Path) -> Result<(), Error> {
    let cores = Cores::of_this_process()?;
    let mut subjects = vec![processes::hello(binaries)?];
    subjects.extend(processes::functions(binaries).await?);
    for subject in &mut subjects {
        subject.count(cores).await?;
    }
    processes::measure(&mut subjects, cores).await?;
    machine::run_on(cores.function)?;
    let mut costs = Vec::new();
    for algorithm in ["RS256", "ES256", "EdDSA"] {
        costs.push(handler::cost(algorithm).await?);
    }
    let mut output = io::stdout().lock();
    Ok(write!(output, "{}", report::table(&subjects, &costs)?)?)
}

async fn check(binaries: &Path) -> Result<(), Error> {
    let cores = Cores::of_this_process()?;
    let mut faults = report::too_large(binaries)?;
    for mut subject in processes::functions(binaries).await? {
        subject.count(cores).await?;
        faults.extend(report::wrong_calls(&subject));
        faults.extend(report::slow_start(&subject));
    }
    if faults.is_empty() {
        return Ok(());
    }
    Err(faults.join("\n").into())
}

async fn serve(algorithm: &str) -> Result<(), Error> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let mut options = Options::new(&url);
    options.signing_algorithm = algorithm.to_owned();
    options.default_token_quota = 1_000_000;
    let stack = Stack::open(Storage::Ephemeral).await?;
    let instance = stack.instance(&options)?;
    instance.bootstrap().await?;
    let credentials = stack
        .secret(Stack::BOOTSTRAP_CREDENTIALS)
        .unwrap_or_default();
    let credentials: serde_json::Value = serde_json::from_str(&credentials)?;
    let text = |name| credentials.get(name).and_then(|value| value.as_str());
    let (id, secret) = (text("client_id"), text("client_secret"));
    let mut output = io::stdout();
    writeln!(
        output,
        "{url} {} {}",
        id.unwrap_or_default(),
        secret.unwrap_or_default()
    )?;
    Ok(instance.serve(listener).await?)
}
