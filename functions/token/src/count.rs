//! Counts a token at the gate. Only a counted token can be signed.

use std::sync::Arc;

use shared::authentication::{authenticate, refuse_unknown};
use shared::fault::Fault;
use shared::http::oauth::{TokenError, TokenRequest};
use shared::model::gate::{Allowance, Window};
use shared::model::issuing::{Reading, Step};
use shared::model::{AppClient, OrgId, Timestamp, UsedSecret};
use shared::runtime::Attempts;
use shared::runtime::log::Notebook;
use shared::signing::{ReadyKey, SigningKeys};
use shared::store::Written;

use crate::clients::{Clients, Decision, NextStep};
use crate::grant::{self, Granted};

/// A granted and counted token, and the key to sign it with. Only [`Issuance::count`] creates one,
/// and nothing else can be signed.
#[derive(Debug)]
pub(crate) struct Counted {
    granted: Granted,
    key: ReadyKey,
    allowance: Allowance,
}

/// A token request, with everything that its steps need.
pub(crate) struct Issuance<'a> {
    pub(crate) clients: &'a Clients,
    pub(crate) keys: &'a SigningKeys,
    pub(crate) request: &'a TokenRequest,
    pub(crate) default_audience: &'a str,
    pub(crate) notebook: &'a Notebook,
    pub(crate) now: Timestamp,
}

impl Issuance<'_> {
    /// Reads the keys on a cold instance. A failure matters only to a request that is granted.
    pub(crate) async fn prefetch_keys(&self) {
        if let Some(key) = self.keys.prefetch(self.now).await {
            self.noted(key);
        }
    }

    /// Authenticates, decides and counts one token, all on one state of the client: the write's
    /// condition verifies that the state is still current. `attempts` limits the calls for the
    /// client.
    pub(crate) async fn count(
        &self,
        mut step: NextStep,
        mut attempts: Attempts,
    ) -> Result<Counted, TokenError> {
        let id = self.request.credentials.client;
        let mut is_verified = false;
        loop {
            step = match step {
                Step::Read(reading) => self.clients.read(id, reading, &mut attempts).await?,
                Step::Decide(candidate) => {
                    let decision = self.decide(candidate.client()).await;
                    candidate.decided(Window::HOUR, self.now, decision)
                }
                Step::Write(count) => {
                    // Only here, so that a refused request needs no key. Without a key, no token is
                    // counted.
                    let key = match self.keys.ready(self.now).await {
                        Ok(key) => self.noted(key),
                        // A cached client may have permitted what its current record refuses.
                        Err(_) if !is_verified => {
                            is_verified = true;
                            step = Step::Read(Reading::FIRST);
                            continue;
                        }
                        Err(fault) => return Err(fault.into()),
                    };
                    // In parallel, so that reading the key again costs no extra time. Both finish:
                    // a read that is given up counts as failed.
                    let clients = self.clients;
                    let secret = count.granted().secret;
                    let write = clients.count(id, count.write(), secret, &mut attempts);
                    let (written, key) = tokio::join!(write, self.keys.fresh(key, self.now));
                    match written? {
                        Written::Counted {
                            gate,
                            is_first_of_day,
                        } => {
                            let key = self.noted(key?);
                            self.note_end(secret, is_first_of_day);
                            let (observed, Decision { granted, .. }) = count.succeeded(gate);
                            let quota = observed.client.token_quota;
                            let allowance = observed.gate.allowance(Window::HOUR, self.now, quota);
                            self.clients.cache_client(id, observed);
                            return Ok(Counted {
                                granted,
                                key,
                                allowance,
                            });
                        }
                        Written::ConditionFailed(gate) => {
                            count.condition_failed(Window::HOUR, self.now, gate)
                        }
                    }
                }
                Step::Unknown => {
                    let refusal = refuse_unknown(&self.request.credentials, self.now);
                    return Err(self.refused(refusal.into()));
                }
                Step::Denied(refusal) => return Err(self.refused(refusal)),
                Step::Full(full) => return Err(TokenError::TooManyRequests(full)),
                Step::Unreadable(attribute) => return Err(Fault::Unreadable(attribute).into()),
                Step::Damaged => return Err(Fault::Damaged.into()),
            }
        }
    }

    /// Notes a key's age, or a clock that is behind, for the log if this request read the key.
    fn noted(&self, key: ReadyKey) -> ReadyKey {
        if let Some(behind) = key.clock_behind_when_read_at(self.now) {
            self.notebook
                .note(|notes| notes.clock_behind = Some(behind));
        }
        if let Some(age) = key.age_when_read_at(self.now) {
            self.notebook
                .note(|notes| notes.signing_key_age = Some(age));
        }
        key
    }

    /// Notes a secret that ends soon, and once a day which one it is.
    fn note_end(&self, secret: UsedSecret, is_first_of_day: bool) {
        let Some(end) = secret.ends_soon else {
            return;
        };
        self.notebook.note(|notes| {
            notes.has_ending_secret = true;
            if is_first_of_day {
                (notes.secret, notes.secret_end) = (Some(secret.id), Some(end));
            }
        });
    }

    /// Notes the secret of credentials that are refused, for whatever reason, so that the work and the
    /// line are the same. An audit event of the secret has the same id.
    fn refused(&self, refusal: TokenError) -> TokenError {
        if matches!(refusal, TokenError::InvalidClient(_)) {
            let secret = self.request.credentials.secret_id();
            self.notebook.note(|notes| notes.secret = Some(secret));
        }
        refusal
    }

    async fn decide(&self, client: &AppClient) -> Result<Decision, TokenError> {
        let client = authenticate(&self.request.credentials, client, self.now).await?;
        Ok(Decision {
            granted: grant::decide(&self.request.grant, &client, self.default_audience)?,
            secret: client.secret().used_at(self.now),
        })
    }
}

impl Counted {
    /// The org of the token's client.
    pub(crate) const fn org(&self) -> OrgId {
        self.granted.org
    }

    /// The `kid` of the key to sign with.
    pub(crate) fn kid(&self) -> Arc<str> {
        self.key.key().kid()
    }

    /// What is left of the client's quota.
    pub(crate) const fn allowance(&self) -> Allowance {
        self.allowance
    }

    /// The grant to sign, once, and the key to sign it with.
    pub(crate) fn into_parts(self) -> (Granted, ReadyKey) {
        (self.granted, self.key)
    }
}
