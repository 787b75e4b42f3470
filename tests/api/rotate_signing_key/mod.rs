//! Promise 6: rotation of the signing key, from start to end, with clocks that the tests set.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failing test panics"
)]

mod clocks;
mod crash;
mod emergency;
mod events;
mod repeat;
mod sequence;
mod watch;

use local::Stack;
use serde_json::{Value, json};
use shared::runtime::log::Notebook;
use shared::signing::{KeySet, StoredKeys};
use shared::store::Store;
use tests::Latchkey;
use tests::aws::Aws;

const STEPS: [&str; 4] = ["createSecret", "setSecret", "testSecret", "finishSecret"];

/// Two hours in seconds: the time for which API Gateway's JWT authorizer caches a key set.
const TWO_HOURS: u64 = 7_200;

/// The `ClientRequestToken` of this rotation.
fn token(number: usize) -> String {
    format!("00000000-0000-0000-0000-{number:012}")
}

async fn rotate(latchkey: &Latchkey, token: &str) -> Result<(), String> {
    try_rotate(latchkey, &Aws::default(), token).await
}

/// Runs a whole rotation, with AWS calls that can be made to fail.
async fn try_rotate(latchkey: &Latchkey, aws: &Aws, token: &str) -> Result<(), String> {
    let rotated = latchkey.functions(aws);
    let rotated = rotated.rotate(Stack::SIGNING_KEYS, token).await;
    rotated.map_err(|error| error.to_string())
}

async fn invoke(latchkey: &Latchkey, event: Value) -> Result<(), String> {
    try_invoke(latchkey, &Aws::default(), event).await
}

async fn try_invoke(latchkey: &Latchkey, aws: &Aws, event: Value) -> Result<(), String> {
    let functions = latchkey.functions(aws);
    let invoked =
        functions.event_handler("rotate-signing-key").unwrap()(event, Notebook::default()).await;
    invoked.map_err(|error| error.to_string())
}

/// Secrets Manager's event for one step.
fn step(latchkey: &Latchkey, step: &str, token: &str) -> Value {
    json!({ "Step": step, "SecretId": arn(latchkey), "ClientRequestToken": token })
}

/// Makes Secrets Manager register a version for the steps to fill.
fn begin(latchkey: &Latchkey, token: &str) {
    ask(
        latchkey,
        "RotateSecret",
        json!({ "ClientRequestToken": token }),
    )
    .unwrap();
}

/// Calls Secrets Manager about the signing keys.
fn ask(latchkey: &Latchkey, operation: &str, mut request: Value) -> Result<Value, String> {
    request["SecretId"] = Stack::SIGNING_KEYS.into();
    latchkey.ask_secrets_manager(operation, &request)
}

fn arn(latchkey: &Latchkey) -> Value {
    ask(latchkey, "DescribeSecret", json!({})).unwrap()["ARN"].clone()
}

/// The version with this label.
fn version(latchkey: &Latchkey, label: &str) -> Option<String> {
    let secret = ask(latchkey, "DescribeSecret", json!({})).unwrap();
    let versions = secret["VersionIdsToStages"].as_object().unwrap();
    let has_label = |labels: &Value| labels.as_array().unwrap().contains(&label.into());
    let mut versions = versions.iter();
    versions
        .find(|(_, labels)| has_label(labels))
        .map(|(version, _)| version.clone())
}

/// A key in the current version of the secret, and when it signs.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Timed {
    kid: String,
    from: u64,
    until: Option<u64>,
}

/// The keys of the current version, oldest first.
fn secret_keys(latchkey: &Latchkey) -> Vec<Timed> {
    let text = latchkey.secret(Stack::SIGNING_KEYS).unwrap();
    let public = StoredKeys::parse(&text).unwrap().public().unwrap();
    let stored: Value = serde_json::from_str(&text).unwrap();
    let stored = stored["keys"].as_array().unwrap();
    let timed = public.keys().zip(stored).map(|(jwk, stored)| Timed {
        kid: jwk.common.key_id.clone().unwrap(),
        from: stored["signs_from"].as_u64().unwrap(),
        until: stored["signs_until"].as_u64(),
    });
    timed.collect()
}

/// The stored key set.
async fn key_set(latchkey: &Latchkey) -> KeySet {
    let store = Store::new(&latchkey.environment("metadata")).unwrap();
    KeySet::find(&store).await.unwrap().unwrap()
}

/// The `kid` of each key in the stored key set, and the time until which it signs.
async fn published(latchkey: &Latchkey) -> Vec<(String, Option<u64>)> {
    let item = serde_json::to_value(key_set(latchkey).await).unwrap();
    let keys = item["keys"].as_array().unwrap().iter();
    keys.map(|key| (tests::text(&key["jwk"]["kid"]), key["signs_until"].as_u64()))
        .collect()
}
