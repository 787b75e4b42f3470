//! A deployment on the local stack, to record one cold and one warm invocation of each function.

use lambda_http::{Context, Error, LambdaEvent};
use local::{Instance, Options, Stack, Storage};
use serde_json::{Value as Json, json};
use shared::model::ClientId;
use shared::runtime::HttpEvent;
use shared::runtime::{Environment, Handler};

use crate::event::RequestEvent;
use crate::recording::{RecordedResponse, ResponseRecorder};

/// One event, and AWS's responses during its invocation.
#[derive(Clone, Debug)]
pub(crate) struct Invocation {
    pub(crate) event: String,
    pub(crate) responses: Vec<RecordedResponse>,
}

/// The invocations of a function: first on a new instance, then on a warm one.
#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    pub(crate) function: &'static str,
    pub(crate) variables: Vec<(String, String)>,
    pub(crate) cold: Invocation,
    pub(crate) warm: Invocation,
}

/// The local stack, with its first client.
pub(crate) struct Deployment {
    stack: Stack,
    options: Options,
    client_id: String,
    client_secret: String,
}

impl Deployment {
    pub(crate) async fn new(signing_algorithm: &str) -> Result<Self, Error> {
        let mut options = Options::new("https://auth.example.com");
        let parameters = &mut options.parameters;
        parameters.set("SigningAlgorithm", signing_algorithm);
        parameters.set("TokenQuota", 1_000_000);
        parameters.set("Monitoring", "on");
        let stack = Stack::open(Storage::Ephemeral).await?;
        Instance::start(&stack, &options)?.bootstrap().await?;
        let credentials = stack.secret(Stack::BOOTSTRAP_CREDENTIALS);
        let credentials: Json = serde_json::from_str(&credentials.unwrap_or_default())?;
        Ok(Self {
            client_id: text(&credentials, "/client_id")?,
            client_secret: text(&credentials, "/client_secret")?,
            stack,
            options,
        })
    }

    /// The names of all functions, including those without a route.
    pub(crate) fn functions(&self) -> Result<Vec<String>, Error> {
        let instance = Instance::start(&self.stack, &self.options)?;
        Ok(instance.functions().map(str::to_owned).collect())
    }

    /// The private signing key, PKCS #8 in base64.
    pub(crate) fn private_key(&self) -> Result<String, Error> {
        let keys = self.stack.secret(Stack::SIGNING_KEYS).unwrap_or_default();
        text(&serde_json::from_str(&keys)?, "/keys/0/private_key")
    }

    /// The environment of the token function.
    pub(crate) fn token_environment(&self) -> Result<Environment, Error> {
        let instance = Instance::start(&self.stack, &self.options)?;
        Ok(instance
            .environment("token")
            .ok_or("there is no token function")?
            .clone())
    }

    /// The client that requests tokens.
    pub(crate) fn client(&self) -> Result<ClientId, Error> {
        let id = ClientId::from_client_id(&self.client_id);
        Ok(id.ok_or("the first client has no id")?)
    }

    /// The client's token request.
    pub(crate) fn token_call(&self) -> RequestEvent {
        RequestEvent::for_token(&self.client_id, &self.client_secret)
    }

    /// The scenario of the token function.
    pub(crate) async fn token_scenario(&self) -> Result<Scenario, Error> {
        self.scenario("token", [self.token_call(), self.token_call()])
            .await
    }

