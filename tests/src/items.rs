//! The items of a deployment's table, read and written as the stack's owner.

use serde_json::{Value, json};

use crate::Latchkey;

impl Latchkey {
    /// Every item of the table, in DynamoDB's JSON.
    pub async fn items(&self) -> Vec<Value> {
        let mut answer = self
            .ask_table("Scan", json!({ "ConsistentRead": true }))
            .await;
        serde_json::from_value(answer["Items"].take()).unwrap()
    }

    /// The record of a client.
    pub async fn record(&self, id: &str) -> Value {
        let key = json!({ "pk": { "S": format!("CLIENT#{id}") }, "sk": { "S": "RECORD" } });
        let get = json!({ "Key": key, "ConsistentRead": true });
        self.ask_table("GetItem", get).await["Item"].take()
    }

    /// Puts an item, in place of the one with its key.
    pub async fn put_item(&self, item: &Value) {
        self.ask_table("PutItem", json!({ "Item": item })).await;
    }

    /// Sets one attribute of a client's record, or removes it if `value` is null.
    pub async fn set_stored(&self, id: &str, attribute: &str, value: Value) {
        let mut record = self.record(id).await;
        let attributes = record.as_object_mut().unwrap();
        match value {
            Value::Null => attributes.remove(attribute),
            value => attributes.insert(attribute.to_owned(), value),
        };
        self.put_item(&record).await;
    }

    async fn ask_table(&self, operation: &str, request: Value) -> Value {
        self.stack().ask_table(operation, request).await.unwrap()
    }
}
