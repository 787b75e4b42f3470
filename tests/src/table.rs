//! Direct access to the table, without a function and its permissions: a restore, a replication that
//! is behind, or an operator.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use local::Stack;

/// An item.
pub type StoredItem = HashMap<String, AttributeValue>;

/// The table of a deployment.
pub struct Table {
    client: Client,
    name: String,
}

/// Damage to a client that has a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Damage {
    /// Record and gate have different revisions.
    Torn,
    /// The gate is missing.
    NoGate,
}

impl Damage {
    /// Every kind of damage.
    pub const ALL: [Self; 2] = [Self::Torn, Self::NoGate];
}

impl Table {
    /// The table of a stack.
    #[must_use]
    pub fn of(stack: &Stack) -> Self {
        Self {
            client: Client::new(&stack.owner()),
            name: stack.table_name().to_owned(),
        }
    }

    /// Damages a client, identified by its `id`.
    pub async fn damage(&self, client: &str, damage: Damage) {
        match damage {
            Damage::Torn => {
                let mut gate = self.find(client, "GATE").await.unwrap();
                let other = "00000000000000000000000000000001".to_owned();
                gate.insert("revision".to_owned(), AttributeValue::S(other));
                self.put(gate).await;
            }
            Damage::NoGate => self.delete(client, "GATE").await,
        }
    }

    /// An item of a client: its `RECORD` or its `GATE`.
    pub async fn find(&self, client: &str, sort_key: &str) -> Option<StoredItem> {
        let get = self.client.get_item().table_name(&self.name);
        let get = get.set_key(Some(key(client, sort_key)));
        get.consistent_read(true).send().await.unwrap().item
    }

    /// Writes an item without a condition.
    pub async fn put(&self, item: StoredItem) {
        let put = self.client.put_item().table_name(&self.name);
        put.set_item(Some(item)).send().await.unwrap();
    }

    /// Deletes an item of a client.
    pub async fn delete(&self, client: &str, sort_key: &str) {
        let delete = self.client.delete_item().table_name(&self.name);
        let delete = delete.set_key(Some(key(client, sort_key)));
        delete.send().await.unwrap();
    }
}

fn key(client: &str, sort_key: &str) -> StoredItem {
    let attribute = |name: &str, value| (name.to_owned(), AttributeValue::S(value));
    StoredItem::from([
        attribute("pk", format!("CLIENT#{client}")),
        attribute("sk", sort_key.to_owned()),
    ])
}
