//! The steps that all management requests share: time limit, route, caller, `Accept`, the names of
//! the query parameters, and the precondition. A verb declares what it needs of each, and does the
//! rest.

use std::pin::Pin;
use std::sync::Arc;

use lambda_http::http::header::AUTHORIZATION;
use lambda_http::{Body, Request, RequestExt as _, Response};
use uuid::Uuid;

use super::answer::Answer;
use super::cause::Cause;
use super::error::{ApiError, Problem, Source};
use super::negotiation::accepts_json_api;
use super::query::Query;
use crate::app_clients::Repeatable;
use crate::authorization::{Authenticated, Authorization, Bearer, Caller, Own};
use crate::clock::Clock;
use crate::fault::Fault;
use crate::http::{Issuer, keyed_request, precondition, route};
use crate::model::precondition::{Held, Precondition};
use crate::model::{Action, ClientId};
use crate::refusal::Refusal;
use crate::runtime::log::Notebook;
use crate::runtime::{Environment, Running, VariableError, is_readable, within_request_time};
use crate::secrets::PepperSecret;
use crate::store::Store;

/// One verb of a route. `S` is the state of its function.
#[derive(Debug)]
pub struct Verb<S: 'static> {
    /// The route key.
    pub route: &'static str,
    /// The action for which the caller needs permission, on the resource with the `{id}` of the path or on
    /// all of its type. [`Work::ReadOwn`] and [`Work::Ask`] need none.
    pub action: Action,
    /// The known query parameters.
    pub parameters: &'static [&'static str],
    /// The work, after the shared steps.
    pub work: Work<S>,
}

/// The work of a verb. `S` is the state of its function.
#[derive(Debug)]
pub enum Work<S: 'static> {
    /// Reads. The pipeline evaluates the precondition on the answer, for `GET` and for `HEAD`.
    Read(for<'a> fn(&'a S, AuthorizedRequest<'a>) -> InProgress<'a, Answer>),
    /// Reads the caller's own client, which every caller may. It gets no [`Caller`], so it can call no
    /// operation that needs a permission.
    ReadOwn(for<'a> fn(&'a S, AuthorizedRequest<'a, Own>) -> InProgress<'a, Answer>),
    /// Answers a question that every caller may ask. It changes nothing.
    Ask(for<'a> fn(&'a S, AuthorizedRequest<'a, Authenticated>) -> InProgress<'a, Answer>),
    /// Writes. The operation evaluates the precondition on the state that it replaces, and returns
    /// the proof.
    Write(for<'a> fn(&'a S, AuthorizedRequest<'a>, Precondition) -> InProgress<'a, (Answer, Held)>),
}

/// Work in progress.
pub type InProgress<'a, T> = Pin<Box<dyn Future<Output = Result<T, ApiError>> + Send + 'a>>;

/// A request after the shared steps. It has no `Debug`, because the request contains the token.
pub struct AuthorizedRequest<'a, C = Caller> {
    /// The caller, who has permission for the action.
    pub caller: C,
    /// The query parameters.
    pub query: Query,
    /// The request, for its document.
    pub request: &'a Request,
}

impl<C> AuthorizedRequest<'_, C> {
    /// The `{id}` of the path.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when `parse` rejects the id.
    pub fn id<I>(&self, parse: impl FnOnce(&str) -> Option<I>) -> Result<I, Refusal> {
        self.id_in("id", parse)
    }

    /// The id in this parameter of the path.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when `parse` rejects the id.
    pub fn id_in<I>(
        &self,
        parameter: &str,
        parse: impl FnOnce(&str) -> Option<I>,
    ) -> Result<I, Refusal> {
        let parameters = self.request.path_parameters_ref();
        let id = parameters.and_then(|parameters| parameters.first(parameter));
        id.and_then(parse).ok_or(Refusal::NotFound)
    }

    /// The request with its `Idempotency-Key`, if it has one.
    ///
    /// # Errors
    /// When the header is malformed.
    pub fn repeatable<'a>(
        &self,
        pepper: &'a PepperSecret,
    ) -> Result<Option<Repeatable<'a>>, ApiError> {
        let request = keyed_request(self.request)?;
        Ok(request.map(|request| Repeatable { request, pepper }))
    }
}

/// The route keys of `verbs`.
#[must_use]
pub fn routes<S>(verbs: &[Verb<S>]) -> Vec<&'static str> {
    verbs.iter().map(|verb| verb.route).collect()
}

