//! Who calls, and what it may do: from a bearer token to an [`Authenticated`] client, and from there to a
//! [`Caller`].

use jsonwebtoken::decode_header;

use crate::fault::Fault;
use crate::model::access_policy::permits;
use crate::model::{Action, AppClient, ClientId, OrgId, RoleGrant, Timestamp};
use crate::refusal::Refusal;
use crate::runtime::log::Notebook;
use crate::signing::PublishedKeys;
use crate::store::Store;
use crate::token::verify;

/// Believes access tokens, and reads the clients that they were issued to.
#[derive(Debug)]
pub struct Authorization {
    store: Store,
    published: PublishedKeys,
}

/// An access token as it was sent, and what it has to name.
#[derive(Clone, Copy)]
pub struct Bearer<'a> {
    /// The token.
    pub token: &'a str,
    /// The `iss` that it must have.
    pub issuer: &'a str,
    /// The `aud` that it must have.
    pub audience: &'a str,
}

/// A client that has shown a valid access token. Nothing but [`Authorization::authenticate`] makes
/// one, and it can do nothing before [`Self::may`].
#[derive(Debug)]
pub struct Authenticated {
    client: AppClient,
    notebook: Notebook,
}

/// A client that calls, as it is now, and that is permitted to do what it asks for. Nothing but
/// [`Authenticated::may`] makes one, so that no operation can be reached without.
#[derive(Clone, Debug)]
pub struct Caller {
    client: ClientId,
    org: OrgId,
    roles: Vec<RoleGrant>,
    notebook: Notebook,
}

impl Authorization {
    /// Authorization of the clients in `store`.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self {
            store,
            published: PublishedKeys::default(),
        }
    }

    /// Believes a bearer token (RFC 6750 §2.1, RFC 9068 §4), and looks at its client as it is now.
    /// What it does is audited in `notebook`.
    ///
    /// # Errors
    /// [`Refusal::InvalidToken`].
    pub async fn authenticate(
        &self,
        bearer: Bearer<'_>,
        now: Timestamp,
        notebook: Notebook,
    ) -> Result<Authenticated, Refusal> {
        let client = self.client_of(bearer, now).await?;
        let client = client.ok_or(Refusal::InvalidToken)?;
        notebook.note(|notes| {
            notes.client = Some(client.id);
            notes.org = Some(client.org);
        });
        Ok(Authenticated { client, notebook })
    }

    /// The client whose token it is; `None` when the token is not to be believed or the client
    /// does not get tokens any more.
    async fn client_of(
        &self,
        bearer: Bearer<'_>,
        now: Timestamp,
    ) -> Result<Option<AppClient>, Fault> {
        let Ok(header) = decode_header(bearer.token) else {
            return Ok(None);
        };
        let kid = header.kid.as_deref().unwrap_or_default();
        let Some(key) = self.published.find(&self.store, kid, now).await? else {
            return Ok(None);
        };
        let Bearer {
            token,
            issuer,
            audience,
        } = bearer;
        let Ok(claims) = verify(token, &header, &key, issuer, audience, now) else {
            return Ok(None);
        };
        // The subject calls, never the client that somebody else's token was issued to. Until there
        // are other subjects than clients, `sub` must equal `client_id`.
        if claims.sub != claims.client_id {
            return Ok(None);
        }
        let Some(id) = ClientId::from_client_id(&claims.sub) else {
            return Ok(None);
        };
        let client = self.store.find_client(id).await?;
        Ok(client.filter(AppClient::is_enabled))
    }
}

impl Authenticated {
    /// Decides whether the client may do `action`: the one place that asks the policy. What changes
    /// something is audited from here on, refused or not.
    ///
    /// # Errors
    /// [`Refusal::NotPermitted`].
    pub fn may(self, action: Action) -> Result<Caller, Refusal> {
        let Self { client, notebook } = self;
        notebook.note(|notes| notes.action = Some(action));
        if !permits(&client.roles, action) {
            return Err(Refusal::NotPermitted(action));
        }
        Ok(Caller {
            client: client.id,
            org: client.org,
            roles: client.roles,
            notebook,
        })
    }
}

impl Caller {
    /// The roles that it has.
    #[must_use]
    pub fn roles(&self) -> &[RoleGrant] {
        &self.roles
    }

    /// The client that calls.
    #[must_use]
    pub const fn client(&self) -> ClientId {
        self.client
    }

    /// The org that it belongs to: all that it can see.
    #[must_use]
    pub const fn org(&self) -> OrgId {
        self.org
    }

    /// Takes down, for the audit, which resource the call is about.
    pub(crate) fn concerns(&self, resource: impl Into<uuid::Uuid>) {
        let resource = resource.into();
        self.notebook.note(|notes| notes.resource = Some(resource));
    }
}

impl std::fmt::Debug for Bearer<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Bearer(…)")
    }
}
