//! The command line of the local service.

use std::io::{self, IsTerminal as _};
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory as _, Parser, ValueEnum};
use local::{StartError, Storage, Template};
use shared::runtime::Variables;
use url::{Host, Url};

use crate::credentials::ChosenCredentials;

/// Run Latchkey locally. API Gateway, DynamoDB and Secrets Manager run in the same process.
#[derive(Debug, Parser)]
#[command(name = "local", bin_name = "cargo run --", version, after_help = ENVIRONMENT)]
#[command(next_line_help = true)]
pub(crate) struct Arguments {
    /// Address to listen on. Port 0 selects a free port. 0.0.0.0 accepts requests from
    /// other hosts, as a container needs it
    #[arg(
        long,
        verbatim_doc_comment,
        value_name = "ADDR:PORT",
        default_value = "127.0.0.1:3000",
        value_parser = address
    )]
    pub(crate) listen: SocketAddr,
    /// Directory for the data; only one process at a time can use it
    #[arg(
        long,
        value_name = "DIR",
        default_value = ".latchkey",
        conflicts_with = "ephemeral"
    )]
    data_dir: PathBuf,
    /// Keep the data in memory only
    #[arg(long)]
    ephemeral: bool,
    /// Issuer of the tokens: the URL at which clients and APIs reach the service, such as
    /// http://localhost:3000. After a change, only new tokens are valid
    /// [default: http:// and the address]
    #[arg(long, verbatim_doc_comment, value_name = "URL", value_parser = issuer)]
    pub(crate) issuer: Option<String>,
    /// Format of the log on standard error. pretty: a line for people for each request, and a
    /// hint below a refusal. json: the JSON lines of a deployment. auto: pretty on a terminal,
    /// json otherwise
    #[arg(
        long,
        verbatim_doc_comment,
        value_name = "FORMAT",
        default_value = "auto"
    )]
    pub(crate) log: LogFormat,
    #[command(flatten)]
    pub(crate) template: TemplateOptions,
    /// The first App Client's credentials, from the environment.
    #[arg(skip)]
    pub(crate) credentials: Option<ChosenCredentials>,
}

const ENVIRONMENT: &str = "\
Environment:
  LATCHKEY_CLIENT_ID, LATCHKEY_CLIENT_SECRET
          Credentials with which to create the first App Client, for tests and containers.
          Set both or neither. The ID is a UUID without hyphens. The secret must have the
          form of a generated one: take one that an earlier start has printed
  NO_COLOR, CLICOLOR_FORCE
          Without and with colours, whatever the output is

Signals:
  SIGINT (Ctrl-C), SIGTERM
          Refuse new connections, answer the requests in progress within 9 seconds, and
          exit. A second signal exits at once";

/// The format of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// `Pretty` on a terminal, `Json` otherwise.
    #[value(help = None)]
    Auto,
    #[value(help = None)]
    Pretty,
    #[value(help = None)]
    Json,
}

/// The options that set a parameter of `template.yaml`. Its declaration has the default and the
/// allowed values.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of the deployment (parameters of template.yaml)")]
pub(crate) struct TemplateOptions {
    /// Audience of tokens whose request specifies none. The management API accepts only
    /// tokens for this audience [default: the issuer]
    #[arg(
        long,
        verbatim_doc_comment,
        value_name = "AUDIENCE",
        value_parser = parameter("DefaultAudience")
    )]
    default_audience: Option<Parameter>,
    /// Default token quota of new App Clients, in tokens per hour, from 1 to 1000000
    /// [default: 200]
    #[arg(
        long,
        verbatim_doc_comment,
        value_name = "TOKENS",
        value_parser = parameter("TokenQuota")
    )]
    token_quota: Option<Parameter>,
    /// Signature algorithm of new signing keys: RS256, ES256 or EdDSA. A data directory
    /// keeps the key that it has [default: RS256]
    #[arg(
        long,
        verbatim_doc_comment,
        value_name = "ALGORITHM",
        value_parser = parameter("SigningAlgorithm")
    )]
    signing_algorithm: Option<Parameter>,
    /// Comma-separated list of origins that may call the API from a browser (CORS), such
    /// as https://app.example.com [default: none]
    #[arg(
        long,
        verbatim_doc_comment,
        value_name = "ORIGINS",
        value_parser = parameter("AllowedOrigins")
    )]
    allowed_origins: Option<Parameter>,
}

