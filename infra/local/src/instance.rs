//! One instance of every function, on the storage of a stack.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use aws_smithy_runtime_api::client::http::SharedHttpClient;
use serde_json::json;
use shared::clock::Clock;
use shared::random::Randomness;
use shared::runtime::log::{Log, Notebook};
use shared::runtime::{Environment, EventHandler, Handler, Running, Variables};
use tokio::net::TcpListener;

use crate::aws::{self, Permissions, SecretsManager};
use crate::call::Observer;
use crate::console::Console;
use crate::functions;
use crate::gateway::{Gateway, Routes};
use crate::readable_log::{Expected, ReadableLog, RequestLog};
use crate::stack::Stack;
use crate::start_error::StartError;
use crate::template::{FunctionResource, Substitutions, TemplateParameters};

/// Wraps the HTTP client of the AWS SDK.
pub type HttpClientWrapper = Arc<dyn Fn(SharedHttpClient) -> SharedHttpClient + Send + Sync>;

/// The options of an instance: the settings of its deployment, and settings that only tests change.
#[derive(Clone)]
pub struct Options {
    /// The issuer of tokens, a base URL: the variable `ISSUER`. It is the only variable whose value
    /// does not come from the template. Without a custom domain, a deployed function takes the
    /// issuer from the domain that API Gateway reports. Locally, that would be the `Host` header,
    /// which the client controls.
    pub issuer: String,
    /// The template parameters that differ from their defaults.
    pub parameters: TemplateParameters,
    /// The value of `AWS::StackName` in the template.
    pub stack_name: String,
    /// The clock of the functions.
    pub clock: Clock,
    /// The source of the functions' randomness.
    pub randomness: Randomness,
    /// The destination of the functions' log lines.
    pub log: Log,
    /// A log for people, which replaces `log`.
    pub readable_log: Option<ReadableLog>,
    /// The region of the functions. All SDK clients of a region in a process share one retry quota,
    /// so isolated instances need different regions.
    pub region: String,
    /// Wraps the HTTP client below the permission check, and so sees every permitted call: to
    /// count, delay or fail it. `None` for no wrapper.
    pub http_client: Option<HttpClientWrapper>,
    /// Receives every AWS call that a function's policy allows.
    pub observer: Option<Observer>,
}

impl Options {
    /// The template's defaults, except monitoring, which is off: nothing reads metrics locally.
    pub fn new(issuer: impl Into<String>) -> Self {
        let mut parameters = TemplateParameters::default();
        parameters.set("Monitoring", "off");
        Self {
            issuer: issuer.into(),
            parameters,
            stack_name: "latchkey".to_owned(),
            clock: Clock::system(),
            randomness: Randomness::of_the_system(),
            log: Log::discard(),
            readable_log: None,
            region: "us-east-1".to_owned(),
            http_client: None,
            observer: None,
        }
    }
}

/// One running instance of every function in the template, behind the API.
///
/// Instances of one stack share only its storage, as in the cloud.
pub struct Instance {
    environments: BTreeMap<String, Environment>,
    handlers: BTreeMap<String, Handler>,
    event_handlers: BTreeMap<String, EventHandler>,
    /// The binaries of rotation functions, by the names of their secrets.
    rotations: BTreeMap<String, String>,
    secrets: Arc<SecretsManager>,
    gateway: Gateway,
    audience: String,
    issuer: String,
}

impl Instance {
    /// Starts a new instance of every function on the storage of a stack.
    ///
    /// # Errors
    /// [`StartError`] if a function does not start, a parameter is invalid, or the template is not
    /// supported.
    pub fn start(stack: &Stack, options: &Options) -> Result<Self, StartError> {
        let names = || stack.names().iter();
        let mut variables = stack.template().variables(Substitutions {
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
        let audience = environments
            .get(token::TOKEN.name)
            .and_then(|token: &Environment| token.variables.optional("DEFAULT_AUDIENCE"))
            .map_or_else(|| options.issuer.clone(), str::to_owned);
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
            gateway: gateway(routes, &audience, options),
            audience,
            issuer: options.issuer.clone(),
        })
    }

    /// The audience of tokens whose request specifies none.
    #[must_use]
    pub fn default_audience(&self) -> &str {
        &self.audience
    }

