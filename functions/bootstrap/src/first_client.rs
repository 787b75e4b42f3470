//! The first org, and its first client, which can create all others.

use shared::app_clients::{AppClients, Create, SentRoles};
use shared::fault::Fault;
use shared::model::{Chosen, Description, ManagedRole, Name, TokenQuota};
use shared::random::Randomness;
use shared::secrets::Secret;

use crate::credentials::{StoredCredentials, UNREADABLE};

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
            let generated = StoredCredentials::generate(randomness)?;
            credentials.insert(&generated.to_text()?).await?;
            // Another run may have been faster, so the stored credentials are used.
            credentials.find().await?.ok_or(UNREADABLE)?
        }
    };
    let identity = StoredCredentials::identity(&text).ok_or(UNREADABLE)?;
    let create = create(default_quota).ok_or(UNREADABLE)?;
    // An existing org stays unchanged: its first client may have been changed or deleted since.
    clients.create_first("First org", &identity, create).await?;
    Ok(())
}

fn create(default_quota: TokenQuota) -> Option<Create> {
    let description = "The first App Client of this deployment. It can create all others.";
    Some(Create {
        name: Name::parse("Bootstrap").ok()?,
        roles: Some(SentRoles {
            ids: vec![ManagedRole::BuilderAdmin.id()],
            is_list: false,
        }),
        chosen: Chosen {
            description: Some(Description::parse(description).ok()?),
            ..Chosen::default()
        },
        default_quota,
    })
}
