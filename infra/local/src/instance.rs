//! One instance of every function over a stack's storage.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use aws_smithy_runtime_api::client::http::SharedHttpClient;
use serde_json::json;
use shared::clock::Clock;
use shared::environment::{Environment, Variables};
use shared::log::Log;
use shared::random::Randomness;
use tokio::net::TcpListener;

use crate::aws::{self, Permissions, SecretsManager};
use crate::call::Observer;
use crate::functions::{self, Handler, Invocable};
use crate::gateway::{Gateway, Routes};
use crate::stack::Stack;
use crate::start_error::StartError;
use crate::template::Function;

/// Puts something around the HTTP client that reaches AWS.
pub type HttpClientWrapper = Arc<dyn Fn(SharedHttpClient) -> SharedHttpClient + Send + Sync>;

/// How an instance is started: the template's parameters, and what only tests change.
#[derive(Clone)]
pub struct Options {
    /// The base URL that tokens name as their issuer.
    pub issuer: String,
    /// The audience of a token whose request names none; empty for the issuer.
    pub default_audience: String,
    /// How the first signing key signs: `RS256`, `ES256` or `EdDSA`.
    pub signing_algorithm: String,
    /// Tokens an hour for a client without a quota of its own.
    pub default_token_quota: u64,
    /// What time the functions take it to be.
    pub clock: Clock,
    /// Where the functions take randomness from.
    pub randomness: Randomness,
    /// Where the functions' lines go.
    pub log: Log,
    /// The namespace of the metrics in those lines; empty for none.
    pub metrics_namespace: String,
    /// The region that the functions are in. The SDK keeps one budget of retries for all clients
    /// of a region in a process: instances that are to share nothing need a region each.
    pub region: String,
    /// Goes around the HTTP client inside the permission check, so that it sees every call that
    /// AWS would: to count, delay or fail it. `None` leaves the client as it is.
    pub http_client: Option<HttpClientWrapper>,
    /// Receives every AWS call that a function's policy allows.
    pub observer: Option<Observer>,
}

impl Options {
    /// The template's defaults.
    pub fn new(issuer: impl Into<String>) -> Self {
        Self {
            issuer: issuer.into(),
            default_audience: String::new(),
            signing_algorithm: "RS256".to_owned(),
            default_token_quota: 200,
            clock: Clock::system(),
            randomness: Randomness::of_the_system(),
            log: Log::to_nobody(),
            metrics_namespace: String::new(),
            region: "us-east-1".to_owned(),
            http_client: None,
            observer: None,
        }
    }
}

/// Every function of the template, started once, and the API in front of them.
///
/// Instances of one stack share its storage and nothing else, as in the cloud.
pub struct Instance {
    environments: BTreeMap<String, Environment>,
    handlers: BTreeMap<String, Handler>,
    invocables: BTreeMap<String, Invocable>,
    /// The binaries that rotate secrets, by the secrets' names.
    rotations: BTreeMap<String, String>,
    secrets: Arc<SecretsManager>,
    gateway: Gateway,
}

impl Instance {
    /// Starts every function anew over the storage of a stack.
    ///
    /// # Errors
    /// [`StartError`] when a function does not start, or the template asks for something that is
    /// not known here.
    pub fn start(stack: &Stack, options: &Options) -> Result<Self, StartError> {
        let mut environments = BTreeMap::new();
        let mut handlers = BTreeMap::new();
        let mut invocables = BTreeMap::new();
        let mut routes = Routes::default();
        for function in &stack.template().functions {
            let environment = environment(stack, options, function)?;
            match functions::start(&function.binary, &environment)? {
                Some(handler) => {
                    for route in &function.routes {
                        routes.add(route.clone(), handler.clone());
                    }
                    handlers.insert(function.binary.clone(), handler);
                }
                None if function.routes.is_empty() => {}
                None => return Err(StartError::UnknownFunction(function.binary.clone())),
            }
            if let Some(invocable) = functions::start_invocable(&function.binary, &environment)? {
                invocables.insert(function.binary.clone(), invocable);
            }
            environments.insert(function.binary.clone(), environment);
        }
        let rotations = stack.template().rotations.iter().flat_map(|rotation| {
            let names = stack.names().iter();
            let secrets = names.filter(|(_, id)| **id == rotation.secret);
            secrets.map(|(name, _)| (name.clone(), rotation.binary.clone()))
        });
        Ok(Self {
            environments,
            handlers,
            invocables,
            rotations: rotations.collect(),
            secrets: stack.secrets().clone(),
            gateway: Gateway::new(routes, options.clock.clone()),
        })
    }