    /// The names of all functions' binaries.
    pub fn functions(&self) -> impl Iterator<Item = &str> {
        self.environments.keys().map(String::as_str)
    }

    /// The handler of a binary that serves HTTP requests, such as `token`; `None` for other
    /// binaries.
    #[must_use]
    pub fn handler(&self, function: &str) -> Option<Handler> {
        self.handlers.get(function).cloned()
    }

    /// The handler of a binary that serves events, such as `rotate-signing-key`; `None` for other
    /// binaries.
    #[must_use]
    pub fn event_handler(&self, function: &str) -> Option<EventHandler> {
        self.event_handlers.get(function).cloned()
    }

    /// Rotates a secret like Secrets Manager's `RotateSecret`, and waits until the rotation ends.
    /// `token` is the id of the new version.
    ///
    /// # Errors
    /// [`StartError::Rotation`] if Secrets Manager rejects the call or a step fails.
    pub async fn rotate(&self, secret: &str, token: &str) -> Result<(), StartError> {
        let failed = |reason| StartError::Rotation(secret.to_owned(), reason);
        let function = self.rotations.get(secret);
        let function = function.and_then(|binary| self.event_handler(binary));
        let function =
            function.ok_or_else(|| failed("no function rotates this secret".to_owned()))?;
        let request = json!({ "SecretId": secret, "ClientRequestToken": token });
        let rotation = self.secrets.ask("RotateSecret", &request);
        let rotation = rotation.map_err(failed)?;
        for step in ["createSecret", "setSecret", "testSecret", "finishSecret"] {
            let event = json!({
                "Step": step, "SecretId": rotation.get("ARN"), "ClientRequestToken": token,
            });
            let result = function(event, Notebook::default()).await;
            result.map_err(|reason| failed(format!("{step}: {reason}")))?;
        }
        Ok(())
    }

    /// The environment of a binary's function: its variables, and an SDK configuration that
    /// enforces its policy.
    #[must_use]
    pub fn environment(&self, function: &str) -> Option<&Environment> {
        self.environments.get(function)
    }

    /// Runs the bootstrap function, which fills a new stack and does not change a filled one.
    ///
    /// # Errors
    /// [`StartError::Bootstrap`] if it fails.
    pub async fn bootstrap(&self) -> Result<(), StartError> {
        let name = bootstrap::BOOTSTRAP.name;
        let bootstrap = self.event_handler(name);
        let bootstrap = bootstrap.ok_or_else(|| StartError::UnknownFunction(name.to_owned()))?;
        bootstrap(json!({}), Notebook::default())
            .await
            .map_err(|error| StartError::Bootstrap(error.to_string()))
    }

    /// Serves the API on the listener until the future is dropped.
    ///
    /// # Errors
    /// If the listener fails.
    pub async fn serve(&self, listener: TcpListener) -> io::Result<()> {
        let stop = std::future::pending();
        self.gateway.clone().serve(listener, stop).await
    }

    /// Serves the API and the console on the listener until `stop` is ready. Then it accepts no
    /// connections, and returns when every request in progress has its response.
    ///
    /// # Errors
    /// If the listener fails.
    pub async fn serve_with_console(
        &self,
        listener: TcpListener,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        let port = listener.local_addr()?.port();
        let console = Console::new(self.secrets.clone(), &self.issuer, port);
        let gateway = self.gateway.clone().with_pages(console.pages());
        gateway.serve(listener, stop).await
    }
}

fn gateway(routes: Routes, audience: &str, options: &Options) -> Gateway {
    let gateway = Gateway::new(routes, options.clock.clone());
    let Some(readable) = options.readable_log.clone() else {
        return gateway;
    };
    gateway.with_log(RequestLog {
        readable,
        expected: Expected {
            issuer: options.issuer.clone(),
            audience: audience.to_owned(),
        },
        clock: options.clock.clone(),
    })
}

fn environment(
    stack: &Stack,
    options: &Options,
    function: &FunctionResource,
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
        log: match &options.readable_log {
            Some(readable) => readable.of_functions(),
            None => options.log.clone(),
        },
        ..Environment::new(aws, variables, options.clock.clone())
    }
}
