//! One instance of every function over a stack's storage.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use aws_smithy_runtime_api::client::http::SharedHttpClient;
use serde_json::json;
use shared::clock::Clock;
use shared::random::Randomness;
use shared::runtime::log::Log;
use shared::runtime::{Environment, EventHandler, Handler, Running, Variables};
use tokio::net::TcpListener;

use crate::aws::{self, Permissions, SecretsManager};
use crate::call::Observer;
use crate::functions;
use crate::gateway::{Gateway, Routes};
use crate::stack::Stack;
use crate::start_error::StartError;
use crate::template::{Deployment, Function, Parameters};

/// Puts something around the HTTP client that reaches AWS.
pub type HttpClientWrapper = Arc<dyn Fn(SharedHttpClient) -> SharedHttpClient + Send + Sync>;

/// How an instance is started: the settings of its deployment, and what only tests change.
#[derive(Clone)]
pub struct Options {
    /// The base URL that tokens name as their issuer: the variable `ISSUER`. It alone does not come
    /// from the template. Without a domain, a deployed function takes it from the host that API
    /// Gateway reports; locally that would be whatever host the caller wrote.
    pub issuer: String,
    /// The template's parameters that differ from its defaults.
    pub parameters: Parameters,
    /// What the template refers to as `AWS::StackName`.
    pub stack_name: String,
    /// What time the functions take it to be.
    pub clock: Clock,
    /// Where the functions take randomness from.
    pub randomness: Randomness,
    /// Where the functions' lines go.
    pub log: Log,
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
    /// The template's defaults, but without monitoring: nothing reads metrics locally.
    pub fn new(issuer: impl Into<String>) -> Self {
        let mut parameters = Parameters::default();
        parameters.set("Monitoring", "off");
        Self {
            issuer: issuer.into(),
            parameters,
            stack_name: "latchkey".to_owned(),
            clock: Clock::system(),
            randomness: Randomness::of_the_system(),
            log: Log::to_nobody(),
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
    event_handlers: BTreeMap<String, EventHandler>,
    /// The binaries that rotate secrets, by the secrets' names.
    rotations: BTreeMap<String, String>,
    secrets: Arc<SecretsManager>,
    gateway: Gateway,
}

impl Instance {
    /// Starts every function anew over the storage of a stack.
    ///
    /// # Errors
    /// [`StartError`] when a function does not start, a parameter cannot be set so, or the template
    /// holds something that is not understood here.
    pub fn start(stack: &Stack, options: &Options) -> Result<Self, StartError> {
        let names = || stack.names().iter();
        let mut variables = stack.template().variables(Deployment {
            parameters: &options.parameters,
            stack_name: &options.stack_name,
            region: &options.region,
            resources: names().map(|(name, id)| (&**id, &**name)).collect(),
        })?;
        let mut environments = BTreeMap::new();
        let mut handlers = BTreeMap::new();
        let mut event_handlers = BTreeMap::new();
        let mut routes = Routes::default();
        for function in &stack.template().functions {
            let variables = variables.remove(&function.binary).unwrap_or_default();
            let environment = environment(stack, options, function, variables);
            match functions::start(&function.binary, &environment)? {
                Running::Requests(handler) => {
                    for route in &function.routes {
                        routes.add(route.clone(), handler.clone());
                    }
                    handlers.insert(function.binary.clone(), handler);
                }
                Running::Events(handler) => {
                    event_handlers.insert(function.binary.clone(), handler);
                }
            }
            environments.insert(function.binary.clone(), environment);
        }
        let rotations = stack.template().rotations.iter().flat_map(|rotation| {
            let secrets = names().filter(|(_, id)| **id == rotation.secret);
            secrets.map(|(name, _)| (name.clone(), rotation.binary.clone()))
        });
        Ok(Self {
            environments,
            handlers,
            event_handlers,
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
    pub fn event_handler(&self, function: &str) -> Option<EventHandler> {
        self.event_handlers.get(function).cloned()
    }

    /// Rotates a secret as Secrets Manager's RotateSecret does, but waits for the end. `token` is
    /// the id of the version that it makes.
    ///
    /// # Errors
    /// [`StartError::Rotation`] when Secrets Manager refuses or a step fails.
    pub async fn rotate(&self, secret: &str, token: &str) -> Result<(), StartError> {
        let failed = |reason| StartError::Rotation(secret.to_owned(), reason);
        let function = self.rotations.get(secret);
        let function = function.and_then(|binary| self.event_handler(binary));
        let function =
            function.ok_or_else(|| failed("no function rotates this secret".to_owned()))?;
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
    /// [`StartError::Bootstrap`] when it fails.
    pub async fn bootstrap(&self) -> Result<(), StartError> {
        let name = bootstrap::BOOTSTRAP.name;
        let bootstrap = self.event_handler(name);
        let bootstrap = bootstrap.ok_or_else(|| StartError::UnknownFunction(name.to_owned()))?;
        bootstrap(json!({}))
            .await
            .map_err(|error| StartError::Bootstrap(error.to_string()))
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
    mut variables: BTreeMap<String, String>,
) -> Environment {
    if let Some(issuer) = variables.get_mut("ISSUER") {
        issuer.clone_from(&options.issuer);
    }
    let mut client = stack.services().http_client();
    if let Some(wrap) = &options.http_client {
        client = wrap(client);
    }
    let (names, services) = (stack.names().clone(), stack.services().clone());
    let permissions = Permissions::new(function, names, services, options.observer.clone());
    let aws = aws::sdk_config(permissions.enforced_on(client), &options.region);
    let variables: Variables = variables.into_iter().collect();
    Environment {
        randomness: options.randomness.clone(),
        log: options.log.clone(),
        ..Environment::new(aws, variables, options.clock.clone())
    }
}
