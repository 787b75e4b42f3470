//! Lists, adds, changes and deletes the secrets of a client. An expired secret does not exist for
//! any of them.

use super::service::AppClients;
use crate::authorization::Caller;
use crate::fault::Fault;
use crate::model::precondition::{Held, Precondition};
use crate::model::{
    AppClient, AppClientSecret, Changes, ClientId, ClientInUse, ClientSecret, LastUses, NewSecret,
    RotatedEnd, SecretId, Secrets, Timestamp, checked_end,
};
use crate::refusal::Refusal;

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
    /// added last, which is rejected from then on.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when the caller's org has no such client,
    /// [`Refusal::SecretEndOutOfBounds`], [`Refusal::Unmet`] when the state to replace does not
    /// satisfy the precondition, and [`Refusal::SecretsChanged`].
    pub async fn add_secret(
        &self,
        caller: &Caller,
        id: ClientId,
        add: AddSecret,
        precondition: &Precondition,
    ) -> Result<(AddedSecret, Held), Refusal> {
        let ClientInUse {
            client: found,
            last_uses,
            ..
        } = self.find(caller, id).await?;
        let now = self.clock.now();
        let end = checked_end(add.expires_at, now)?;
        let plain = ClientSecret::generate(&self.randomness).map_err(Fault::from)?;
        let new = NewSecret::of(id, &plain, now, end);
        let former = found.secrets.clone();
        let (secrets, replaced) = former.add(new, now);
        let written = self.replace_secrets(caller, found, secrets, precondition);
        let (client, held) = written.await?;
        // The state that was written has the secret.
        let secret = client.secrets.newest().cloned().ok_or(Refusal::NotFound)?;
        let added = AddedSecret {
            last_uses: last_uses.after(&former, &client.secrets),
            client,
            secret,
            plain,
            replaced,
        };
        Ok((added, held))
    }

    /// Changes the end of a secret of a client of the caller's org, which [`Self::find_secret`]
    /// returned. If the secret has this end already, or keeps its end, nothing is written. If another request changes
    /// the client meanwhile, the change is applied to the new state.
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
        let (id, now) = (found.secret.id, self.clock.now());
        let changed = self.replace(caller, found.client, precondition, |client| {
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
        let now = self.clock.now();
        let deleted = self.replace(caller, found, precondition, |client| {
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
