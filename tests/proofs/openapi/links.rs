//! The links of the document: which response has the identifier that another operation needs.

use serde_json::{Map, Value, json};

/// The operations that take the `id` of an App Client, besides the one that returned it.
const CLIENT: [&str; 4] = [
    "getAppClient",
    "updateAppClient",
    "rotateSecret",
    "deleteAppClient",
];

/// The links of an operation's successful response.
pub(super) fn of(operation: &str) -> Map<String, Value> {
    let (targets, id): (&[_], _) = match operation {
        "createAppClient" => (&CLIENT, "$response.body#/data/id"),
        "listAppClients" => (&["getAppClient"], "$response.body#/data/0/id"),
        "listRoles" => (&["getRole"], "$response.body#/data/0/id"),
        _ => (&[], ""),
    };
    let link = |target| json!({ "operationId": target, "parameters": { "id": id } });
    let targets = targets.iter();
    Map::from_iter(targets.map(|&target| (target.to_owned(), link(target))))
}
