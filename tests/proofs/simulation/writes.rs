//! The committed writes, read from the AWS calls on the network.

use serde_json::Value;
use shared::model::ManagedRole;

/// A committed write to a client.
#[derive(Clone, Debug)]
pub(crate) enum Write {
    /// The gate counted a token. The fields are those of the gate afterwards.
    Counted {
        revision: String,
        bucket: u64,
        issued: u64,
    },
    /// The client was created or changed. This is its state afterwards.
    Became(State),
    /// The client was deleted.
    Gone,
    /// A write that must never happen.
    Torn(String),
}

/// A client's record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) revision: String,
    /// The stored hash of the secret.
    pub(crate) secret: String,
    pub(crate) enabled: bool,
    pub(crate) quota: u64,
    pub(crate) lifetime: u64,
    pub(crate) name: String,
    /// The id of its role.
    pub(crate) role: String,
}

/// A call that may write to a client.
pub(crate) struct Writing {
    pub(crate) client: String,
    /// The `ClientRequestToken` of a transaction; `None` for a gate write.
    pub(crate) transaction: Option<String>,
    /// The client on whose state the transaction depends, besides its own.
    pub(crate) checked: Option<String>,
    write: Option<Write>,
}

impl State {
    /// Whether the client is an enabled administrator.
    pub(crate) fn administers(&self) -> bool {
        self.enabled && self.role == ManagedRole::BuilderAdmin.id().to_string()
    }
}

impl Writing {
    /// The clients with whose transactions it conflicts.
    pub(crate) fn clients(&self) -> impl Iterator<Item = &String> {
        [&self.client].into_iter().chain(&self.checked)
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
    let state = State {
        revision: text(&item["revision"]["S"]),
        secret: text(&item["secret"]["S"]),
        enabled: item["status"]["S"] == "enabled",
        quota: number(&item["quota"]),
        lifetime: number(&item["lifetime"]),
        name: text(&item["name"]["S"]),
        role: text(&item["roles"]["L"][0]["M"]["id"]["S"]),
    };
    let of_the_gate = match gate.get("Put") {
        Some(put) => &put["Item"]["revision"]["S"],
        None => &gate["Update"]["ExpressionAttributeValues"][":revision"]["S"],
    };
    if *of_the_gate == state.revision {
        Write::Became(state)
    } else {
        Write::Torn(gate.to_string())
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

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn number(value: &Value) -> u64 {
    value["N"].as_str().unwrap().parse().unwrap()
}
