//! Benchmarks the functions against a minimal Lambda function. `infra/bench/run` builds and runs
//! this.

mod deployment;
mod event;
mod handler;
mod lambda;
mod machine;
mod policies;
mod processes;
mod recording;
mod report;
mod signature;
mod statistics;

use std::env::consts::ARCH;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use lambda_http::Error;
use local::{Instance, Options, Stack, Storage};
use tokio::net::TcpListener;

use crate::deployment::Deployment;
use crate::machine::Cores;

/// Measure the release binaries and compare them with a minimal Lambda function.
#[derive(Debug, Parser)]
#[command(version)]
struct BenchArguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Measure the binaries in DIR and print tables in Markdown
    Table {
        /// Directory of the binaries, such as target/release
        dir: PathBuf,
    },
    /// Measure the token function's handler in this process and print that table
    Handler,
    /// Measure access policies in this process and print that table
    Policies,
    /// Check the binaries' sizes and, for this machine's architecture, their AWS calls and start
    Check {
        /// Directories of the binaries: from cargo build, cargo lambda build or sam build
        #[arg(value_name = "DIR", required = true)]
        dirs: Vec<PathBuf>,
    },
    /// Run the local service with a quota too large to exhaust; print URL, client ID and secret
    Serve {
        /// Signing algorithm: RS256, ES256 or EdDSA
        algorithm: String,
    },
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(BenchArguments::parse().command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<(), Error> {
    match command {
        Command::Table { dir } => table(&dir).await,
        Command::Handler => handlers().await,
        Command::Policies => access_policies().await,
        Command::Check { dirs } => check(&dirs).await,
        Command::Serve { algorithm } => serve(&algorithm).await,
    }
}

async fn table(binaries: &Path) -> Result<(), Error> {
    writeln!(io::stdout(), "{}.\n", machine::description()?)?;
    let cores = Cores::of_this_process()?;
    let mut subjects = vec![processes::hello(binaries)?];
    subjects.extend(processes::functions(binaries).await?);
    for subject in &mut subjects {
        subject.count(cores).await?;
    }
    processes::measure(&mut subjects, cores).await?;
    let every_function = Deployment::new("ES256").await?.functions()?;
    let processes = report::processes(&subjects)?;
    let sizes = report::sizes(binaries, &every_function)?;
    writeln!(io::stdout(), "{processes}\n{sizes}")?;
    handlers().await?;
    writeln!(io::stdout())?;
    access_policies().await
}

async fn handlers() -> Result<(), Error> {
    machine::run_on(Cores::of_this_process()?.function)?;
    let mut costs = Vec::new();
    for algorithm in ["RS256", "ES256", "EdDSA"] {
        costs.push(handler::cost(algorithm).await?);
    }
    Ok(write!(io::stdout(), "{}", report::handler(&costs)?)?)
}

async fn access_policies() -> Result<(), Error> {
    machine::run_on(Cores::of_this_process()?.function)?;
    let costs = policies::costs().await?;
    Ok(write!(io::stdout(), "{}", report::policies(&costs)?)?)
}

async fn check(directories: &[PathBuf]) -> Result<(), Error> {
    let cores = Cores::of_this_process()?;
    let every_function = Deployment::new("ES256").await?.functions()?;
    let mut failures = Vec::new();
    for binaries in directories {
        failures.extend(report::too_large(binaries, &every_function)?);
        if processes::runs_on(&processes::find(binaries, "token")?)? != ARCH {
            continue;
        }
        for mut subject in processes::functions(binaries).await? {
            subject.count(cores).await?;
            failures.extend(report::wrong_calls(&subject));
            failures.extend(report::slow_start(&subject));
        }
    }
    if failures.is_empty() {
        return Ok(());
    }
    Err(failures.join("\n").into())
}

async fn serve(algorithm: &str) -> Result<(), Error> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let mut options = Options::new(&url);
    options.parameters.set("SigningAlgorithm", algorithm);
    options.parameters.set("TokenQuota", 1_000_000);
    let stack = Stack::open(Storage::Ephemeral).await?;
    let instance = Instance::start(&stack, &options)?;
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
