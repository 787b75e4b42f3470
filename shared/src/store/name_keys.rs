//! Adds the key of the index `by-name` to the records that earlier releases wrote without it.
//!
//! A pass over all clients takes steps of up to 100 clients. An item says how far it has come, so
//! another run continues there, and a run after the pass costs one read.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::AttributeValue;
use tokio::task::JoinSet;

use super::client_record::{id_of, revision_of};
use super::item::text;
use super::name_listing::{NAME_LISTING, name_listing};
use super::{Item, Key, Store, fault, values};
use crate::fault::Fault;
use crate::model::{ClientId, Revision};

/// How far the pass has come.
#[derive(Debug)]
pub enum NameKeys {
    /// It continues after this client; `None` at the beginning.
    Underway(Option<LastClient>),
    /// Every client has its key.
    Complete,
}

/// The keys of the last client of a step.
#[derive(Clone, Debug)]
pub struct LastClient(HashMap<String, AttributeValue>);

/// The clients of a step, and the writes at a time.
const STEP: i32 = 100;
const WRITES: usize = 16;

/// A record without its key.
#[derive(Debug)]
struct Keyless {
    id: ClientId,
    revision: Revision,
    key: String,
}

impl Store {
    /// Reads how far the pass has come.
    ///
    /// # Errors
    /// When the read fails, or the item cannot be read.
    pub async fn find_name_keys(&self) -> Result<NameKeys, Fault> {
        let Some(item) = self.get(Key::name_keys()).await? else {
            return Ok(NameKeys::Underway(None));
        };
        let after = item.read("after", |after| match after {
            AttributeValue::Null(_) => Some(None),
            after => Some(Some(after.as_m().ok()?.clone())),
        });
        let after = after?.map(LastClient);
        Ok(after.map_or(NameKeys::Complete, |after| NameKeys::Underway(Some(after))))
    }

    /// Takes the next step of the pass, and stores how far it has come.
    ///
    /// # Errors
    /// When a read or a write fails. The step can be repeated.
    pub async fn add_name_keys(&self, after: Option<LastClient>) -> Result<NameKeys, Fault> {
        let scan = self
            .client
            .scan()
            .table_name(&self.table)
            .index_name("by-org")
            .set_exclusive_start_key(after.map(|after| after.0))
            .limit(STEP);
        let answer = Box::pin(scan.send()).await;
        let answer = answer.map_err(|error| fault("Scan", &error))?;
        let entries = answer.items.unwrap_or_default().into_iter();
        let ids = entries.filter_map(|entry| id_of(&entry.into()));
        self.add_keys_of(ids.collect()).await?;
        let last = answer.last_evaluated_key;
        let item = Item::new(Key::name_keys()).with(
            "after",
            last.clone()
                .map_or(AttributeValue::Null(true), AttributeValue::M),
        );
        let put = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item.into()));
        let written = Box::pin(put.send()).await;
        written.map_err(|error| fault("PutItem", &error))?;
        Ok(last.map_or(NameKeys::Complete, |last| {
            NameKeys::Underway(Some(LastClient(last)))
        }))
    }

    /// Adds the keys of these clients. A client that is changed meanwhile is read again.
    async fn add_keys_of(&self, mut ids: Vec<ClientId>) -> Result<(), Fault> {
        let mut attempts = self.attempts();
        while !ids.is_empty() {
            if !attempts.another().await? {
                return Err(Fault::Contended("UpdateItem"));
            }
            let records = self.client_records(&ids, &mut self.rereads()).await?;
            let records = records.into_iter();
            let mut keyless = records.filter_map(|(id, record)| Keyless::of(id, &record));
            ids.clear();
            loop {
                let mut writes = JoinSet::new();
                for keyless in keyless.by_ref().take(WRITES) {
                    let store = self.clone();
                    writes.spawn(async move { store.add_key_of(keyless).await });
                }
                if writes.is_empty() {
                    break;
                }
                while let Some(overtaken) = writes.join_next().await {
                    ids.extend(overtaken.map_err(|_| Fault::OutOfTime)??);
                }
            }
        }
        Ok(())
    }

    /// Adds a key. Nothing else changes, not even the revision: caches stay valid. Returns the client
    /// if it was changed meanwhile.
    async fn add_key_of(&self, keyless: Keyless) -> Result<Option<ClientId>, Fault> {
        let Keyless { id, revision, key } = keyless;
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(Key::client_record(id).into()))
            .update_expression("SET name_listing = :key")
            .condition_expression("revision = :revision")
            .set_expression_attribute_values(values([
                (":key", text(key)),
                (":revision", text(revision.to_string())),
            ]));
        match Box::pin(update.send()).await {
            Ok(_) => Ok(None),
            Err(error) => match error.as_service_error() {
                Some(
                    UpdateItemError::ConditionalCheckFailedException(_)
                    | UpdateItemError::TransactionConflictException(_),
                ) => Ok(Some(id)),
                _ => Err(fault("UpdateItem", &error)),
            },
        }
    }
}

impl Keyless {
    /// A record that lacks its key, or has another. A record that cannot be read is passed over: no
    /// list shows it.
    fn of(id: ClientId, record: &Item) -> Option<Self> {
        let (name, listing) = (record.text("name").ok()?, record.text("listing").ok()?);
        let key = name_listing(name, listing);
        let revision = revision_of(record).ok()?;
        (record.text(NAME_LISTING).ok() != Some(&key)).then_some(Self { id, revision, key })
    }
}
