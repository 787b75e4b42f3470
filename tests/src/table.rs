//! The items of the table, in DynamoDB's JSON, read and written past the functions and their
//! permissions: as by a restore, a replication that is behind, or an operator.

use local::Stack;
use serde_json::{Value, json};
use shared::model::{ClientId, ClientSecret, SecretId};
use shared::random::Randomness;

use crate::{BEGIN, Client, Credentials};

/// The table of a deployment.
#[derive(Clone, Copy)]
pub struct Table<'a>(&'a Stack);

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

impl<'a> Table<'a> {
    /// The table of a stack.
    #[must_use]
    pub const fn of(stack: &'a Stack) -> Self {
        Self(stack)
    }

    /// Damages a client, identified by its `id`.
    pub async fn damage(self, client: &str, damage: Damage) {
        match damage {
            Damage::Torn => {
                let mut gate = self.find(client, "GATE").await.unwrap();
                gate["revision"]["S"] = "00000000000000000000000000000001".into();
                self.put(&gate).await;
            }
            Damage::NoGate => self.delete(client, "GATE").await,
        }
    }

    /// Every item.
    pub async fn items(self) -> Vec<Value> {
        let (mut items, mut scan) = (Vec::new(), json!({ "ConsistentRead": true }));
        loop {
            let mut answer = self.ask("Scan", scan.clone()).await;
            items.append(answer["Items"].as_array_mut().unwrap());
            scan["ExclusiveStartKey"] = answer["LastEvaluatedKey"].take();
            if scan["ExclusiveStartKey"].is_null() {
                return items;
            }
        }
    }

    /// An item of a client: its `RECORD` or its `GATE`.
    pub async fn find(self, client: &str, sort_key: &str) -> Option<Value> {
        let get = json!({ "Key": key(client, sort_key), "ConsistentRead": true });
        let item = self.ask("GetItem", get).await["Item"].take();
        item.is_object().then_some(item)
    }

    /// The record of a client.
    pub async fn record(self, client: &str) -> Value {
        self.find(client, "RECORD").await.unwrap()
    }

    /// Sets an attribute of a client's record, or removes it if `value` is null.
    pub async fn set(self, client: &str, attribute: &str, value: Value) {
        let mut record = self.record(client).await;
        let attributes = record.as_object_mut().unwrap();
        match value {
            Value::Null => attributes.remove(attribute),
            value => attributes.insert(attribute.to_owned(), value),
        };
        self.put(&record).await;
    }

    /// Replaces the secrets of a client with new ones that have these ends, oldest first. Returns the
    /// credentials with each.
    pub async fn set_secrets(self, client: &Client, ends: &[Option<u64>]) -> Vec<Credentials> {
        let random = Randomness::of_the_system();
        let (mut credentials, mut stored) = (Vec::new(), Vec::new());
        for (place, end) in (1..).zip(ends) {
            let secret = ClientSecret::generate(&random).unwrap();
            let owner = ClientId::from_id(&client.id).unwrap();
            let id = SecretId::of(owner, &secret.hash());
            let mut members = json!({
                "id": { "S": id.to_string() },
                "hash": { "S": secret.hash().to_stored() },
                "last_four": { "S": secret.last_four() },
                "created_at": { "N": BEGIN.to_string() },
                "place": { "N": place.to_string() },
            });
            if let Some(end) = end {
                members["expires_at"] = json!({ "N": end.to_string() });
            }
            stored.push(json!({ "M": members }));
            credentials.push(Credentials {
                id: client.credentials.id.clone(),
                secret: secret.reveal().to_owned(),
            });
        }
        self.set(&client.id, "secret", Value::Null).await;
        self.set(&client.id, "secrets", json!({ "L": stored }))
            .await;
        credentials
    }

    /// Puts an item, in place of the one with its key.
    pub async fn put(self, item: &Value) {
        self.ask("PutItem", json!({ "Item": item })).await;
    }

    /// Deletes an item of a client: its `RECORD` or its `GATE`.
    pub async fn delete(self, client: &str, sort_key: &str) {
        let delete = json!({ "Key": key(client, sort_key) });
        self.ask("DeleteItem", delete).await;
    }

    /// Deletes the item with this key.
    pub async fn delete_item(self, partition: &str, sort_key: &str) {
        let key = json!({ "pk": { "S": partition }, "sk": { "S": sort_key } });
        self.ask("DeleteItem", json!({ "Key": key })).await;
    }

    async fn ask(self, operation: &str, request: Value) -> Value {
        self.0.ask_table(operation, request).await.unwrap()
    }
}

fn key(client: &str, sort_key: &str) -> Value {
    json!({ "pk": { "S": format!("CLIENT#{client}") }, "sk": { "S": sort_key } })
}
