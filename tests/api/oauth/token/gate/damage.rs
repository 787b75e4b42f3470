//! Damaged clients: the gate has another revision than the record, or one of the two is missing. A
//! restore can cause that, but no request.

use serde_json::{Value, json};
use tests::{Client, Credentials, Damage, Latchkey, Service, body, oauth_error, text};

const READS: [&str; 5] = ["Query"; 5];
const CAUSE: &str = "the client is damaged: its record and its gate do not match; any change of the client mends it";

/// A damaged client that the service has cached, and a Builder Admin's token.
async fn damaged(damage: Damage, attributes: Value) -> (Latchkey, Service, String, Client) {
    let (latchkey, service) = Latchkey::start().await;
    let admin = service.admin_token().await;
    let client = service
        .create_client(&admin, "Builder Admin", attributes)
        .await;
    service.access_token(&client.credentials).await;
    latchkey.table().damage(&client.id, damage).await;
    service.aws.calls();
    let _ = latchkey.lines.take();
    (latchkey, service, admin, client)
}

fn false_secret(client: &Client, service: &Service) -> Credentials {
    Credentials {
        secret: service.bootstrap.secret.clone(),
        ..client.credentials.clone()
    }
}

async fn delete(service: &Service, admin: &str, client: &Client) -> u16 {
    let path = format!("/auth/app-clients/{}", client.id);
    let response = service.manage(admin, "DELETE", &path, None).await;
    response.status().as_u16()
}

#[tokio::test]
async fn a_damaged_client_gets_503_after_five_reads_and_its_log_line_says_so() {
    for damage in Damage::ALL {
        let (latchkey, service, _, client) = damaged(damage, json!({})).await;
        let response = service.token(&client.credentials).await;
        assert_eq!(response.status(), 503, "{damage:?}");
        assert!(response.headers().contains_key("retry-after"));
        assert_eq!(oauth_error(response).await, "temporarily_unavailable");
        // The write that the cached state permits, and then only reads.
        let calls = service.aws.calls();
        assert_eq!(calls[0], "UpdateItem");
        assert_eq!(calls[1..], READS, "{damage:?}");
        let line = latchkey.lines.take_one();
        assert_eq!(line["outcome"], "failed");
        assert_eq!(line["cause"], CAUSE);
        assert_eq!(line["client_id"], client.credentials.id.as_str());
        // Now the client is no longer cached.
        assert_eq!(service.token(&client.credentials).await.status(), 503);
        assert_eq!(service.aws.calls(), READS, "{damage:?}");
    }
}

#[tokio::test]
async fn a_false_secret_for_a_damaged_client_gets_401_after_one_read() {
    for damage in Damage::ALL {
        let (latchkey, service, _, client) = damaged(damage, json!({})).await;
        let refused = service.token(&false_secret(&client, &service)).await;
        assert_eq!(refused.status(), 401, "{damage:?}");
        assert_eq!(oauth_error(refused).await, "invalid_client");
        assert_eq!(service.aws.calls(), ["Query"], "{damage:?}");
        let line = latchkey.lines.take_one();
        assert_eq!(line["cause"], "wrong_secret");
        assert!(line.get("DamagedClients").is_none());
    }
}

/// The document of the command in docs/operations.md that mends a client.
fn mending_document(client: &Client) -> Value {
    const RUNBOOK: &str = include_str!("../../../../../docs/operations.md");
    let (_, command) = RUNBOOK
        .split_once("**Any change of the client mends it,**")
        .unwrap();
    let (_, document) = command.split_once("-d ").unwrap();
    let document = document.lines().next().unwrap().replace('\'', "");
    serde_json::from_str(&document.replace("$APP_ID", &client.id)).unwrap()
}

/// The runbook of docs/operations.md.
#[tokio::test]
async fn every_change_mends_a_damaged_client() {
    for damage in Damage::ALL {
        let described = json!({ "description": "Imports at night" });
        let (latchkey, service, admin, client) = damaged(damage, described).await;
        let cold = latchkey.instance().await;
        let path = format!("/auth/app-clients/{}", client.id);
        let mending = mending_document(&client);
        let mended = service.manage(&admin, "PATCH", &path, Some(&mending)).await;
        assert_eq!(mended.status(), 200, "{damage:?}");
        let shown = body(mended).await["data"]["attributes"].take();
        assert_eq!(shown["description"], "Imports at night");
        service.access_token(&client.credentials).await;
        cold.access_token(&client.credentials).await;

        latchkey.table().damage(&client.id, damage).await;
        let fresh = service.rotate(&admin, &client).await;
        for instance in [&service, &cold] {
            assert_eq!(instance.token(&client.credentials).await.status(), 401);
            instance.access_token(&fresh).await;
        }
    }
}

