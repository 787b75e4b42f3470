//! The calls that IAM must allow for a DynamoDB operation.

use serde_json::Value as Json;

use crate::call::AwsCall;

/// The calls of an operation. Resources have the names in the request.
pub(super) fn of(operation: &str, body: &Json) -> Vec<AwsCall> {
    match operation {
        // IAM authorizes the parts of a transaction, not the transaction. AWS does not document whether
        // the condition on partitions meets those of the part or of the whole transaction, so each part
        // needs permission for all.
        "TransactWriteItems" | "TransactGetItems" => {
            let items = body.get("TransactItems").and_then(Json::as_array);
            let items = items.into_iter().flatten().filter_map(Json::as_object);
            let parts: Vec<_> = items.flatten().collect();
            let all = parts.iter().flat_map(|(_, item)| partitions(item));
            let all: Vec<_> = all.collect();
            let calls = parts.iter().map(|(part, item)| {
                let action = match part.as_str() {
                    "ConditionCheck" => "ConditionCheckItem".to_owned(),
                    part => format!("{part}Item"),
                };
                call(&action, text(item, "TableName"), all.clone())
            });
            calls.collect()
        }
        "BatchGetItem" => body
            .get("RequestItems")
            .and_then(Json::as_object)
            .into_iter()
            .flatten()
            .map(|(table, request)| {
                let keys = request.get("Keys").and_then(Json::as_array);
                let keys = keys.into_iter().flatten();
                let partitions = keys.filter_map(partition).collect();
                call(operation, table.clone(), partitions)
            })
            .collect(),
        "Query" | "Scan" if body.get("IndexName").is_some() => {
            let (table, index) = (text(body, "TableName"), text(body, "IndexName"));
            vec![call(operation, format!("{table}/index/{index}"), vec![])]
        }
        _ => vec![call(operation, text(body, "TableName"), partitions(body))],
    }
}

fn call(operation: &str, resource: String, partitions: Vec<String>) -> AwsCall {
    AwsCall {
        action: format!("dynamodb:{operation}"),
        resource,
        partitions,
        via: None,
    }
}

const PARTITION_KEY: &str = "pk";

/// The partition key of an item.
fn partition(item: &Json) -> Option<String> {
    let value = item.get(PARTITION_KEY)?.get("S")?.as_str();
    value.map(str::to_owned)
}

/// The partition keys in a request or in a part of a transaction.
fn partitions(body: &Json) -> Vec<String> {
    let key = |item: &str| body.get(item)?.get(PARTITION_KEY);
    let queried = || {
        let condition = body.get("KeyConditionExpression")?.as_str()?;
        let value = condition.strip_prefix(PARTITION_KEY)?.strip_prefix(" = ")?;
        let value = value.split(' ').next()?;
        body.get("ExpressionAttributeValues")?.get(value)
    };
    let value = key("Key").or_else(|| key("Item")).or_else(queried);
    let value = value.and_then(|value| value.get("S")?.as_str());
    value.into_iter().map(str::to_owned).collect()
}

fn text(object: &Json, name: &str) -> String {
    let value = object.get(name).and_then(Json::as_str);
    value.unwrap_or_default().to_owned()
}
