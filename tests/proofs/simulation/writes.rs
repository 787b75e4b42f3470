//! The committed writes, read from the AWS calls on the network.

use std::collections::BTreeMap;

use serde_json::Value;
use shared::model::ManagedRole;

use crate::secret_rules::{KnownSecret, live};

/// A committed write to a client.
#[derive(Clone, Debug)]
pub(crate) enum Write {
    /// The gate counted a token. The fields are those of the gate afterwards.
    Counted {
        revision: String,
        bucket: u64,
        issued: u64,
        uses: Uses,
    },
    /// The client was created or changed. This is its state afterwards.
    Became(State, Along),
    /// The client was deleted.
    Gone,
    /// A write that must never happen.
    Torn(String),
}

/// A client's record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) revision: String,
    /// Oldest first. Those that have ended may be among them.
    pub(crate) secrets: Vec<StoredSecret>,
    pub(crate) enabled: bool,
    pub(crate) quota: u64,
    pub(crate) lifetime: u64,
    pub(crate) name: String,
    /// The id of its role.
    pub(crate) role: String,
}

/// What a transaction writes along with a client's state.
#[derive(Clone, Debug)]
pub(crate) struct Along {
    /// The gate's places whose day of last use it removes.
    pub(crate) removed: Vec<u64>,
    /// The item by which it keeps a request with an idempotency key.
    pub(crate) kept: Option<String>,
}

/// A secret in a client's record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredSecret {
    pub(crate) id: String,
    pub(crate) hash: String,
    pub(crate) last_four: Option<String>,
    pub(crate) created_at: u64,
    pub(crate) ends: Option<u64>,
    /// Which of the gate's attributes has the day of its last use.
    pub(crate) place: u64,
}

/// The gate's days of last use, by place.
pub(crate) type Uses = BTreeMap<u64, u64>;

/// A call that may write to a client.
pub(crate) struct Writing {
    pub(crate) client: String,
    /// The `ClientRequestToken` of a transaction; `None` for a gate write.
    pub(crate) transaction: Option<String>,
    /// The client on whose state the transaction depends, besides its own.
    pub(crate) checked: Option<String>,
    /// The request with an idempotency key that the transaction keeps.
    pub(crate) kept: Option<String>,
    write: Option<Write>,
}

impl State {
    /// Whether the client may make every request to the management API.
    pub(crate) fn may_manage(&self) -> bool {
        self.enabled && self.role == ManagedRole::BuilderAdmin.id().to_string()
    }

    /// Whether the client can still administer its org by a clock at `now`: it can get tokens too.
    pub(crate) fn administers(&self, now: u64) -> bool {
        self.may_manage() && !live(&self.known(), now).is_empty()
    }

    /// The secret with this hash.
    pub(crate) fn secret(&self, hash: &str) -> Option<&StoredSecret> {
        self.secrets.iter().find(|secret| secret.hash == hash)
    }

    /// The secrets as the rules see them, by id.
    pub(crate) fn known(&self) -> Vec<KnownSecret<String>> {
        let known = |secret: &StoredSecret| KnownSecret {
            name: secret.id.clone(),
            created_at: secret.created_at,
            ends: secret.ends,
        };
        self.secrets.iter().map(known).collect()
    }
}

impl Writing {
    /// The clients, and the key, with whose transactions it conflicts.
    pub(crate) fn items(&self) -> impl Iterator<Item = &String> {
        [&self.client]
            .into_iter()
            .chain(&self.checked)
            .chain(&self.kept)
    }

    /// Whether a call to the table writes what is kept of a request with an idempotency key without its
    /// change, or a secret in plain text.
    pub(crate) fn is_forbidden(operation: &str, body: &[u8]) -> bool {
        if operation.contains("Secret") {
            return false;
        }
        let body = String::from_utf8_lossy(body);
        let has = |text: &str| body.contains(text);
        let writes = !matches!(operation, "GetItem" | "Query" | "BatchGetItem");
        let is_change = operation == "TransactWriteItems" && has("RECORD") && has("GATE");
        has("lk_secret_") || (writes && has("IDEMPOTENCY#") && !is_change)
    }

    /// Parses a call; `None` when it does not write to a client.
    pub(crate) fn of(operation: &str, body: &[u8]) -> Option<Self> {
        match operation {
            "UpdateItem" => {
                let call: Value = serde_json::from_slice(body).unwrap();
                Some(Self {
                    client: client_of(&call["Key"])?,
                    transaction: None,
                    checked: None,
                    kept: None,
                    write: None,
                })
            }
            "TransactWriteItems" => {
                let call: Value = serde_json::from_slice(body).unwrap();
                let items = call["TransactItems"].as_array().unwrap();
                let client = items.iter().find_map(|item| client_of(key_of(item)))?;
                let mut checks = items.iter().map(|item| &item["ConditionCheck"]["Key"]);
                Some(Self {
                    checked: checks.find_map(client_of),
                    kept: items.iter().find_map(|item| kept_by(key_of(item))),
                    write: Some(transaction(items)),
                    client,
                    transaction: Some(text(&call["ClientRequestToken"])),
                })
            }
            _ => None,
        }
    }

