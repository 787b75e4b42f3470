//! Authorization: from a bearer token to an [`Authenticated`] client, and from there to a
//! [`Caller`] that may do what it asks for.

use jsonwebtoken::decode_header;

use crate::fault::Fault;
use crate::model::access_policy::{Administrator, permits};
use crate::model::{Action, AppClient, Changes, ClientId, OrgId, RoleGrant, Timestamp};
use crate::refusal::Refusal;
use crate::runtime::log::Notebook;
use crate::signing::PublishedKeys;
use crate::store::{ORG, Store};
use crate::token::verify;

/// Verifies access tokens and reads the clients that are their subjects.
#[derive(Debug)]
pub struct Authorization {
    store: Store,
    published: PublishedKeys,
}

/// An access token from a request, and the claims that it must have.
#[derive(Clone, Copy)]
pub struct Bearer<'a> {
    /// The token.
    pub token: &'a str,
    /// The expected `iss`.
    pub issuer: &'a str,
    /// The expected `aud`.
    pub audience: &'a str,
}

/// A client with a valid access token. Only [`Authorization::authenticate`] creates one. It can do
/// nothing until [`Self::may`] permits it.
#[derive(Debug)]
pub struct Authenticated {
    client: AppClient,
    administrator: Option<Administrator>,
    notebook: Notebook,
}

/// A client that calls, with its current roles, and that is permitted to do what it asks for. Only
/// [`Authenticated::may`] gives one out, and every other operation than of [`Own`] takes one.
#[derive(Clone, Debug)]
pub struct Caller {
    client: ClientId,
    org: OrgId,
    roles: Vec<RoleGrant>,
    administrator: Option<Administrator>,
    notebook: Notebook,
}

/// A client that calls for itself, whatever its roles. Only [`Authenticated::itself`] creates one.
/// The only operation that takes one reads the client itself.
#[derive(Debug)]
pub struct Own(Caller);

impl Authorization {
    /// Authorization for the clients in `store`.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self {
            store,
            published: PublishedKeys::default(),
        }
    }

    /// Verifies a bearer token (RFC 6750 §2.1, RFC 9068 §4) and reads its client. `notebook` takes
    /// the audit event.
    ///
    /// # Errors
    /// [`Refusal::InvalidToken`], or a [`Refusal::Fault`] when a read fails.
    pub async fn authenticate(
        &self,
        bearer: Bearer<'_>,
        now: Timestamp,
        notebook: Notebook,
    ) -> Result<Authenticated, Refusal> {
        let id = self.subject_of(bearer, now).await?;
        let id = id.ok_or(Refusal::InvalidToken)?;
        notebook.note(|notes| notes.client = Some(id));
        let client = self.store.find_client(id).await;
        let client = client.inspect_err(|fault| notebook.note_unreadable(id, fault))?;
        let client = client.filter(AppClient::is_enabled);
        let client = client.ok_or(Refusal::InvalidToken)?;
        notebook.note(|notes| notes.org = Some(client.org));
        Ok(Authenticated {
            administrator: Administrator::of(&client, now),
            client,
            notebook,
        })
    }

    /// The client that is the token's subject; `None` if the token is invalid.
    async fn subject_of(
        &self,
        bearer: Bearer<'_>,
        now: Timestamp,
    ) -> Result<Option<ClientId>, Fault> {
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
        // The caller is the subject, not the client that the token was issued to. As long as all
        // subjects are clients, `sub` must equal `client_id`.
        if claims.sub != claims.client_id {
            return Ok(None);
        }
        Ok(ClientId::from_client_id(&claims.sub))
    }
}

impl Authenticated {
    /// Checks the access policy for `action`: this is the only place that does. From here on a
    /// change is audited, even if it is refused.
    ///
    /// # Errors
    /// [`Refusal::NotPermitted`].
    pub fn may(self, action: Action) -> Result<Caller, Refusal> {
        let is_permitted = permits(&self.client.roles, action);
        let Own(caller) = self.itself(action);
        is_permitted
            .then_some(caller)
            .ok_or(Refusal::NotPermitted(action))
    }

    /// The client for the part of `action` that needs no permission: what it does to itself.
    #[must_use]
    pub fn itself(self, action: Action) -> Own {
        let Self {
            client,
            administrator,
            notebook,
        } = self;
        notebook.note(|notes| notes.action = Some(action));
        Own(Caller {
            administrator,
            client: client.id,
            org: client.org,
            roles: client.roles,
            notebook,
        })
    }
}

impl Own {
    /// The calling client.
    pub(crate) const fn caller(&self) -> &Caller {
        &self.0
    }
}

impl Caller {
    /// The caller's roles.
    #[must_use]
    pub fn roles(&self) -> &[RoleGrant] {
        &self.roles
    }

    /// The calling client.
    #[must_use]
    pub const fn client(&self) -> ClientId {
        self.client
    }

    /// The caller's org. The caller sees nothing outside it.
    #[must_use]
    pub const fn org(&self) -> OrgId {
        self.org
    }

    /// The calling client as an administrator, as it was read for this request; `None` if it is none.
    pub(crate) const fn administrator(&self) -> Option<Administrator> {
        self.administrator
    }

    /// Records the resource of the call, for the audit event.
    pub(crate) fn concerns(&self, resource: impl Into<uuid::Uuid>) {
        let resource = resource.into();
        self.notebook.note(|notes| notes.resource = Some(resource));
    }

    /// Records what the call changes, for the audit event, before the write: its result may be lost.
    pub(crate) fn changes(&self, changes: Changes) {
        self.notebook.note(|notes| notes.changes = Some(changes));
    }

    /// Records that the call is refused for its key: the resource of its attempt is none.
    pub(crate) fn forget(&self) {
        self.notebook.note(|notes| {
            notes.resource = None;
            notes.changes = None;
        });
    }

    /// Records that the call repeats a former one, for the audit event: it changes nothing.
    pub(crate) fn repeats(&self) {
        self.notebook.note(|notes| {
            notes.is_repeat = true;
            notes.changes = None;
        });
    }

    /// The refusal after a failed read of a resource, which is logged if it is unreadable. If its
    /// org cannot be read, no caller may learn that it exists.
    pub(crate) fn refusal_of(&self, resource: impl Into<uuid::Uuid>, fault: Fault) -> Refusal {
        self.found_unreadable(resource, &fault);
        match fault {
            Fault::Unreadable(ORG) => Refusal::NotFound,
            fault => fault.into(),
        }
    }

    /// Records a resource that cannot be read, for the log. Other faults say nothing about it.
    pub(crate) fn found_unreadable(&self, resource: impl Into<uuid::Uuid>, fault: &Fault) {
        self.notebook.note_unreadable(resource, fault);
    }
}

impl std::fmt::Debug for Bearer<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Bearer(…)")
    }
}
