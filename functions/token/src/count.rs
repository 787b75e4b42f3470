//! Passing the gate: the only way to a token.

use shared::authentication::{authenticate, refuse_unknown};
use shared::fault::Fault;
use shared::http::oauth::{TokenError, TokenRequest};
use shared::model::gate::Window;
use shared::model::issuing::Step;
use shared::model::{AppClient, OrgId, Timestamp};
use shared::runtime::log::Notebook;
use shared::signing::{ReadyKey, SigningKeys};
use shared::store::Written;

use crate::clients::{Clients, Next};
use crate::grant::{self, Granted};

/// A grant that the gate has counted, and the key to sign it with. Nothing but [`Issuance::count`] makes
/// one, and nothing else can be signed.
#[derive(Debug)]
pub(crate) struct Counted {
    granted: Granted,
    key: ReadyKey,
}

/// One request on its way through the gate.
pub(crate) struct Issuance<'a> {
    pub(crate) clients: &'a Clients,
    pub(crate) keys: &'a SigningKeys,
    pub(crate) wanted: &'a TokenRequest,
    pub(crate) default_audience: &'a str,
    pub(crate) notebook: &'a Notebook,
    pub(crate) now: Timestamp,
}

impl Issuance<'_> {
    /// Authenticates, decides, and counts one token, all on the same state of the client: the count's
    /// condition is that the state still holds.
    pub(crate) async fn count(
        &self,
        mut step: Next,
        mut key: ReadyKey,
    ) -> Result<Counted, TokenError> {
        let id = self.wanted.credentials.client;
        loop {
            step = match step {
                Step::Read => self.clients.read(id).await?,
                Step::Decide(candidate) => {
                    let decision = self.decide(candidate.client()).await;
                    candidate.decided(Window::HOUR, self.now, decision)
                }
                Step::Write(count) => {
                    // In parallel, so that reading the key again costs no time; and only here, so
                    // that a refused request cannot cause that read.
                    let write = self.clients.count(id, count.write(), self.now);
                    let (written, fresh) = tokio::try_join!(write, self.fresh(key))?;
                    key = fresh;
                    match written {
                        Written::Counted(gate) => {
                            let (observed, granted) = count.succeeded(gate);
                            self.clients.passed(id, observed);
                            return Ok(Counted { granted, key });
                        }
                        Written::ConditionFailed(gate) => {
                            count.condition_failed(Window::HOUR, self.now, gate)
                        }
                    }
                }
                Step::Unknown => return Err(refuse_unknown(&self.wanted.credentials).into()),
                Step::Refused(refusal) => return Err(refusal),
                Step::Full(full) => return Err(TokenError::TooManyRequests(full)),
            }
        }
    }

    async fn fresh(&self, key: ReadyKey) -> Result<ReadyKey, Fault> {
        let fresh = self.keys.fresh(key, self.now).await?;
        Ok(noted(fresh, self.now, self.notebook))
    }

    async fn decide(&self, client: &AppClient) -> Result<Granted, TokenError> {
        let client = authenticate(&self.wanted.credentials, client).await?;
        grant::decide(&self.wanted.grant, &client, self.default_audience)
    }
}

/// Takes a note of a key's age when it was read for this request, whatever becomes of the request.
pub(crate) fn noted(key: ReadyKey, now: Timestamp, notebook: &Notebook) -> ReadyKey {
    if let Some(age) = key.age_when_read_at(now) {
        notebook.note(|notes| notes.signing_key_age = Some(age));
    }
    key
}

impl Counted {
    /// The org of the client that it is for.
    pub(crate) const fn org(&self) -> OrgId {
        self.granted.org
    }

    /// What may go out now, once, and the key to sign it with.
    pub(crate) fn into_parts(self) -> (Granted, ReadyKey) {
        (self.granted, self.key)
    }
}
