//! Requests with idempotency keys: their secrets are derived, so that a repeat gets the same one.
//!
//! An operation first tries to make its change, on the condition that the key is free. Only if it is
//! refused, the key is looked up: so a first request makes no further call, and a repeat is recognized
//! before its precondition or another refusal counts.

use super::created::Created;
use super::service::AppClients;
use crate::authorization::Caller;
use crate::fault::Fault;
use crate::model::idempotency::{FirstRequest, KeyedRequest, Pepper};
use crate::model::precondition::Held;
use crate::model::{
    AccessPolicy, AppClient, ClientId, ClientInUse, ClientSecret, LastUses, SecretId, SecretMatch,
};
use crate::refusal::{NotRepeatable, Refusal};
use crate::secrets::PepperSecret;

/// A request with an idempotency key.
#[derive(Debug)]
pub struct Repeatable<'a> {
    /// The request.
    pub request: KeyedRequest,
    /// The pepper of its secret.
    pub pepper: &'a PepperSecret,
}

/// The result of an operation that gives a client a new secret: the client, the live secret that the new
/// one replaces if it is added to two, and the precondition.
pub(super) type Tried = Result<(ClientInUse, Option<SecretId>, Held), Refusal>;

/// A secret for a client that no request has had before.
pub(super) struct FreshSecret {
    /// The secret.
    pub(super) secret: ClientSecret,
    /// With an idempotency key: what the write has to keep, and the pepper.
    derived: Option<(FirstRequest, Pepper)>,
}

/// A secret that a client was given, by this request or by the first one with its key.
pub(super) struct GivenSecret {
    /// The client.
    pub(super) client: AppClient,
    /// The days of its last uses.
    pub(super) last_uses: LastUses,
    /// Its inline policy.
    pub(super) policy: Option<AccessPolicy>,
    /// The secret.
    pub(super) secret: ClientSecret,
    /// The live secret that it replaced, if it was added to two.
    pub(super) replaced: Option<SecretId>,
    /// Whether a former request made the change.
    pub(super) is_repeat: bool,
}

impl FreshSecret {
    /// What the write has to keep.
    pub(super) fn first(&self) -> Option<&FirstRequest> {
        self.derived.as_ref().map(|(first, _)| first)
    }

    /// Notes the live secret that this one replaces, which the write has to keep, too.
    pub(super) fn takes_the_place_of(&mut self, replaced: Option<SecretId>) {
        if let Some((first, _)) = &mut self.derived {
            first.replaced = replaced;
        }
    }
}

impl AppClients {
    /// A new secret for `client`: a random one, or a derived one for a request with a key.
    pub(super) async fn fresh_secret(
        &self,
        caller: &Caller,
        client: ClientId,
        repeatable: Option<&Repeatable<'_>>,
    ) -> Result<FreshSecret, Fault> {
        let Some(Repeatable { request, pepper }) = repeatable else {
            let secret = ClientSecret::generate(&self.randomness)?;
            let derived = None;
            return Ok(FreshSecret { secret, derived });
        };
        let pepper = pepper.find().await?;
        let (nonce, now) = (self.randomness.uuid()?, self.clock.now());
        let first = FirstRequest::new(caller.client(), request, client, nonce, now);
        let secret = first.secret(&pepper)?;
        let derived = Some((first, pepper));
        Ok(FreshSecret { secret, derived })
    }

    /// The result of an operation that gives a client the secret `fresh`. If it was refused and its key
    /// was used before, the result is that of the first request, or the refusal says why it has none.
    pub(super) async fn or_repeat(
        &self,
        caller: &Caller,
        fresh: FreshSecret,
        tried: Tried,
    ) -> Result<(GivenSecret, Held), Refusal> {
        let FreshSecret { secret, derived } = fresh;
        let refusal = match tried {
            Ok((found, replaced, held)) => {
                let given = GivenSecret {
                    client: found.client,
                    last_uses: found.last_uses,
                    policy: found.policy,
                    secret,
                    replaced,
                    is_repeat: false,
                };
                return Ok((given, held));
            }
            Err(refusal) => refusal,
        };
        // A fault says nothing about the key.
        let may_be_repeat =
            !matches!(&refusal, Refusal::Fault(fault) if !matches!(fault, Fault::KeyUsed));
        let Some((own, pepper)) = derived.filter(|_| may_be_repeat) else {
            return Err(refusal);
        };
        let found = self.store.find_first_request(own.caller, &own.key).await?;
        let Some(first) = found.filter(|first| first.is_kept_at(own.made_at)) else {
            return Err(refusal);
        };
        if first.fingerprint != own.fingerprint {
            caller.forget();
            return Err(Refusal::Repeat(NotRepeatable::OtherRequest));
        }
        // Otherwise it is this request's own write, whose first response was lost.
        let is_repeat = first.nonce != own.nonce;
        if is_repeat {
            caller.repeats();
        }
        let (found, secret) = Box::pin(self.recall(caller, &first, &pepper)).await?;
        let given = GivenSecret {
            client: found.client,
            last_uses: found.last_uses,
            policy: found.policy,
            secret,
            replaced: first.replaced,
            is_repeat,
        };
        Ok((given, Held::for_the_first(&first)))
    }

    /// The client of a former request as it is now, and the secret that the request gave it.
    async fn recall(
        &self,
        caller: &Caller,
        first: &FirstRequest,
        pepper: &Pepper,
    ) -> Result<(ClientInUse, ClientSecret), Refusal> {
        let found = match self.find(caller, first.client).await {
            Err(Refusal::NotFound) => Err(Refusal::Repeat(NotRepeatable::ClientDeleted)),
            found => found,
        }?;
        let secret = first.secret(pepper).map_err(Fault::from)?;
        // With another pepper, this is not the secret that the caller got.
        match found
            .client
            .secrets
            .matching(&secret.hash(), self.clock.now())
        {
            SecretMatch::Live(_) => {
                // The caller or the client may hold other permissions than then.
                self.may_give_credential(caller, &found.client).await?;
                Ok((found, secret))
            }
            SecretMatch::Expired(_) | SecretMatch::None => {
                Err(Refusal::Repeat(NotRepeatable::SecretSuperseded))
            }
        }
    }
}

impl From<GivenSecret> for Created {
    fn from(given: GivenSecret) -> Self {
        Self {
            client: given.client,
            last_uses: given.last_uses,
            policy: given.policy,
            secret: given.secret,
            is_repeat: given.is_repeat,
        }
    }
}
