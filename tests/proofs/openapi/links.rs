//! The links of the document: which response has the identifier that another operation needs.

use serde_json::{Map, Value, json};

/// The operations that take the `id` of an App Client, besides the one that returned it.
const CLIENT: [&str; 5] = [
    "getAppClient",
    "updateAppClient",
    "replaceAppClient",
    "rotateSecret",
    "deleteAppClient",
];

/// The links of an operation's successful response.
///
/// `listRoles` has none: with `filter[name]`, its `data` is one role or `null` instead of a list.
pub(super) fn of(operation: &str) -> Map<String, Value> {
    let (targets, id): (&[_], _) = match operation {
        "createAppClient" => (&CLIENT, "/data/id"),
        "listAppClients" => (&["getAppClient"], "/data/0/id"),
        "getAppClient" => (&["getRole"], "/data/relationships/auth~1roles/data/id"),
        _ => (&[], ""),
    };
    let id = format!("$response.body#{id}");
    let link = |target| json!({ "operationId": target, "parameters": { "id": id } });
    let targets = targets.iter();
    Map::from_iter(targets.map(|&target| (target.to_owned(), link(target))))
}
