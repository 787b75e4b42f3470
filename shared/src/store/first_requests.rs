//! The first requests with idempotency keys. Each is kept by the transaction that makes its change.

use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
use uuid::Uuid;

use super::item::{text, time};
use super::transaction::Transacted;
use super::{Item, Key, Store, unbuildable, values};
use crate::fault::Fault;
use crate::model::idempotency::{Fingerprint, FirstRequest, IdempotencyKey};
use crate::model::{ClientId, SecretId};
use crate::runtime::Attempts;

impl Store {
    /// The first request of a caller with a key, from a strongly consistent read. It may have expired.
    ///
    /// # Errors
    /// When the read fails, or the item cannot be read.
    pub async fn find_first_request(
        &self,
        caller: ClientId,
        key: &IdempotencyKey,
    ) -> Result<Option<FirstRequest>, Fault> {
        let Some(item) = self.get(Key::first_request(caller, key)).await? else {
            return Ok(None);
        };
        let fingerprint = Fingerprint::from_stored(item.text("fingerprint")?);
        let client = ClientId::from_stored(item.text("client")?);
        let replaced = item
            .has("replaced")
            .then(|| item.read("replaced", |id| SecretId::from_stored(id.as_s().ok()?)));
        Ok(Some(FirstRequest {
            caller,
            key: key.clone(),
            fingerprint: fingerprint.ok_or(Fault::Unreadable("fingerprint"))?,
            client: client.ok_or(Fault::Unreadable("client"))?,
            replaced: replaced.transpose()?,
            nonce: Uuid::try_parse(item.text("nonce")?).map_err(|_| Fault::Unreadable("nonce"))?,
            made_at: item.time("created_at")?,
            expires_at: item.time("expires_at")?,
        }))
    }

    /// Writes all of `writes` or none, and with them what is kept of a request with a key. `attempts`
    /// are those of [`Self::transact_within`].
    ///
    /// # Errors
    /// [`Fault::KeyUsed`] when another request, or an earlier attempt of this one, has used the key.
    pub(super) async fn transact_once(
        &self,
        mut writes: Vec<TransactWriteItem>,
        first: Option<&FirstRequest>,
        attempts: &mut Attempts,
    ) -> Result<Transacted, Fault> {
        let Some(first) = first else {
            return self.transact_within(writes, attempts).await;
        };
        let last = writes.len();
        writes.push(self.keep(first)?);
        match self.transact_within(writes, attempts).await? {
            Transacted::ConditionFailed(position) if position == last => Err(Fault::KeyUsed),
            outcome => Ok(outcome),
        }
    }

    /// The write that keeps a request, if its key is free. An expired item may still exist.
    fn keep(&self, first: &FirstRequest) -> Result<TransactWriteItem, Fault> {
        let item = Item::new(Key::first_request(first.caller, &first.key))
            .with("fingerprint", text(first.fingerprint.to_stored()))
            .with("client", text(first.client.to_string()))
            .with("nonce", text(first.nonce.to_string()))
            .with("created_at", time(first.made_at))
            .with("expires_at", time(first.expires_at));
        let item = match first.replaced {
            Some(replaced) => item.with("replaced", text(replaced.to_string())),
            None => item,
        };
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(item.into()))
            .condition_expression("attribute_not_exists(pk) OR expires_at <= :now")
            .set_expression_attribute_values(values([(":now", time(first.made_at))]));
        Ok(TransactWriteItem::builder()
            .put(put.build().map_err(unbuildable)?)
            .build())
    }
}
