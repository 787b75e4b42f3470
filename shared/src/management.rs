//! Who may use the management API, decided once for every endpoint.

use jsonwebtoken::decode_header;
use lambda_http::http::header::AUTHORIZATION;
use lambda_http::{Request, RequestExt as _};

use crate::clock::Clock;
use crate::environment::{Environment, VariableError};
use crate::fault::Fault;
use crate::issuer::Issuer;
use crate::jsonapi::{ApiError, Cause, Problem, Source};
use crate::log::note;
use crate::model::access_policy::{Action, permits};
use crate::model::{AppClient, ClientId, OrgId, Revision};
use crate::random::Randomness;
use crate::store::{CachedKeySet, Change, Store};
use crate::token::verify;

/// What every management function holds as long as its instance lives.
#[derive(Debug)]
pub struct Management {
    /// The table.
    pub store: Store,
    /// What time it is.
    pub clock: Clock,
    /// Where ids and secrets come from.
    pub randomness: Randomness,
    issuer: Issuer,
    key_set: CachedKeySet,
}

/// Somebody who is permitted to do what it asks for. Nothing but [`Management::authorize`] makes
/// one.
#[derive(Clone, Copy, Debug)]
pub struct Caller {
    org: OrgId,
}

impl Caller {
    /// The org that it belongs to: all that it can see.
    #[must_use]
    pub const fn org(self) -> OrgId {
        self.org
    }
}

impl Management {
    /// The management API in that environment.
    ///
    /// # Errors
    /// When a variable is missing.
    pub fn new(environment: &Environment) -> Result<Self, VariableError> {
        Ok(Self {
            store: Store::new(environment)?,
            clock: environment.clock.clone(),
            randomness: environment.randomness.clone(),
            issuer: Issuer::new(environment),
            key_set: CachedKeySet::default(),
        })
    }

    /// Believes a bearer token (RFC 6750 §2.1, RFC 9068 §4), looks at its client as it is now, and
    /// decides whether its roles permit `action`.
    ///
    /// # Errors
    /// [`Cause::NoToken`], [`Cause::InvalidToken`], [`Cause::NotPermitted`].
    pub async fn authorize(&self, request: &Request, action: Action) -> Result<Caller, ApiError> {
        let token = bearer_token(request)?;
        let client = self.client_of(request, token).await?;
        let client = client.ok_or_else(|| {
            refusal(
                Cause::InvalidToken,
                "The access token is not valid here, or not any more.",
            )
        })?;
        note(request, |notes| {
            notes.client = Some(client.id);
            notes.org = Some(client.org);
            notes.action = Some(action);
        });
        if permits(&client.roles, action) {
            Ok(Caller { org: client.org })
        } else {
            let detail = format!("The caller's roles do not permit {}.", action.as_str());
            Err(refusal(Cause::NotPermitted, detail))
        }
    }

    /// The client whose token it is; `None` when the token is not to be believed or the client
    /// does not get tokens any more.
    async fn client_of(
        &self,
        request: &Request,
        token: &str,
    ) -> Result<Option<AppClient>, ApiError> {
        let Ok(header) = decode_header(token) else {
            return Ok(None);
        };
        let now = self.clock.now();
        let kid = header.kid.as_deref().unwrap_or_default();
        let Some(key) = self.key_set.find(&self.store, kid, now).await? else {
            return Ok(None);
        };
        let issuer = self.issuer.of(request);
        let audience = self.issuer.default_audience(request);
        let Ok(claims) = verify(token, &header, &key, &issuer, &audience, now) else {
            return Ok(None);
        };
        let Some(id) = ClientId::from_client_id(&claims.client_id) else {
            return Ok(None);
        };
        let client = self.store.find_client(id).await?;
        Ok(client.filter(AppClient::is_enabled))
    }

    /// The client that the path names by its `{id}`, as it is now.
    ///
    /// # Errors
    /// [`Cause::NotFound`] when there is none, or none of the caller's org.
    pub async fn client_in_path(
        &self,
        request: &Request,
        caller: Caller,
    ) -> Result<AppClient, ApiError> {
        let id = ClientId::from_id(path_id(request).unwrap_or_default());
        note(request, |notes| notes.app_client = id);
        let found = match id {
            Some(id) => self.store.find_client(id).await?,
            None => None,
        };
        found
            .filter(|client| client.org == caller.org)
            .ok_or_else(not_found)
    }

    /// Writes `change` of a client, on the client as it then is: when somebody else changed it in
    /// the meantime, `change` is asked again.
    ///
    /// # Errors
    /// What `change` answers, and [`Cause::NotFound`] when the client is deleted in the meantime.
    pub async fn change_client(
        &self,
        mut client: AppClient,
        change: impl Fn(AppClient) -> Result<AppClient, ApiError>,
    ) -> Result<AppClient, ApiError> {
        loop {
            let (id, former) = (client.id, client.revision);
            let mut changed = change(client)?;
            changed.revision = Revision::new(self.randomness.uuid().map_err(Fault::from)?);
            changed.updated_at = self.clock.now();
            match self.store.replace_client(former, &changed).await? {
                Change::Made => return Ok(changed),
                // An org is for ever: the client that was seen stays the caller's to see.
                Change::Overtaken => {
                    client = self.store.find_client(id).await?.ok_or_else(not_found)?;
                }
            }
        }
    }
}

/// The `{id}` of the path, when the route has one.
#[must_use]
pub fn path_id(request: &Request) -> Option<&str> {
    request.path_parameters_ref()?.first("id")
}

/// The answer for what does not exist, and for what the caller may not see.
#[must_use]
pub fn not_found() -> ApiError {
    Problem::new(
        Cause::NotFound,
        Source::Request,
        "There is no such resource.",
    )
    .into()
}

fn bearer_token(request: &Request) -> Result<&str, ApiError> {
    let header = request.headers().get(AUTHORIZATION);
    let credentials = header.and_then(|header| header.to_str().ok()?.split_once(' '));
    match credentials {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(token.trim()),
        _ => Err(refusal(
            Cause::NoToken,
            "Send an access token as a Bearer token.",
        )),
    }
}

fn refusal(cause: Cause, detail: impl Into<String>) -> ApiError {
    Problem::new(cause, Source::Header("Authorization"), detail).into()
}