    /// The scenarios of all functions with a route.
    pub(crate) async fn scenarios(&self) -> Result<Vec<Scenario>, Error> {
        let instance = Instance::start(&self.stack, &self.options)?;
        let document = invoke(&instance, "token", &self.token_call()).await?;
        let token = text(&document, "/access_token")?;
        let get = |route| RequestEvent::new("GET", route).by(&token);
        let roles = invoke(&instance, "get-role", &get("/auth/roles")).await?;
        let role = text(&roles, "/data/0/id")?;
        let create = RequestEvent::new("POST", "/auth/app-clients")
            .by(&token)
            .with(&json!({ "data": {
                "type": "auth/app-clients",
                "attributes": {
                    "type": "machine_to_machine", "name": "Nightly import", "userType": "builder"
                },
                "relationships": { "auth/roles": { "data": { "type": "auth/roles", "id": role } } },
            }}));
        let mut ids = Vec::new();
        for _ in 0..2 {
            let created = invoke(&instance, "create-client", &create).await?;
            ids.push(text(&created, "/data/id")?);
        }
        let [first, second] = ids.as_slice() else {
            return Err("expected two clients".into());
        };
        let one = "/auth/app-clients/{id}";
        let rename =
            |id: &String| {
                RequestEvent::new("PATCH", one).of(id).by(&token).with(&json!({ "data": {
                "type": "auth/app-clients", "id": id, "attributes": { "name": "Daily import" }
            }}))
            };
        let rotate = RequestEvent::new("POST", "/auth/app-clients/{id}/rotate-secret")
            .of(first)
            .by(&token);
        let document = json!({ "data": {
            "type": "auth/roles", "attributes": { "name": "Support" }
        } });
        let new_role = RequestEvent::new("POST", "/auth/roles")
            .by(&token)
            .with(&document);
        let created = invoke(&instance, "manage-role", &new_role).await?;
        let support = text(&created, "/data/id")?;
        let describe = |words: &str| {
            let attributes = json!({ "description": words });
            RequestEvent::new("PATCH", "/auth/roles/{id}")
                .of(&support)
                .by(&token)
                .with(&json!({ "data": { "type": "auth/roles", "attributes": attributes } }))
        };
        let asked = json!([{ "action": "IAM:GetM2MClient", "resource": "IAM:M2MClient:*" }]);
        let decide = RequestEvent::new("POST", "/auth/decisions")
            .by(&token)
            .with(&json!({ "data": {
                "type": "auth/decisions", "attributes": { "requests": asked }
            } }));
        let delete = |id| RequestEvent::new("DELETE", one).of(id).by(&token);
        let twice = |call: RequestEvent| [call.clone(), call];
        Ok(vec![
            self.token_scenario().await?,
            self.scenario(
                "metadata",
                twice(RequestEvent::new("GET", "/.well-known/jwks.json")),
            )
            .await?,
            self.scenario(
                "default-route",
                twice(RequestEvent::new("OPTIONS", "/auth/roles")),
            )
            .await?,
            self.scenario("create-client", twice(create)).await?,
            self.scenario("get-client", twice(get(one).of(first)))
                .await?,
            self.scenario("update-client", [rename(first), rename(second)])
                .await?,
            self.scenario("rotate-secret", twice(rotate)).await?,
            self.scenario("get-role", twice(get("/auth/roles"))).await?,
            self.scenario("manage-role", [describe("One"), describe("Two")])
                .await?,
            self.scenario("decide", twice(decide)).await?,
            self.scenario("delete-client", [delete(first), delete(second)])
                .await?,
        ])
    }

    async fn scenario(
        &self,
        function: &'static str,
        calls: [RequestEvent; 2],
    ) -> Result<Scenario, Error> {
        let recorder = ResponseRecorder::default();
        let options = Options {
            http_client: Some(recorder.wrapper()),
            ..self.options.clone()
        };
        let instance = Instance::start(&self.stack, &options)?;
        let [cold, warm] = calls;
        let record = async |call: RequestEvent| {
            invoke(&instance, function, &call).await?;
            Ok::<_, Error>(Invocation {
                event: call.event(),
                responses: recorder.take(),
            })
        };
        let variables = instance.environment(function).map(|environment| {
            let variables = &environment.variables;
            let pairs = variables.names().filter_map(|name| {
                let value = variables.optional(name)?;
                Some((name.to_owned(), value.to_owned()))
            });
            pairs.collect()
        });
        Ok(Scenario {
            function,
            variables: variables.ok_or("unknown function")?,
            cold: record(cold).await?,
            warm: record(warm).await?,
        })
    }
}

/// Invokes a function and returns the document in its response.
async fn invoke(instance: &Instance, function: &str, call: &RequestEvent) -> Result<Json, Error> {
    let handler = instance
        .handler(function)
        .ok_or("the function has no handler")?;
    let response = respond(&handler, &call.event()).await?;
    successful_body(&response)
}

async fn respond(handler: &Handler, event: &str) -> Result<Json, Error> {
    let event: HttpEvent = serde_json::from_str(event)?;
    let event = LambdaEvent::new(event, Context::default());
    let handler = handler.clone();
    let response = shared::runtime::lambda::invoke(&move |request| handler(request), event).await;
    Ok(serde_json::to_value(response?)?)
}

/// The body of a function's response.
///
/// # Errors
/// If the status is not 2xx, or the body is not JSON.
pub(crate) fn successful_body(response: &Json) -> Result<Json, Error> {
    let status = response.get("statusCode").and_then(Json::as_u64);
    let body = response
        .get("body")
        .and_then(Json::as_str)
        .unwrap_or_default();
    match status {
        Some(200..=299) if body.is_empty() => Ok(Json::Null),
        Some(200..=299) => Ok(serde_json::from_str(body)?),
        _ => Err(format!("the function returned an error: {body}").into()),
    }
}

fn text(document: &Json, pointer: &str) -> Result<String, Error> {
    let text = document.pointer(pointer).and_then(Json::as_str);
    Ok(text
        .ok_or_else(|| format!("{pointer} is missing"))?
        .to_owned())
}