    /// The binaries of all functions, by name.
    pub fn functions(&self) -> impl Iterator<Item = &str> {
        self.environments.keys().map(String::as_str)
    }

    /// The running function of that binary, such as `token`; `None` when it answers no requests.
    #[must_use]
    pub fn handler(&self, function: &str) -> Option<Handler> {
        self.handlers.get(function).cloned()
    }

    /// The running function of that binary, such as `rotate-signing-key`; `None` when it answers
    /// requests.
    #[must_use]
    pub fn invocable(&self, function: &str) -> Option<Invocable> {
        self.invocables.get(function).cloned()
    }

    /// Rotates a secret as Secrets Manager's RotateSecret does, but waits for the end. `token` is
    /// the id of the version that it makes.
    ///
    /// # Errors
    /// [`StartError::Rotation`] when Secrets Manager refuses or a step fails.
    pub async fn rotate(&self, secret: &str, token: &str) -> Result<(), StartError> {
        let failed = |reason| StartError::Rotation(secret.to_owned(), reason);
        let function = self.rotations.get(secret);
        let function = function.and_then(|binary| self.invocable(binary));
        let function = function.ok_or_else(|| failed("no function rotates it".to_owned()))?;
        let request = json!({ "SecretId": secret, "ClientRequestToken": token });
        let begun = self.secrets.ask("RotateSecret", &request).map_err(failed)?;
        for step in ["createSecret", "setSecret", "testSecret", "finishSecret"] {
            let event = json!({
                "Step": step, "SecretId": begun.get("ARN"), "ClientRequestToken": token,
            });
            let done = function(event).await;
            done.map_err(|reason| failed(format!("{step}: {reason}")))?;
        }
        Ok(())
    }

    /// What the function of that binary was started with: its variables, and an SDK configuration
    /// that permits what its policy allows.
    #[must_use]
    pub fn environment(&self, function: &str) -> Option<&Environment> {
        self.environments.get(function)
    }

    /// Runs the bootstrap function, which fills a new stack and leaves a filled one as it is.
    ///
    /// # Errors
    /// [`StartError::Bootstrap`] or [`StartError::Function`] when it fails.
    pub async fn bootstrap(&self) -> Result<(), StartError> {
        let environment = self.environment("bootstrap");
        let environment =
            environment.ok_or_else(|| StartError::UnknownFunction("bootstrap".to_owned()))?;
        functions::bootstrap(environment).await
    }

    /// Serves the API on the listener for as long as the future is polled.
    ///
    /// # Errors
    /// When the listener fails.
    pub async fn serve(&self, listener: TcpListener) -> io::Result<()> {
        self.gateway.clone().serve(listener).await
    }
}

fn environment(
    stack: &Stack,
    options: &Options,
    function: &Function,
) -> Result<Environment, StartError> {
    let mut client = stack.services().http_client();
    if let Some(wrap) = &options.http_client {
        client = wrap(client);
    }
    let (names, services) = (stack.names().clone(), stack.services().clone());
    let permissions = Permissions::new(function, names, services, options.observer.clone());
    let variables: Variables = function
        .variables
        .iter()
        .map(|name| {
            let value = value(stack, options, name).ok_or_else(|| {
                StartError::UnknownVariable(function.binary.clone(), name.clone())
            })?;
            Ok((name.clone(), value))
        })
        .collect::<Result<Vec<_>, StartError>>()?
        .into_iter()
        .collect();
    let aws = aws::sdk_config(permissions.enforced_on(client), &options.region);
    Ok(Environment {
        randomness: options.randomness.clone(),
        log: options.log.clone(),
        ..Environment::new(aws, variables, options.clock.clone())
    })
}

/// Every variable that a function can be given.
fn value(stack: &Stack, options: &Options, variable: &str) -> Option<String> {
    Some(match variable {
        "TABLE_NAME" => stack.table_name().to_owned(),
        "ISSUER" => options.issuer.clone(),
        "DEFAULT_AUDIENCE" => options.default_audience.clone(),
        "METRICS_NAMESPACE" => options.metrics_namespace.clone(),
        "SIGNING_ALGORITHM" => options.signing_algorithm.clone(),
        "DEFAULT_TOKEN_QUOTA" => options.default_token_quota.to_string(),
        "SIGNING_KEYS_SECRET" => Stack::SIGNING_KEYS.to_owned(),
        "BOOTSTRAP_CREDENTIALS_SECRET" => Stack::BOOTSTRAP_CREDENTIALS.to_owned(),
        _ => return None,
    })
}