#[tokio::test]
async fn a_damaged_client_can_be_disabled_and_stays_disabled() {
    for damage in Damage::ALL {
        let (latchkey, service, admin, client) = damaged(damage, json!({})).await;
        let status = async |status: &str| {
            let change = json!({ "status": status });
            let changed = service.patch(&admin, &client.id, change).await;
            assert_eq!(changed.status(), 200, "{damage:?}");
        };
        status("disabled").await;
        assert_eq!(service.token(&client.credentials).await.status(), 401);
        latchkey.table().damage(&client.id, damage).await;
        service.aws.calls();
        assert_eq!(service.token(&client.credentials).await.status(), 401);
        assert_eq!(service.aws.calls(), ["Query"], "{damage:?}");
        status("enabled").await;
        service.access_token(&client.credentials).await;
    }
}

#[tokio::test]
async fn a_damaged_client_can_be_deleted_and_leaves_no_item() {
    for damage in Damage::ALL {
        let (latchkey, service, admin, client) = damaged(damage, json!({})).await;
        assert_eq!(delete(&service, &admin, &client).await, 204, "{damage:?}");
        assert_eq!(delete(&service, &admin, &client).await, 404, "{damage:?}");
        assert_eq!(service.token(&client.credentials).await.status(), 401);
        for sort_key in ["RECORD", "GATE"] {
            let item = latchkey.table().find(&client.id, sort_key).await;
            assert_eq!(item, None, "{damage:?}");
        }
    }
}

#[tokio::test]
async fn mending_a_torn_client_keeps_its_counts() {
    let quota = json!({ "tokenQuota": 2 });
    let (_latchkey, service, admin, client) = damaged(Damage::Torn, quota).await;
    let change = json!({ "description": "Mended" });
    service.patch(&admin, &client.id, change).await;
    service.access_token(&client.credentials).await;
    assert_eq!(service.token(&client.credentials).await.status(), 429);
}

/// Only the counts that were lost with the gate are missing from the quota.
#[tokio::test]
async fn a_client_that_lost_its_gate_gets_its_quota_once_more() {
    let quota = json!({ "tokenQuota": 2 });
    let (_latchkey, service, admin, client) = damaged(Damage::NoGate, quota).await;
    let change = json!({ "description": "Mended" });
    service.patch(&admin, &client.id, change.clone()).await;
    for _ in 0..2 {
        service.access_token(&client.credentials).await;
        service.patch(&admin, &client.id, change.clone()).await;
    }
    assert_eq!(service.token(&client.credentials).await.status(), 429);
}

/// The runbook of docs/operations.md: a restore gives record and gate a new revision, so no
/// instance has the restored state in its cache.
#[tokio::test]
async fn a_pair_that_is_restored_with_a_new_revision_is_sound_on_every_instance() {
    let (latchkey, service) = Latchkey::start().await;
    let admin = service.admin_token().await;
    let client = service.new_client(json!({})).await;
    service.access_token(&client.credentials).await;
    let table = latchkey.table();
    let mut items = Vec::new();
    for sort_key in ["RECORD", "GATE"] {
        items.push(table.find(&client.id, sort_key).await);
    }
    let fresh = service.rotate(&admin, &client).await;
    service.access_token(&fresh).await;
    for mut item in items.into_iter().flatten() {
        item["revision"]["S"] = "6f1c7a526d0e4a399a530d8c55a2f3b7".into();
        table.put(&item).await;
    }
    assert_eq!(service.token(&fresh).await.status(), 401);
    service.access_token(&client.credentials).await;
}

/// The runbook of docs/operations.md, for an org whose Builder Admins are all damaged.
#[tokio::test]
async fn a_missing_gate_that_is_written_by_hand_in_the_first_bucket_is_sound() {
    let quota = json!({ "tokenQuota": 2 });
    let (latchkey, service, _, client) = damaged(Damage::NoGate, quota).await;
    let table = latchkey.table();
    let record = table.record(&client.id).await;
    let gate = json!({
        "pk": record["pk"],
        "sk": { "S": "GATE" },
        "revision": record["revision"],
        "slot": { "N": "0" },
        "issued": { "N": "0" },
        "past": { "M": {} },
    });
    table.put(&gate).await;
    for _ in 0..2 {
        service.access_token(&client.credentials).await;
    }
    assert_eq!(service.token(&client.credentials).await.status(), 429);
}

