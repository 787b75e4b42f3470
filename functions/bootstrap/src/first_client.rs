//! The first org, and its first client, which can create all others.

use serde::{Deserialize, Serialize};
use shared::app_clients::{AppClients, Create, Identity};
use shared::fault::Fault;
use shared::model::{
    Chosen, ClientId, ClientSecret, Description, ManagedRole, Name, OrgId, TokenQuota,
};
use shared::random::Randomness;
use shared::secrets::Secret;

const UNREADABLE: Fault = Fault::Unreadable("bootstrap credentials secret");

/// The first client's credentials, as stored in Secrets Manager.
#[derive(Serialize, Deserialize)]
struct FirstCredentials {
    client_id: String,
    client_secret: String,
    org_id: String,
}

/// Creates the first org and its client with the credentials in the secret. If the secret is empty,
/// it generates and stores credentials first.
pub(crate) async fn first_client(
    clients: &AppClients,
    credentials: &Secret,
    default_quota: TokenQuota,
    randomness: &Randomness,
) -> Result<(), Fault> {
    let text = match credentials.find().await? {
        Some(text) => text,
        None => {
            let generated = serde_json::to_string(&FirstCredentials::generate(randomness)?);
            credentials
                .insert(&generated.map_err(|_| UNREADABLE)?)
                .await?;
            // Another run may have been faster, so the stored credentials are used.
            credentials.find().await?.ok_or(UNREADABLE)?
        }
    };
    let credentials: FirstCredentials = serde_json::from_str(&text).map_err(|_| UNREADABLE)?;
    let identity = credentials.identity().ok_or(UNREADABLE)?;
    let create = create(default_quota).ok_or(UNREADABLE)?;
    // An existing org stays unchanged: its first client may have been changed or deleted since.
    clients.create_first("First org", &identity, create).await?;
    Ok(())
}

fn create(default_quota: TokenQuota) -> Option<Create> {
    let description = "The first App Client of this deployment. It can create all others.";
    Some(Create {
        name: Name::parse("Bootstrap").ok()?,
        role: ManagedRole::BuilderAdmin.id(),
        chosen: Chosen {
            description: Some(Description::parse(description).ok()?),
            ..Chosen::default()
        },
        default_quota,
    })
}

impl FirstCredentials {
    fn generate(randomness: &Randomness) -> Result<Self, Fault> {
        Ok(Self {
            client_id: ClientId::new(randomness.uuid()?).client_id(),
            client_secret: ClientSecret::generate(randomness)?.reveal().to_owned(),
            org_id: OrgId::new(randomness.uuid()?).to_string(),
        })
    }

    fn identity(&self) -> Option<Identity> {
        Some(Identity {
            id: ClientId::from_client_id(&self.client_id)?,
            org: OrgId::from_id(&self.org_id)?,
            secret: ClientSecret::parse(&self.client_secret)?,
        })
    }
}
