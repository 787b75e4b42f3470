//! Passing the gate: the only way to a token.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use shared::environment::{Environment, VariableError};
use shared::fault::Fault;
use shared::model::gate::{self, Step};
use shared::model::{AppClient, ClientId, Timestamp};
use shared::oauth::{TokenError, TokenRequest, authenticate};
use shared::store::{Passage, Store};

use crate::grant::{self, Granted};

/// How many clients an instance remembers: some megabytes of them.
const REMEMBERED: usize = 4_096;

/// The gate, and the clients that the instance has seen pass it.
#[derive(Debug)]
pub(crate) struct Gate {
    store: Store,
    remembered: Mutex<HashMap<ClientId, Known>>,
}

/// A client's record and its gate.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    client: AppClient,
    gate: gate::Gate,
    /// Whether both were read for this very request. What is only remembered may permit, never
    /// refuse.
    is_fresh: bool,
}

/// A grant that the gate has counted. Nothing but [`Gate::pass`] makes one, and nothing else can be
/// signed.
#[derive(Debug)]
pub(crate) struct Counted(Granted);

impl Gate {
    pub(crate) fn new(environment: &Environment) -> Result<Self, VariableError> {
        Ok(Self {
            store: Store::new(environment)?,
            remembered: Mutex::default(),
        })
    }

    /// What is remembered of a client, or else what the database holds.
    pub(crate) async fn recall(&self, id: ClientId) -> Result<Option<Known>, Fault> {
        let remembered = self.remembered().get(&id).cloned();
        match remembered {
            Some(known) => Ok(Some(known)),
            None => self.read(id).await,
        }
    }

    /// Authenticates, decides, and counts one token, all on the same state of the client: the
    /// count's condition is that the state still holds. Starts with what is known; whenever that
    /// would refuse, or the count finds that it is not so any more, looks again and begins anew.
    pub(crate) async fn pass(
        &self,
        TokenRequest { credentials, grant }: &TokenRequest,
        default_audience: &str,
        mut known: Option<Known>,
        now: Timestamp,
    ) -> Result<Counted, TokenError> {
        let id = credentials.client;
        loop {
            let client = known.as_ref().map(|known| &known.client);
            let decision = authenticate(credentials, client)
                .and_then(|client| grant::decide(grant, &client, default_audience));
            let (granted, seen) = match (decision, known) {
                (Ok(granted), Some(seen)) => (granted, seen),
                (Err(_), Some(seen)) if !seen.is_fresh => {
                    known = self.read(id).await?;
                    continue;
                }
                (Err(refusal), _) => return Err(refusal),
                (Ok(_), None) => return Err(TokenError::InvalidClient),
            };
            let write = match seen.gate.next(now, seen.client.token_quota) {
                Step::Write(write) => write,
                Step::Full(full) if seen.is_fresh => return Err(TokenError::TooManyRequests(full)),
                Step::Full(_) => {
                    known = self.read(id).await?;
                    continue;
                }
            };
            known = match self.store.pass(id, &write, now).await? {
                Passage::Counted(gate) => {
                    self.remember(seen.client, gate);
                    return Ok(Counted(granted));
                }
                // Another slot or a full one, and the record is as it was: no need to read it.
                Passage::Refused(Some(gate)) if gate.revision == seen.client.revision => {
                    Some(Known {
                        gate,
                        is_fresh: true,
                        ..seen
                    })
                }
                Passage::Refused(_) => self.read(id).await?,
            };
        }
    }

    async fn read(&self, id: ClientId) -> Result<Option<Known>, Fault> {
        self.remembered().remove(&id);
        let found = self.store.find_client_and_gate(id).await?;
        Ok(found.map(|(client, gate)| Known {
            client,
            gate,
            is_fresh: true,
        }))
    }

    fn remember(&self, client: AppClient, gate: gate::Gate) {
        let mut remembered = self.remembered();
        if remembered.len() >= REMEMBERED
            && let Some(any) = remembered.keys().next().copied()
        {
            remembered.remove(&any);
        }
        let known = Known {
            client,
            gate,
            is_fresh: false,
        };
        remembered.insert(known.client.id, known);
    }

    fn remembered(&self) -> MutexGuard<'_, HashMap<ClientId, Known>> {
        self.remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counted {
    /// What may go out now, once.
    pub(crate) fn into_granted(self) -> Granted {
        self.0
    }
}
