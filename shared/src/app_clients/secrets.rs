//! Lists, adds, changes and deletes the secrets of a client. An expired secret does not exist for
//! any of them.

use super::repeat::{FreshSecret, Repeatable, Tried};
use super::service::AppClients;
use crate::authorization::Caller;
use crate::model::precondition::{Held, Precondition};
use crate::model::{
    AppClient, AppClientSecret, Changes, ClientId, ClientInUse, ClientSecret, LastUses, NewSecret,
    RotatedEnd, SecretId, Secrets, Timestamp, checked_end,
};
use crate::refusal::Refusal;
use crate::store::Terms;

/// The live secrets of a client.
#[derive(Clone, Debug)]
pub struct ListedSecrets {
    /// The client.
    pub client: AppClient,
    /// Its live secrets, oldest first.
    pub secrets: Vec<AppClientSecret>,
    /// The days of their last uses, by their places.
    pub last_uses: LastUses,
}

/// A secret to add.
#[derive(Clone, Copy, Debug, Default)]
pub struct AddSecret {
    /// Its end; `None` for no end.
    pub expires_at: Option<Timestamp>,
}

/// A secret that was added.
#[derive(Debug)]
pub struct AddedSecret {
    /// The client.
    pub client: AppClient,
    /// The days of last uses, by the places of secrets.
    pub last_uses: LastUses,
    /// The secret as it is stored.
    pub secret: AppClientSecret,
    /// The secret in plain text. Only its hash is stored.
    pub plain: ClientSecret,
    /// The live secret that it replaced, if there were two.
    pub replaced: Option<SecretId>,
    /// Whether a former request added it, which this one repeats.
    pub is_repeat: bool,
}

/// A live secret of a client.
#[derive(Clone, Debug)]
pub struct FoundSecret {
    /// The client.
    pub client: AppClient,
    /// The secret.
    pub secret: AppClientSecret,
    /// The days of last uses, by the places of secrets.
    pub last_uses: LastUses,
}

impl AppClients {
    /// Lists the live secrets of a client of the caller's org.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when the caller's org has no such client.
    pub async fn list_secrets(
        &self,
        caller: &Caller,
        id: ClientId,
    ) -> Result<ListedSecrets, Refusal> {
        let ClientInUse {
            client, last_uses, ..
        } = self.find(caller, id).await?;
        let live = client.secrets.live(self.clock.now());
        Ok(ListedSecrets {
            secrets: live.cloned().collect(),
            client,
            last_uses,
        })
    }

    /// Finds a live secret of a client of the caller's org.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when the caller's org has no such client, or the client no such live
    /// secret.
    pub async fn find_secret(
        &self,
        caller: &Caller,
        id: ClientId,
        secret: SecretId,
    ) -> Result<FoundSecret, Refusal> {
        let ClientInUse {
            client, last_uses, ..
        } = self.find(caller, id).await?;
        let secret = client.secrets.find(secret, self.clock.now()).cloned();
        Ok(FoundSecret {
            secret: secret.ok_or(Refusal::NotFound)?,
            client,
            last_uses,
        })
    }

    /// Adds a secret to a client of the caller's org. If two are live, it replaces the one that was
    /// added last, which is rejected from then on. A repeat of a request with a key returns the secret
    /// of the first one.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when the caller's org has no such client,
    /// [`Refusal::SecretEndOutOfBounds`], [`Refusal::Unmet`] when the state to replace does not
    /// satisfy the precondition, [`Refusal::SecretsChanged`], and [`Refusal::Repeat`].
    pub async fn add_secret(
        &self,
        caller: &Caller,
        id: ClientId,
        add: AddSecret,
        precondition: &Precondition,
        repeatable: Option<&Repeatable<'_>>,
    ) -> Result<(AddedSecret, Held), Refusal> {
        caller.concerns(id);
        let mut fresh = self.fresh_secret(caller, id, repeatable).await?;
        let written = self.write_added(caller, id, add, precondition, &mut fresh);
        let written = written.await;
        let (given, held) = self.or_repeat(caller, fresh, written).await?;
        // The state that was written has the secret, and a repeat has checked that it is live.
        let stored = SecretId::of(id, &given.secret.hash());
        let stored = given.client.secrets.stored().find(|one| one.id == stored);
        let added = AddedSecret {
            secret: stored.cloned().ok_or(Refusal::NotFound)?,
            last_uses: given.last_uses,
            client: given.client,
            plain: given.secret,
            replaced: given.replaced,
            is_repeat: given.is_repeat,
        };
        Ok((added, held))
    }

