//! Recovers an App Client of any org whose secret is lost:
//! `{"recover": {"clientId": "…", "administrator": true}}`, from an operator.
//!
//! The new credentials are stored before the client accepts them, so they are never lost. If a
//! recovery fails or stops, it is invoked again: the client gets another secret. The credentials that
//! were stored last are those of the recovery that was written last, if every recovery succeeded.

use serde::Deserialize;
use serde_json::Value;
use shared::app_clients::AppClients;
use shared::fault::Fault;
use shared::model::ClientId;
use shared::random::Randomness;
use shared::runtime::Attempts;
use shared::runtime::log::Notebook;
use shared::secrets::{Label, Secret};
use shared::store::Changed;

use crate::credentials::StoredCredentials;
use crate::error::BootstrapError;

/// The client to recover.
#[derive(Clone, Copy)]
pub(crate) struct Recover {
    id: ClientId,
    /// Whether the client becomes an administrator if it is none.
    as_administrator: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RecoveryEvent {
    recover: RecoveredClient,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RecoveredClient {
    client_id: String,
    #[serde(default)]
    administrator: bool,
}

impl Recover {
    /// Parses an event; `None` if it is for something else.
    pub(crate) fn read(event: &Value) -> Result<Option<Self>, BootstrapError> {
        if event.get("recover").is_none() {
            return Ok(None);
        }
        let event = RecoveryEvent::deserialize(event);
        let recover = event
            .map_err(|_| BootstrapError::MalformedRecovery)?
            .recover;
        // Either form, because an operator may have only one of them at hand.
        let id = ClientId::from_client_id(&recover.client_id)
            .or_else(|| ClientId::from_id(&recover.client_id));
        Ok(Some(Self {
            id: id.ok_or(BootstrapError::MalformedRecovery)?,
            as_administrator: recover.administrator,
        }))
    }

    /// Gives the client new credentials, and stores them in `credentials` under a label that only
    /// recoveries use. If another request changes the client meanwhile, it begins again.
    pub(crate) async fn run(
        self,
        clients: &AppClients,
        credentials: &Secret,
        randomness: &Randomness,
        notebook: &Notebook,
    ) -> Result<(), BootstrapError> {
        notebook.note(|notes| {
            notes.is_recovery = true;
            notes.resource = Some(self.id.into());
        });
        let mut attempts = Attempts::at_a_conflicting_write(randomness);
        while attempts.another().await? {
            let recovery = clients.prepare_recovery(self.id, self.as_administrator);
            let recovery = recovery.await?.ok_or(BootstrapError::UnknownClient)?;
            let changes = recovery.client.changes_since(Some(&recovery.former));
            notebook.note(|notes| {
                notes.org = Some(recovery.client.org);
                notes.changes = Some(changes);
            });
            let version = randomness.uuid().map_err(Fault::from)?.to_string();
            let text = StoredCredentials::recovered(&recovery).to_text()?;
            let stored = credentials.insert_version(&version, &text, &[Label::Recovered]);
            if !stored.await? {
                return Err(Fault::Contended("PutSecretValue").into());
            }
            match clients.complete_recovery(&recovery, &mut attempts).await? {
                Changed::Made => return Ok(()),
                Changed::Overtaken | Changed::RolesChanged | Changed::CallerChanged => {}
            }
        }
        Err(Fault::Contended("TransactWriteItems").into())
    }
}
