//! The text of the secret `BootstrapCredentials`.

use serde::{Deserialize, Serialize};
use shared::app_clients::{Identity, Recovery};
use shared::fault::Fault;
use shared::model::{ClientId, ClientSecret, OrgId};
use shared::random::Randomness;

pub(crate) const UNREADABLE: Fault = Fault::Unreadable("bootstrap credentials secret");

/// A client's credentials, as stored in Secrets Manager.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredCredentials {
    client_id: String,
    client_secret: String,
    org_id: String,
}

impl StoredCredentials {
    /// The credentials of a new client in a new org.
    pub(crate) fn generate(randomness: &Randomness) -> Result<Self, Fault> {
        Ok(Self {
            client_id: ClientId::new(randomness.uuid()?).client_id(),
            client_secret: ClientSecret::generate(randomness)?.reveal().to_owned(),
            org_id: OrgId::new(randomness.uuid()?).to_string(),
        })
    }

    /// The new credentials of a client.
    pub(crate) fn recovered(recovery: &Recovery) -> Self {
        Self {
            client_id: recovery.client.id.client_id(),
            client_secret: recovery.secret.reveal().to_owned(),
            org_id: recovery.client.org.to_string(),
        }
    }

    pub(crate) fn to_text(&self) -> Result<String, Fault> {
        serde_json::to_string(self).map_err(|_| UNREADABLE)
    }

    /// Parses the secret's text; `None` if it is invalid.
    pub(crate) fn identity(text: &str) -> Option<Identity> {
        let stored: Self = serde_json::from_str(text).ok()?;
        Some(Identity {
            id: ClientId::from_client_id(&stored.client_id)?,
            org: OrgId::from_id(&stored.org_id)?,
            secret: ClientSecret::parse(&stored.client_secret)?,
        })
    }
}