    async fn write_added(
        &self,
        caller: &Caller,
        id: ClientId,
        add: AddSecret,
        precondition: &Precondition,
        fresh: &mut FreshSecret,
    ) -> Tried {
        let found = self.find(caller, id).await?;
        let standing = self.may_give_credential(caller, &found.client).await?;
        let now = self.clock.now();
        let end = checked_end(add.expires_at, now)?;
        let new = NewSecret::of(id, &fresh.secret, now, end);
        let (secrets, replaced) = found.client.secrets.add(new, now);
        fresh.takes_the_place_of(replaced);
        let given = (standing, fresh.first());
        let written = self.replace_secrets(caller, found, secrets, precondition, given);
        let (found, held) = written.await?;
        Ok((found, replaced, held))
    }

    /// Changes the end of a secret of a client of the caller's org, which [`Self::find_secret`]
    /// returned. If the secret has this end already, or keeps its end, nothing is written. If another
    /// request changes the client meanwhile, the change is applied to the new state.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when the secret is deleted or ends meanwhile,
    /// [`Refusal::SecretEndOutOfBounds`], and [`Refusal::Unmet`] when the state to replace does not
    /// satisfy the precondition.
    pub async fn change_secret(
        &self,
        caller: &Caller,
        found: FoundSecret,
        end: RotatedEnd,
        precondition: &Precondition,
    ) -> Result<(FoundSecret, Held), Refusal> {
        if found.client.org != caller.org() {
            return Err(Refusal::NotFound);
        }
        let terms = Terms::of(self.may_give_credential(caller, &found.client).await?);
        let (id, now) = (found.secret.id, self.clock.now());
        let changed = self.replace(caller, found.client, precondition, None, &terms, |client| {
            let current = client.secrets.find(id, now).ok_or(Refusal::NotFound)?;
            match end {
                RotatedEnd::Set(end) if end != current.expires_at => {
                    let secrets = client.secrets.change_end(id, end, now)?;
                    Ok(Some(audited(caller, &client, secrets)))
                }
                _ => {
                    caller.changes(Changes::default());
                    Ok(None)
                }
            }
        });
        let (client, held) = changed.await?;
        let secret = client.secrets.find(id, now).cloned();
        let changed = FoundSecret {
            secret: secret.ok_or(Refusal::NotFound)?,
            client,
            last_uses: found.last_uses,
        };
        Ok((changed, held))
    }

    /// Deletes a live secret, which is rejected from then on. If another request changes the client
    /// meanwhile, the secret is deleted from the new state.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when the caller's org has no such client, or the client no such live
    /// secret; [`Refusal::LastAdministrator`] when it is the only secret of the last administrator;
    /// and [`Refusal::Unmet`] when the state to replace does not satisfy the precondition.
    pub async fn delete_secret(
        &self,
        caller: &Caller,
        id: ClientId,
        secret: SecretId,
        precondition: &Precondition,
    ) -> Result<Held, Refusal> {
        let found = self.find(caller, id).await?.client;
        let terms = Terms::of(self.may_give_credential(caller, &found).await?);
        let now = self.clock.now();
        let deleted = self.replace(caller, found, precondition, None, &terms, |client| {
            let secrets = client.secrets.delete(secret, now)?;
            Ok(Some(audited(caller, &client, secrets)))
        });
        deleted.await.map(|(_, held)| held)
    }
}

/// The client with other secrets. Records the change for the audit event.
pub(super) fn audited(caller: &Caller, former: &AppClient, secrets: Secrets) -> AppClient {
    let changed = AppClient {
        secrets,
        ..former.clone()
    };
    caller.changes(changed.changes_since(Some(former)));
    changed
}