/// Starts a function that serves `verbs`. `state` creates their shared state from the instance's
/// only store: each further DynamoDB client would lengthen the cold start.
///
/// # Errors
/// When a variable is missing.
pub fn serve<S: Send + Sync>(
    environment: &Environment,
    verbs: &'static [Verb<S>],
    state: impl FnOnce(Store) -> Result<S, VariableError>,
) -> Result<Running, VariableError> {
    let store = Store::new(environment)?;
    let state = state(store.clone())?;
    let management = Arc::new(Management {
        authorization: Authorization::new(store),
        issuer: Issuer::new(environment),
        clock: environment.clock.clone(),
        state,
        verbs,
    });
    Ok(Running::Requests(Arc::new(move |request| {
        let management = Arc::clone(&management);
        Box::pin(async move { management.answer(&request).await })
    })))
}

impl<S> Verb<S> {
    /// The steps after authorization.
    fn call<'a, C>(
        &self,
        caller: C,
        request: &'a Request,
    ) -> Result<(AuthorizedRequest<'a, C>, Precondition), ApiError> {
        accepts_json_api(request)?;
        let query = Query::parse(request, self.parameters)?;
        let precondition = precondition(request.headers())?;
        let call = AuthorizedRequest {
            caller,
            query,
            request,
        };
        Ok((call, precondition))
    }
}

struct Management<S: 'static> {
    authorization: Authorization,
    issuer: Issuer,
    clock: Clock,
    state: S,
    verbs: &'static [Verb<S>],
}

impl<S> Management<S> {
    async fn answer(&self, request: &Request) -> Response<Body> {
        match within_request_time(self.process(request)).await {
            Ok(answer) => answer.into_response(),
            Err(error) => error.into_response(),
        }
    }

    /// The order matters: a caller without permission learns nothing about resources, or about
    /// other problems with the request.
    async fn process(&self, request: &Request) -> Result<Answer, ApiError> {
        let verb = self.verb(request).ok_or(Fault::UnknownRoute)?;
        if !is_readable(request) {
            let detail = "The request contains invalid characters.";
            return Err(Problem::new(Cause::Unreadable, Source::Request, detail).into());
        }
        let client = self.authenticate(request).await?;
        match verb.work {
            Work::Read(read) => {
                let caller = client.may(verb.action, resource(request)).await?;
                let (call, precondition) = verb.call(caller, request)?;
                read(&self.state, call).await?.under(&precondition)
            }
            Work::ReadOwn(read) => {
                let (call, precondition) = verb.call(client.itself(), request)?;
                read(&self.state, call).await?.under(&precondition)
            }
            Work::Ask(ask) => {
                let (call, precondition) = verb.call(client, request)?;
                // A question has no state that could be expected.
                let _ = precondition.check(None).map_err(Refusal::from)?;
                ask(&self.state, call).await
            }
            Work::Write(write) => {
                let caller = client.may(verb.action, resource(request)).await?;
                let (call, precondition) = verb.call(caller, request)?;
                let (answer, _) = write(&self.state, call, precondition).await?;
                Ok(answer)
            }
        }
    }

    /// The verb of the route that API Gateway matched.
    fn verb(&self, request: &Request) -> Option<&'static Verb<S>> {
        let route = route(request)?;
        self.verbs.iter().find(|verb| verb.route == route)
    }

    async fn authenticate(&self, request: &Request) -> Result<Authenticated, ApiError> {
        let (issuer, audience) = (
            self.issuer.of(request),
            self.issuer.default_audience(request),
        );
        let bearer = Bearer {
            token: bearer_token(request)?,
            issuer: &issuer,
            audience: &audience,
        };
        let (now, notebook) = (self.clock.now(), Notebook::of(request));
        Ok(self
            .authorization
            .authenticate(bearer, now, notebook)
            .await?)
    }
}

/// The resource that the path names. A malformed id names none: then the action has to be permitted on all.
fn resource(request: &Request) -> Option<Uuid> {
    let parameters = request.path_parameters_ref()?;
    ClientId::from_id(parameters.first("id")?).map(Uuid::from)
}

fn bearer_token(request: &Request) -> Result<&str, ApiError> {
    let header = request.headers().get(AUTHORIZATION);
    let credentials = header.and_then(|header| header.to_str().ok()?.split_once(' '));
    match credentials {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(token.trim()),
        _ => Err(Problem::new(
            Cause::NoToken,
            Source::Header("Authorization"),
            "Send an access token in the Authorization header as a Bearer token.",
        )
        .into()),
    }
}
