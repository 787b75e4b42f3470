//! Authorization: from a bearer token to an [`Authenticated`] client, and from there to a
//! [`Caller`] that may do what it asks for.

use jsonwebtoken::decode_header;
use uuid::Uuid;

use crate::fault::Fault;
use crate::model::administrator::Administrator;
use crate::model::policy::{Policies, Request};
use crate::model::{Action, AppClient, Changes, ClientId, OrgId, Revision, RoleId, Timestamp};
use crate::refusal::Refusal;
use crate::runtime::log::Notebook;
use crate::signing::PublishedKeys;
use crate::store::{ORG, Standing, Store};
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
    store: Store,
    now: Timestamp,
    notebook: Notebook,
}

/// A client that calls, with its current policies, and that is permitted to do what it asks for. Only
/// [`Authenticated::may`] gives one out, and every other operation than of [`Own`] takes one.
#[derive(Clone, Debug)]
pub struct Caller {
    own: Own,
    policies: Policies,
    standing: Standing,
}

/// A client that calls for itself, whatever its policies. Only [`Authenticated::itself`] creates one. The
/// operations that take one read the client itself, or decide on its policies.
#[derive(Clone, Debug)]
pub struct Own {
    client: AppClient,
    administrator: Option<Administrator>,
    notebook: Notebook,
}

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
            client,
            store: self.store.clone(),
            now,
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
    /// Asks the client's access policies for `action` on the resource with this id, or on all resources of
    /// its type: this is the only place that does. From here on a change is audited, even if it is refused.
    ///
    /// # Errors
    /// [`Refusal::NotPermitted`], or a [`Refusal::Fault`] when the policies cannot be read.
    pub async fn may(self, action: Action, resource: Option<Uuid>) -> Result<Caller, Refusal> {
        let notebook = self.notebook.clone();
        notebook.note(|notes| {
            notes.action = Some(action);
            notes.resource = resource;
        });
        let (own, policies, roles) = self.with_policies().await?;
        let decision = policies.decide(&Request::of(action, resource));
        notebook.note(|notes| notes.decision = Some(decision));
        if !decision.allowed {
            return Err(Refusal::NotPermitted(action));
        }
        let standing = Standing {
            client: own.client.id,
            org: own.client.org,
            revision: own.client.revision,
            roles,
        };
        Ok(Caller {
            own,
            policies,
            standing,
        })
    }

    /// The client for what needs no permission: what concerns only itself.
    #[must_use]
    pub fn itself(self) -> Own {
        Own {
            administrator: Administrator::of(&self.client, self.now),
            client: self.client,
            notebook: self.notebook,
        }
    }

    /// The client's org.
    #[must_use]
    pub const fn org(&self) -> OrgId {
        self.client.org
    }

    /// The client's policies alone, to decide on.
    ///
    /// # Errors
    /// [`Refusal::InvalidToken`] when the client is gone meanwhile, or a [`Refusal::Fault`].
    pub async fn policies(self) -> Result<Policies, Refusal> {
        Ok(self.with_policies().await?.1)
    }

    /// The client with its policies and the revisions of its roles. Managed roles need no read. If the
    /// policies are of another state than the record, another request is changing the client, and both are
    /// read again.
    async fn with_policies(mut self) -> Result<(Own, Policies, Vec<(RoleId, Revision)>), Refusal> {
        let mut rereads = self.store.rereads();
        loop {
            let found = self
                .store
                .find_policies_of(&self.client, &mut rereads)
                .await;
            let found =
                found.inspect_err(|fault| self.notebook.note_unreadable(self.client.id, fault))?;
            if let Some(policies) = found.of(&self.client) {
                return Ok((self.itself(), policies, found.revisions()));
            }
            if !rereads.another().await? {
                return Err(Fault::Contended("BatchGetItem").into());
            }
            let client = self.store.find_client(self.client.id).await;
            let client =
                client.inspect_err(|fault| self.notebook.note_unreadable(self.client.id, fault))?;
            let client = client.filter(AppClient::is_enabled);
            let client = client.ok_or(Refusal::InvalidToken)?;
            if client.revision == self.client.revision {
                // No other request changes it: a role or the inline policy is lost.
                let fault = Fault::Unreadable("policy");
                self.notebook.note_unreadable(client.id, &fault);
                return Err(fault.into());
            }
            self.client = client;
        }
    }
}

impl Own {
    /// The calling client, as it was read.
    #[must_use]
    pub const fn client(&self) -> &AppClient {
        &self.client
    }

    /// The refusal after a failed read of the client.
    pub(crate) fn refusal_of(&self, fault: Fault) -> Refusal {
        refusal_of(&self.notebook, self.client.id, fault)
    }
}

impl Caller {
    /// The caller's policies.
    #[must_use]
    pub const fn policies(&self) -> &Policies {
        &self.policies
    }

    /// The states in which the caller and its roles were read.
    #[must_use]
    pub const fn standing(&self) -> &Standing {
        &self.standing
    }

    /// The calling client.
    #[must_use]
    pub const fn client(&self) -> ClientId {
        self.own.client.id
    }

    /// The caller's org. The caller sees nothing outside it.
    #[must_use]
    pub const fn org(&self) -> OrgId {
        self.own.client.org
    }

    /// The calling client as an administrator, as it was read for this request; `None` if it is none.
    pub(crate) const fn administrator(&self) -> Option<Administrator> {
        self.own.administrator
    }

    /// Records the resource of the call, for the audit event.
    pub(crate) fn concerns(&self, resource: impl Into<Uuid>) {
        let resource = resource.into();
        self.own
            .notebook
            .note(|notes| notes.resource = Some(resource));
    }

    /// Records what the call changes, for the audit event, before the write: its result may be lost.
    pub(crate) fn changes(&self, changes: Changes) {
        self.own
            .notebook
            .note(|notes| notes.changes = Some(changes));
    }

    /// Records that the call is refused for its key: the resource of its attempt is none.
    pub(crate) fn forget(&self) {
        self.own.notebook.note(|notes| {
            notes.resource = None;
            notes.changes = None;
        });
    }

    /// Records that the call repeats a former one, for the audit event: it changes nothing.
    pub(crate) fn repeats(&self) {
        self.own.notebook.note(|notes| {
            notes.is_repeat = true;
            notes.changes = None;
        });
    }

    /// The refusal after a failed read of a resource, which is logged if it is unreadable. If its
    /// org cannot be read, no caller may learn that it exists.
    pub(crate) fn refusal_of(&self, resource: impl Into<Uuid>, fault: Fault) -> Refusal {
        refusal_of(&self.own.notebook, resource, fault)
    }

    /// Records a resource that cannot be read, for the log. Other faults say nothing about it.
    pub(crate) fn found_unreadable(&self, resource: impl Into<Uuid>, fault: &Fault) {
        self.own.notebook.note_unreadable(resource, fault);
    }
}

/// The refusal after a failed read of a resource, which is logged if it is unreadable. If its org cannot be
/// read, no caller may learn that it exists.
fn refusal_of(notebook: &Notebook, resource: impl Into<Uuid>, fault: Fault) -> Refusal {
    notebook.note_unreadable(resource, &fault);
    match fault {
        Fault::Unreadable(ORG) => Refusal::NotFound,
        fault => fault.into(),
    }
}

impl std::fmt::Debug for Bearer<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Bearer(…)")
    }
}