    /// The committed write, given the database's answer.
    pub(crate) fn committed(self, answer: &[u8]) -> (String, Write) {
        let write = self.write.unwrap_or_else(|| {
            let answer: Value = serde_json::from_slice(answer).unwrap();
            let gate = &answer["Attributes"];
            Write::Counted {
                revision: text(&gate["revision"]["S"]),
                bucket: number(&gate["slot"]),
                issued: number(&gate["issued"]),
                uses: PLACES
                    .iter()
                    .filter(|(_, attribute)| !gate[attribute].is_null())
                    .map(|(place, attribute)| (*place, number(&gate[attribute])))
                    .collect(),
            }
        });
        (self.client, write)
    }
}

/// A transaction writes record and gate, both of one revision, or deletes both.
fn transaction(items: &[Value]) -> Write {
    let part = |sort_key: &str| {
        let mut of_it = items
            .iter()
            .filter(|item| key_of(item)["sk"]["S"] == sort_key);
        of_it.next()
    };
    let (Some(record), Some(gate)) = (part("RECORD"), part("GATE")) else {
        return Write::Torn("record or gate is missing".to_owned());
    };
    if record.get("Delete").is_some() && gate.get("Delete").is_some() {
        return Write::Gone;
    }
    let item = &record["Put"]["Item"];
    if item.is_null() {
        return Write::Torn(record.to_string());
    }
    let secrets = item["secrets"]["L"].as_array().cloned();
    let secrets = secrets.unwrap_or_default();
    let state = State {
        revision: text(&item["revision"]["S"]),
        secrets: secrets.iter().map(secret_of).collect(),
        enabled: item["status"]["S"] == "enabled",
        quota: number(&item["quota"]),
        lifetime: number(&item["lifetime"]),
        name: text(&item["name"]["S"]),
        role: item["roles"]["L"][0]["M"]["id"]["S"]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
    };
    let of_the_gate = match gate.get("Put") {
        Some(put) => &put["Item"]["revision"]["S"],
        None => &gate["Update"]["ExpressionAttributeValues"][":revision"]["S"],
    };
    // A release that knows only one secret must not accept it beyond its end, and the table's
    // expiry must not delete a client.
    let only_hash = match state.secrets.as_slice() {
        [only] if only.ends.is_none() => only.hash.as_str().into(),
        _ => Value::Null,
    };
    let is_sound = *of_the_gate == state.revision
        && item["secret"]["S"] == only_hash
        && item["expires_at"].is_null()
        && state.secrets.len() <= PLACES.len();
    if is_sound {
        let kept = items.iter().find_map(|item| kept_by(key_of(item)));
        let removed = removed_days(gate);
        Write::Became(state, Along { removed, kept })
    } else {
        Write::Torn(format!("{record} {gate}"))
    }
}

/// The gate's attributes with the days of last use.
const PLACES: [(u64, &str); 2] = [(1, "used_1"), (2, "used_2")];

/// The places whose day the write of a gate removes; a new gate has none.
fn removed_days(gate: &Value) -> Vec<u64> {
    let update = gate["Update"]["UpdateExpression"].as_str();
    let removes = update.and_then(|update| update.split_once("REMOVE"));
    let is_removed = |attribute: &str| match (update, removes) {
        (None, _) => true,
        (_, Some((_, removed))) => removed.contains(attribute),
        (_, None) => false,
    };
    let removed = PLACES.iter().filter(|(_, attribute)| is_removed(attribute));
    removed.map(|(place, _)| *place).collect()
}

fn secret_of(value: &Value) -> StoredSecret {
    let secret = &value["M"];
    let text_or_none = |value: &Value| value["S"].as_str().map(str::to_owned);
    StoredSecret {
        id: text(&secret["id"]["S"]),
        hash: text(&secret["hash"]["S"]),
        last_four: text_or_none(&secret["last_four"]),
        created_at: number(&secret["created_at"]),
        ends: (!secret["expires_at"].is_null()).then(|| number(&secret["expires_at"])),
        place: number(&secret["place"]),
    }
}

fn key_of(item: &Value) -> &Value {
    let put = &item["Put"]["Item"];
    if !put.is_null() {
        return put;
    }
    let update = &item["Update"]["Key"];
    if update.is_null() {
        &item["Delete"]["Key"]
    } else {
        update
    }
}

fn client_of(key: &Value) -> Option<String> {
    let client = key["pk"]["S"].as_str()?.strip_prefix("CLIENT#");
    client.map(str::to_owned)
}

/// The key of an item that keeps a request with an idempotency key.
fn kept_by(key: &Value) -> Option<String> {
    let partition = key["pk"]["S"].as_str()?;
    let is_kept = partition.starts_with("IDEMPOTENCY#");
    is_kept.then(|| format!("{partition} {}", text(&key["sk"]["S"])))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn number(value: &Value) -> u64 {
    value["N"].as_str().unwrap().parse().unwrap()
}
