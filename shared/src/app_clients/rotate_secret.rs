//! Rotates a client secret.

use super::created::Created;
use super::repeat::{FreshSecret, Repeatable, Tried};
use super::secrets::audited;
use super::service::AppClients;
use crate::authorization::Caller;
use crate::model::idempotency::FirstRequest;
use crate::model::precondition::{Held, Precondition};
use crate::model::{ClientId, ClientInUse, NewSecret, Overlap, RotatedEnd, Secrets};
use crate::refusal::Refusal;
use crate::store::{Standing, Terms};

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
    /// for the previous one during an overlap. A repeat of a request with a key returns the secret of
    /// the first one.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when the caller's org has no such client, [`Refusal::NothingToOverlap`]
    /// when an overlap is requested and the client has no live secret,
    /// [`Refusal::SecretEndOutOfBounds`], [`Refusal::ExceedsPermissions`], [`Refusal::CallerChanged`],
    /// [`Refusal::GrantsChanged`], [`Refusal::Unmet`] when the state to replace does not satisfy the
    /// precondition, [`Refusal::SecretsChanged`], and [`Refusal::Repeat`].
    pub async fn rotate_secret(
        &self,
        caller: &Caller,
        id: ClientId,
        rotation: Rotation,
        precondition: &Precondition,
        repeatable: Option<&Repeatable<'_>>,
    ) -> Result<(Created, Held), Refusal> {
        caller.concerns(id);
        let fresh = self.fresh_secret(caller, id, repeatable).await?;
        let rotated = self.rotate_to(caller, id, rotation, precondition, &fresh);
        let rotated = rotated.await;
        let (given, held) = self.or_repeat(caller, fresh, rotated).await?;
        Ok((given.into(), held))
    }

    async fn rotate_to(
        &self,
        caller: &Caller,
        id: ClientId,
        rotation: Rotation,
        precondition: &Precondition,
        fresh: &FreshSecret,
    ) -> Tried {
        let found = self.find(caller, id).await?;
        let standing = self.may_give_credential(caller, &found.client).await?;
        let now = self.clock.now();
        let end = found.client.secrets.rotated_end(rotation.expires_at, now)?;
        let new = NewSecret::of(id, &fresh.secret, now, end);
        let rotated = found.client.secrets.rotate(new, rotation.overlap, now)?;
        let given = (standing, fresh.first());
        let written = self.replace_secrets(caller, found, rotated, precondition, given);
        let (found, held) = written.await?;
        Ok((found, None, held))
    }

    /// Replaces the secrets of a client, on which `secrets` depend. If another request changes the
    /// client meanwhile, but not its secrets, the write is tried again. `standing` is the state of the
    /// caller on which it depends, and `first` is that of [`Self::replace`].
    ///
    /// # Errors
    /// [`Refusal::SecretsChanged`] when another request changes the secrets meanwhile, and those of
    /// [`Self::replace`].
    pub(super) async fn replace_secrets(
        &self,
        caller: &Caller,
        found: ClientInUse,
        secrets: Secrets,
        precondition: &Precondition,
        (standing, first): (Option<&Standing>, Option<&FirstRequest>),
    ) -> Result<(ClientInUse, Held), Refusal> {
        let former = found.client.secrets.clone();
        let terms = Terms::of(standing);
        let replaced = self.replace(
            caller,
            found.client,
            precondition,
            first,
            &terms,
            |client| {
                if client.secrets != former {
                    // A caller that names the state it expects learns that it is another one.
                    let _ = precondition.check(Some(&client.revision.to_string()))?;
                    return Err(Refusal::SecretsChanged);
                }
                let secrets = secrets.clone();
                Ok(Some(audited(caller, &client, secrets)))
            },
        );
        let (client, held) = replaced.await?;
        let changed = ClientInUse {
            last_uses: found.last_uses.after(&former, &client.secrets),
            policy: found.policy,
            client,
            seems_damaged: false,
        };
        Ok((changed, held))
    }
}