/// A template parameter with an allowed value.
#[derive(Clone, Debug)]
struct Parameter {
    name: &'static str,
    value: String,
}

impl Arguments {
    /// The arguments and variables of this process. If they are invalid, it prints the reason and
    /// exits with status 2.
    pub(crate) fn from_process() -> Self {
        let mut arguments = Self::parse();
        match ChosenCredentials::from_variables(&Variables::from_process()) {
            Ok(credentials) => arguments.credentials = credentials,
            Err(reason) => Self::command()
                .error(ErrorKind::ValueValidation, reason)
                .exit(),
        }
        arguments
    }

    /// The storage that the arguments select.
    pub(crate) fn storage(&self) -> Storage {
        if self.ephemeral {
            Storage::Ephemeral
        } else {
            Storage::Directory(self.data_dir.clone())
        }
    }

    /// Whether the log is for people.
    pub(crate) fn is_log_pretty(&self) -> bool {
        match self.log {
            LogFormat::Auto => io::stderr().is_terminal(),
            LogFormat::Pretty => true,
            LogFormat::Json => false,
        }
    }
}

impl TemplateOptions {
    /// The parameters that the options set, with their values.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        let options = [
            &self.default_audience,
            &self.token_quota,
            &self.signing_algorithm,
            &self.allowed_origins,
        ];
        let set = options.into_iter().flatten();
        set.map(|Parameter { name, value }| (*name, value.as_str()))
    }

    /// The chosen algorithm of new signing keys.
    pub(crate) fn signing_algorithm(&self) -> Option<&str> {
        let chosen = self.signing_algorithm.as_ref()?;
        Some(&chosen.value)
    }
}

/// A parser for the values of a template parameter.
fn parameter(name: &'static str) -> impl Fn(&str) -> Result<Parameter, String> + Clone {
    move |value| {
        let template = Template::built_in();
        let checked = template.and_then(|template| template.check_parameter(name, value));
        let value = value.to_owned();
        match checked {
            Ok(()) => Ok(Parameter { name, value }),
            Err(StartError::Parameter(_, reason)) => Err(reason),
            Err(other) => Err(other.to_string()),
        }
    }
}

/// Parses an address, or resolves a name such as `localhost:3000`.
fn address(text: &str) -> Result<SocketAddr, String> {
    let mut addresses = text.to_socket_addrs().map_err(|error| error.to_string())?;
    addresses.next().ok_or("the name has no address".to_owned())
}

/// Parses an issuer: scheme, host and port, as a URL parser would write them. Verifiers compare
/// issuers byte by byte (RFC 8414 §3.3), and the endpoints' URLs begin with it.
fn issuer(text: &str) -> Result<String, String> {
    let url = Url::parse(text).map_err(|error| error.to_string())?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("it must begin with http:// or https://".to_owned());
    }
    // The URL standard permits more characters in a host than host names have, such as quotation marks.
    if let Some(Host::Domain(name)) = url.host()
        && !name.bytes().all(is_in_host_names)
    {
        return Err(format!("no host name has all the characters of {name:?}"));
    }
    let origin = url.origin().ascii_serialization();
    if origin == text {
        Ok(origin)
    } else {
        Err(format!(
            "it must have only a scheme, a host and a port, in normal form: {origin}"
        ))
    }
}

/// Includes the underscore, because containers have it in their names.
fn is_in_host_names(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_')
}

#[cfg(test)]
mod tests;
