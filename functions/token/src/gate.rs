//! Passing the gate: the only way to a token.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use shared::environment::{Environment, VariableError};
use shared::fault::Fault;
use shared::keys::SigningKeys;
use shared::model::attempt::{Attempt, Known, Next};
use shared::model::gate::Window;
use shared::model::{AppClient, ClientId, OrgId, Timestamp};
use shared::oauth::{TokenError, TokenRequest, authenticate, refuse_unknown};
use shared::store::{Passage, Store};
use shared::token::KeyRing;

use crate::grant::{self, Granted};

/// How many clients an instance remembers: some megabytes of them.
const REMEMBERED: usize = 4_096;

/// The gate, and the clients that the instance has seen pass it.
#[derive(Debug)]
pub(crate) struct Gate {
    store: Store,
    remembered: Mutex<HashMap<ClientId, Known<AppClient>>>,
}

/// A grant that the gate has counted, and the keys to sign it with. Nothing but [`Gate::pass`]
/// makes one, and nothing else can be signed.
#[derive(Debug)]
pub(crate) struct Counted {
    granted: Granted,
    keys: Arc<KeyRing>,
}

impl Gate {
    pub(crate) fn new(environment: &Environment) -> Result<Self, VariableError> {
        Ok(Self {
            store: Store::new(environment)?,
            remembered: Mutex::default(),
        })
    }

    /// Begins an attempt with what is remembered of a client, or else with what the database holds.
    pub(crate) async fn approach(&self, id: ClientId) -> Result<Attempt<AppClient>, Fault> {
        let remembered = self.remembered().get(&id).cloned();
        match remembered {
            Some(known) => Ok(Attempt::Remembering(known)),
            None => self.read(id).await.map(Attempt::Knowing),
        }
    }

    /// Authenticates, decides, and counts one token, all on the same state of the client: the
    /// count's condition is that the state still holds.
    pub(crate) async fn pass(
        &self,
        mut attempt: Attempt<AppClient>,
        TokenRequest { credentials, grant }: &TokenRequest,
        default_audience: &str,
        keys: &SigningKeys,
        now: Timestamp,
    ) -> Result<Counted, TokenError> {
        let id = credentials.client;
        loop {
            let decide = |client: &AppClient| {
                let client = authenticate(credentials, client)?;
                grant::decide(grant, &client, default_audience)
            };
            let unknown = || refuse_unknown(credentials);
            let next = attempt.next(Window::HOUR, now, decide, unknown);
            let (write, granted) = match next {
                Next::Write(write, granted) => (write, granted),
                Next::Read => {
                    attempt = Attempt::Knowing(self.read(id).await?);
                    continue;
                }
                Next::Full(full) => return Err(TokenError::TooManyRequests(full)),
                Next::Refuse(refusal) => return Err(refusal),
            };
            // The keys beside the count: when they have to be read again it costs no time. Nobody
            // but a client that was granted something makes us read them.
            let (passage, keys) =
                tokio::try_join!(self.store.pass(id, &write, now), keys.current(now))?;
            match passage {
                Passage::Refused(gate) => attempt = attempt.having_met(gate),
                Passage::Counted(gate) => {
                    if let Some(client) = attempt.into_client() {
                        self.remember(id, Known { client, gate });
                    }
                    return Ok(Counted { granted, keys });
                }
            }
        }
    }

    async fn read(&self, id: ClientId) -> Result<Option<Known<AppClient>>, Fault> {
        let found = self.store.find_client_and_gate(id).await?;
        let found = found.map(|(client, gate)| Known { client, gate });
        // A client that has passed stays remembered, whatever strangers ask in its name.
        let mut remembered = self.remembered();
        match &found {
            None => drop(remembered.remove(&id)),
            Some(found) => {
                remembered
                    .entry(id)
                    .and_modify(|known| known.clone_from(found));
            }
        }
        Ok(found)
    }

    fn remember(&self, id: ClientId, known: Known<AppClient>) {
        let mut remembered = self.remembered();
        if remembered.len() >= REMEMBERED
            && !remembered.contains_key(&id)
            && let Some(any) = remembered.keys().next().copied()
        {
            remembered.remove(&any);
        }
        remembered.insert(id, known);
    }

    fn remembered(&self) -> MutexGuard<'_, HashMap<ClientId, Known<AppClient>>> {
        self.remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counted {
    /// The org of the client that it is for.
    pub(crate) fn org(&self) -> OrgId {
        self.granted.org
    }

    /// What may go out now, once, and the keys to sign it with.
    pub(crate) fn into_parts(self) -> (Granted, Arc<KeyRing>) {
        (self.granted, self.keys)
    }
}
