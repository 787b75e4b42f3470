//! The links of the document: which response has the identifier that another operation needs.

use serde_json::{Map, Value, json};

/// The operations that take the `id` of an App Client, besides the one that returned it.
const CLIENT: [&str; 7] = [
    "getAppClient",
    "updateAppClient",
    "replaceAppClient",
    "rotateSecret",
    "listSecrets",
    "addSecret",
    "deleteAppClient",
];

/// The operations that take the `id` of a role.
const ROLE: [&str; 3] = ["getRole", "updateRole", "deleteRole"];

/// The operations that take the ids of an App Client and of a secret.
const SECRET: [&str; 3] = ["getSecret", "changeSecret", "deleteSecret"];

/// The links of an operation's successful response.
///
/// `listRoles` has none: with `filter[name]`, its `data` is one role or `null` instead of a list.
pub(super) fn of(operation: &str) -> Map<String, Value> {
    let (targets, id): (&[_], _) = match operation {
        "createAppClient" => (&CLIENT, "/data/id"),
        "listAppClients" => (&["getAppClient"], "/data/0/id"),
        "addSecret" => (&SECRET, "/data/id"),
        "listSecrets" => (&SECRET[..1], "/data/0/id"),
        "getOwnAppClient" => (&CLIENT, "/data/id"),
        "createRole" => (&ROLE, "/data/id"),
        "getAppClient" => (&["getRole"], "/data/relationships/auth~1roles/data/id"),
        _ => (&[], ""),
    };
    let id = format!("$response.body#{id}");
    let link = |target| {
        let parameters = if SECRET.contains(&target) {
            json!({ "id": "$request.path.id", "secretId": id })
        } else {
            json!({ "id": id })
        };
        json!({ "operationId": target, "parameters": parameters })
    };
    let targets = targets.iter();
    Map::from_iter(targets.map(|&target| (target.to_owned(), link(target))))
}
