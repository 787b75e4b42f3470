//! The list of an org's clients: their keys from an index, then their records from the table.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use super::client_record::{ORG, Position, client_of, id_of, org_of};
use super::item::text;
use super::name_listing::{NAME_LISTING, NamePosition, start_of_keys};
use super::{Item, Key, Store, fault};
use crate::fault::Fault;
use crate::model::{AppClient, ClientId, ClientOrder, Folded, OrgId};
use crate::runtime::Attempts;

/// A list of clients.
#[derive(Clone, Copy, Debug)]
pub struct ClientList<'a> {
    /// The org of the clients.
    pub org: OrgId,
    /// Their order.
    pub order: ClientOrder,
    /// The start of their names. The index of another order than by name leaves it out of account,
    /// and so does that of names that are too long for a key.
    pub prefix: Option<&'a Folded>,
}

/// A position in a list: after one of its clients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListPosition {
    /// In a list by time of creation.
    Created(Position),
    /// In a list by name.
    Named(NamePosition),
}

/// A part of a list.
#[derive(Debug, Default)]
pub struct ListPart {
    /// The clients, in order.
    pub clients: Vec<Listed>,
    /// The position of the next part, if there is one.
    pub next: Option<ListPosition>,
}

/// A client on a list.
#[derive(Debug)]
pub struct Listed {
    /// The id.
    pub id: ClientId,
    /// The client, or the reason why its record cannot be read.
    pub client: Result<AppClient, Fault>,
    /// The position after it, if its entry in the index has one.
    pub position: Option<ListPosition>,
}

impl ListPosition {
    /// Whether a list by name with this start may continue here.
    #[must_use]
    pub fn begins_with(&self, prefix: &Folded) -> bool {
        match self {
            Self::Created(_) => true,
            Self::Named(position) => position.key().starts_with(start_of_keys(prefix)),
        }
    }

    /// The position after an item of the index of an order. It depends only on the index's keys, so
    /// it also exists for a record that cannot be read.
    fn behind_item(order: ClientOrder, item: &Item) -> Option<Self> {
        match order.is_by_name() {
            false => Position::behind_item(item).map(Self::Created),
            true => NamePosition::behind_item(item).map(Self::Named),
        }
    }

    /// The key after which a query starts. Its item may be gone.
    fn start_key(&self, org: OrgId) -> HashMap<String, AttributeValue> {
        let (id, attribute, key) = match self {
            Self::Created(position) => (position.id, "listing", position.listing()),
            Self::Named(position) => (position.id(), NAME_LISTING, position.key().to_owned()),
        };
        Item::new(Key::client_record(id))
            .with(ORG, text(org.to_string()))
            .with(attribute, text(key))
            .into()
    }
}

impl Store {
    /// Examines up to `limit` clients of a list, at most 100, after a position, with one read of an
    /// index and one of the records. The index is eventually consistent: a client that was created
    /// or renamed a moment ago may be missing. The records are read with strong consistency, so each
    /// client is as it is, and a deleted one is left out. `rereads` limits the reads of records that
    /// DynamoDB leaves unprocessed.
    ///
    /// # Errors
    /// When a read fails, or no item has a position at which the next part can begin.
    pub async fn list_clients(
        &self,
        list: ClientList<'_>,
        after: Option<&ListPosition>,
        limit: u8,
        rereads: &mut Attempts,
    ) -> Result<ListPart, Fault> {
        let ClientList { org, order, prefix } = list;
        // One more than requested shows whether there is a next part.
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .expression_attribute_values(":org", text(org.to_string()))
            .scan_index_forward(!order.is_descending())
            .set_exclusive_start_key(after.map(|after| after.start_key(org)))
            .limit(i32::from(limit) + 1);
        let query = match (order.is_by_name(), prefix) {
            (false, _) => query
                .index_name("by-org")
                .key_condition_expression("org = :org"),
            (true, None) => query
                .index_name("by-name")
                .key_condition_expression("org = :org"),
            (true, Some(prefix)) => query
                .index_name("by-name")
                .key_condition_expression("org = :org AND begins_with(name_listing, :start)")
                .expression_attribute_values(":start", text(start_of_keys(prefix))),
        };
        let answer = Box::pin(query.send()).await;
        let answer = answer.map_err(|error| fault("Query", &error))?;
        let entries = answer.items.unwrap_or_default().into_iter();
        let mut entries: Vec<Item> = entries.map(Item::from).collect();
        // DynamoDB may return fewer: it stops after a megabyte.
        let stopped = answer.last_evaluated_key.map(Item::from);
        let has_next = entries.len() > usize::from(limit) || stopped.is_some();
        entries.truncate(usize::from(limit));
        // Only clients are listed, so an item of another kind is passed over.
        let ids: Vec<_> = entries.iter().filter_map(id_of).collect();
        let mut records = self.client_records(&ids, rereads).await?;
        let mut part = ListPart::default();
        for entry in &entries {
            let Some(id) = id_of(entry) else { continue };
            let Some(record) = records.remove(&id) else {
                continue;
            };
            // The index may be behind: the record decides who may see it.
            if org_of(&record).ok() != Some(org) {
                continue;
            }
            part.clients.push(Listed {
                id,
                client: client_of(id, &record),
                position: ListPosition::behind_item(order, entry),
            });
        }
        if has_next {
            let mut last = entries.iter().rev().chain(&stopped);
            let next = last.find_map(|item| ListPosition::behind_item(order, item));
            part.next = Some(next.ok_or(Fault::Unreadable("listing"))?);
        }
        Ok(part)
    }

    /// The records of up to 100 clients, from strongly consistent reads.
    pub(super) async fn client_records(
        &self,
        ids: &[ClientId],
        rereads: &mut Attempts,
    ) -> Result<HashMap<ClientId, Item>, Fault> {
        let keys = ids.iter().map(|id| Key::client_record(*id).into());
        let items = self.get_all(keys.collect(), rereads).await?;
        let records = items.into_iter();
        Ok(records
            .filter_map(|item| Some((id_of(&item)?, item)))
            .collect())
    }
}
