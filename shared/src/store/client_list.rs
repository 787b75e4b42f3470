//! The list of an org's clients: their keys from the index, then their records from the table.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::KeysAndAttributes;

use super::client_record::{Position, client_of, id_of, org_of};
use super::item::text;
use super::{Item, Key, Store, fault, unbuildable};
use crate::fault::Fault;
use crate::model::{AppClient, ClientId, OrgId};

/// One page of an org's clients.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The clients, oldest first.
    pub clients: Vec<AppClient>,
    /// The clients whose records cannot be read, oldest first, each with the reason.
    pub unreadable: Vec<(ClientId, Fault)>,
    /// The position of the next page, if there is one.
    pub next: Option<Position>,
}

impl Store {
    /// Up to `size` clients of an org, oldest first; `size` is at most 100. The index is eventually
    /// consistent: a client created a moment ago may be missing. The records are read with strong
    /// consistency, so each client is shown as it is, and a deleted one is left out. Records that
    /// cannot be read count towards `size`.
    ///
    /// # Errors
    /// When a read fails, or the page has no item after which the next one can begin.
    pub async fn list_clients(
        &self,
        org: OrgId,
        after: Option<Position>,
        size: u8,
    ) -> Result<Page, Fault> {
        // One more than requested shows whether there is a next page.
        let mut query = self
            .client
            .query()
            .table_name(&self.table)
            .index_name("by-org")
            .expression_attribute_values(":org", text(org.to_string()))
            .limit(i32::from(size) + 1);
        query = match after {
            None => query.key_condition_expression("org = :org"),
            Some(after) => query
                .key_condition_expression("org = :org AND listing > :after")
                .expression_attribute_values(":after", text(after.listing())),
        };
        let answer = Box::pin(query.send()).await;
        let answer = answer.map_err(|error| fault("Query", &error))?;
        let entries = answer.items.unwrap_or_default().into_iter();
        let mut entries: Vec<Item> = entries.map(Item::from).collect();
        // DynamoDB may return fewer: it stops after a megabyte.
        let has_next = entries.len() > usize::from(size) || answer.last_evaluated_key.is_some();
        entries.truncate(usize::from(size));
        // Only clients are listed, so an item of another kind is passed over.
        let ids: Vec<_> = entries.iter().filter_map(id_of).collect();
        let mut records = self.client_records(&ids).await?;
        let mut page = Page::default();
        for id in ids {
            let Some(record) = records.remove(&id) else {
                continue;
            };
            // The index may be behind: the record decides who may see it.
            if org_of(&record).ok() != Some(org) {
                continue;
            }
            match client_of(id, &record) {
                Ok(client) => page.clients.push(client),
                Err(fault) => page.unreadable.push((id, fault)),
            }
        }
        if has_next {
            let next = entries.iter().rev().find_map(Position::behind_item);
            page.next = Some(next.ok_or(Fault::Unreadable("listing"))?);
        }
        Ok(page)
    }

    /// The records of up to 100 clients, from strongly consistent reads. DynamoDB may return only
    /// some of them, after 16 MB or when it throttles; the rest are read after a pause.
    async fn client_records(&self, ids: &[ClientId]) -> Result<HashMap<ClientId, Item>, Fault> {
        let mut records = HashMap::new();
        let keys = ids.iter().map(|id| Key::client_record(*id).into());
        let mut keys: Vec<HashMap<_, _>> = keys.collect();
        let mut attempts = self.attempts();
        while !keys.is_empty() {
            if !attempts.another().await? {
                return Err(Fault::Unavailable {
                    service: "DynamoDB",
                    operation: "BatchGetItem",
                    code: "UnprocessedKeys".to_owned(),
                });
            }
            let request = KeysAndAttributes::builder()
                .set_keys(Some(keys))
                .consistent_read(true);
            let get = self
                .client
                .batch_get_item()
                .request_items(&self.table, request.build().map_err(unbuildable)?);
            let answer = Box::pin(get.send()).await;
            let answer = answer.map_err(|error| fault("BatchGetItem", &error))?;
            // There is one table.
            let found = answer.responses.unwrap_or_default().into_values().flatten();
            records.extend(found.filter_map(|item| {
                let item = Item::from(item);
                id_of(&item).map(|id| (id, item))
            }));
            let rest = answer.unprocessed_keys.unwrap_or_default().into_values();
            keys = rest.flat_map(|rest| rest.keys).collect();
        }
        Ok(records)
    }
}
