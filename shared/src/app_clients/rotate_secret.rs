//! Rotates a client secret.

use super::create::Created;
use super::secrets::audited;
use super::service::AppClients;
use crate::authorization::Caller;
use crate::fault::Fault;
use crate::model::precondition::{Held, Precondition};
use crate::model::{
    AppClient, ClientId, ClientInUse, ClientSecret, NewSecret, Overlap, RotatedEnd, Secrets,
};
use crate::refusal::Refusal;

/// How to rotate a secret. By default the new secret keeps its predecessor's validity in days, and
/// the other secrets are rejected at once.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rotation {
    /// The time for which the previous secret stays valid.
    pub overlap: Overlap,
    /// The end of the new secret.
    pub expires_at: RotatedEnd,
}

impl AppClients {
    /// Gives a client of the caller's org a new secret. From then on the others are rejected, except
    /// for the previous one during an overlap.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when the caller's org has no such client, [`Refusal::NothingToOverlap`]
    /// when an overlap is requested and the client has no live secret,
    /// [`Refusal::SecretEndOutOfBounds`], [`Refusal::Unmet`] when the state to replace does not
    /// satisfy the precondition, and [`Refusal::SecretsChanged`].
    pub async fn rotate_secret(
        &self,
        caller: &Caller,
        id: ClientId,
        rotation: Rotation,
        precondition: &Precondition,
    ) -> Result<(Created, Held), Refusal> {
        let ClientInUse {
            client: found,
            last_uses,
            ..
        } = self.find(caller, id).await?;
        let now = self.clock.now();
        let secret = ClientSecret::generate(&self.randomness).map_err(Fault::from)?;
        let end = found.secrets.rotated_end(rotation.expires_at, now)?;
        let new = NewSecret::of(id, &secret, now, end);
        let rotated = found.secrets.rotate(new, rotation.overlap, now)?;
        let former = found.secrets.clone();
        let replaced = self.replace_secrets(caller, found, rotated, precondition);
        let (client, held) = replaced.await?;
        let rotated = Created {
            last_uses: last_uses.after(&former, &client.secrets),
            client,
            secret,
        };
        Ok((rotated, held))
    }

    /// Replaces the secrets of a client, on which `secrets` depend. If another request changes the
    /// client meanwhile, but not its secrets, the write is tried again.
    ///
    /// # Errors
    /// [`Refusal::SecretsChanged`] when another request changes the secrets meanwhile, and those of
    /// [`Self::replace`].
    pub(super) async fn replace_secrets(
        &self,
        caller: &Caller,
        found: AppClient,
        secrets: Secrets,
        precondition: &Precondition,
    ) -> Result<(AppClient, Held), Refusal> {
        let former = found.secrets.clone();
        self.replace(caller, found, precondition, |client| {
            if client.secrets != former {
                // A caller that names the state it expects learns that it is another one.
                let _ = precondition.check(Some(&client.revision.to_string()))?;
                return Err(Refusal::SecretsChanged);
            }
            let secrets = secrets.clone();
            Ok(Some(audited(caller, &client, secrets)))
        })
        .await
    }
}