#[tokio::test]
async fn a_gate_without_a_record_is_an_unknown_client() {
    let (latchkey, service, admin, client) = damaged(Damage::Torn, json!({})).await;
    latchkey.table().delete(&client.id, "RECORD").await;
    let cold = latchkey.instance().await;
    assert_eq!(cold.token(&client.credentials).await.status(), 401);
    let line = latchkey.lines.take_one();
    assert_eq!(line["cause"], "unknown_client");
    let change = json!({ "description": "Mended" });
    let changed = service.patch(&admin, &client.id, change).await;
    assert_eq!(changed.status(), 404);
    assert_eq!(delete(&service, &admin, &client).await, 404);
}

#[tokio::test]
async fn the_bearer_token_of_a_damaged_client_is_still_accepted() {
    let (latchkey, service) = Latchkey::start().await;
    let client = service.new_client(json!({})).await;
    let token = service.access_token(&client.credentials).await;
    latchkey.table().damage(&client.id, Damage::NoGate).await;
    let path = format!("/auth/app-clients/{}", client.id);
    let found = service.manage(&token, "GET", &path, None).await;
    assert_eq!(found.status(), 200);
    assert_eq!(text(&body(found).await["data"]["id"]), client.id);
}

/// Attributes of a gate, with values that cannot be read.
fn unreadable_values() -> [(&'static str, Value); 4] {
    [
        ("revision", json!({ "S": "x" })),
        ("slot", json!({ "S": "x" })),
        ("issued", json!({ "N": "-1" })),
        ("past", json!({ "L": [] })),
    ]
}

async fn set_in_gate(latchkey: &Latchkey, client: &Client, attribute: &str, value: Value) {
    let mut gate = latchkey.table().find(&client.id, "GATE").await.unwrap();
    gate[attribute] = value;
    latchkey.table().put(&gate).await;
}

#[tokio::test]
async fn a_false_secret_gets_401_while_the_gate_cannot_be_read() {
    for (attribute, value) in unreadable_values() {
        let (latchkey, service) = Latchkey::start().await;
        let client = service.new_client(json!({})).await;
        set_in_gate(&latchkey, &client, attribute, value).await;
        service.aws.calls();
        let refused = service.token(&false_secret(&client, &service)).await;
        assert_eq!(refused.status(), 401, "{attribute}");
        assert_eq!(oauth_error(refused).await, "invalid_client");
        assert_eq!(service.aws.calls(), ["Query"]);
        let _ = latchkey.lines.take();
        let failed = service.token(&client.credentials).await;
        assert_eq!(failed.status(), 500, "{attribute}");
        assert_eq!(oauth_error(failed).await, "server_error");
        assert_eq!(service.aws.calls(), ["Query"]);
        let cause = text(&latchkey.lines.take_one()["cause"]);
        assert!(
            cause.starts_with(&format!("stored {attribute} ")),
            "{cause}"
        );
    }
}

#[tokio::test]
async fn an_instance_that_cached_an_old_secret_answers_401_while_the_gate_cannot_be_read() {
    for (attribute, value) in unreadable_values() {
        let (latchkey, service) = Latchkey::start().await;
        let admin = service.admin_token().await;
        let client = service.new_client(json!({})).await;
        service.access_token(&client.credentials).await;
        latchkey.instance().await.rotate(&admin, &client).await;
        set_in_gate(&latchkey, &client, attribute, value).await;
        let refused = service.token(&client.credentials).await;
        assert_eq!(refused.status(), 401, "{attribute}");
    }
}

/// The runbook of docs/operations.md.
#[tokio::test]
async fn a_client_whose_gate_cannot_be_read_is_mended_without_its_gate() {
    for (attribute, value) in unreadable_values() {
        let (latchkey, service) = Latchkey::start().await;
        let admin = service.admin_token().await;
        let client = service.new_client(json!({})).await;
        set_in_gate(&latchkey, &client, attribute, value).await;
        latchkey.table().delete(&client.id, "GATE").await;
        let mended = service.patch(&admin, &client.id, json!({})).await;
        assert_eq!(mended.status(), 200, "{attribute}");
        service.access_token(&client.credentials).await;
    }
}
