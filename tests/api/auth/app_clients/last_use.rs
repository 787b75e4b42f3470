//! `lastUsedOn`: the day of a client's last token.

use serde_json::{Value, json};
use tests::{BEGIN, Damage, body};

use crate::auth::{Api, CLIENTS, client_path};

const DAY: u64 = 86_400;
const TODAY: u64 = BEGIN - BEGIN % DAY;

async fn last_used_on(api: &Api, method: &str, path: &str, document: Option<&Value>) -> Value {
    let response = api.ask(method, path, document).await;
    assert!(response.status().is_success(), "{method} {path}");
    body(response).await["data"]["attributes"]["lastUsedOn"].take()
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn every_answer_with_one_client_shows_the_day_of_its_last_token() {
    let api = Api::start().await;
    let document = api.new_client(json!({})).await;
    let created = body(api.create(&document).await).await;
    let attributes = created["data"]["attributes"].as_object().unwrap();
    assert_eq!(attributes["lastUsedOn"], Value::Null);

    let client = api.client().await;
    let path = client_path(&client.id);
    let rotate = path.clone() + "/rotate-secret";
    let change = json!({ "data": {
        "type": "auth/app-clients", "attributes": { "name": "Other", "lastUsedOn": 5 }
    } });
    for expected in [Value::Null, TODAY.into()] {
        for (method, path, document) in [
            ("GET", &path, None),
            ("PATCH", &path, Some(&change)),
            ("GET", &path, None),
        ] {
            let shown = last_used_on(&api, method, path, document).await;
            assert_eq!(shown, expected, "{method}");
        }
        if expected.is_null() {
            api.service.access_token(&client.credentials).await;
        }
    }
    assert_eq!(last_used_on(&api, "POST", &rotate, None).await, TODAY);
    assert_eq!(last_used_on(&api, "GET", &path, None).await, TODAY);
}

#[tokio::test]
async fn a_list_does_not_show_it() {
    let api = Api::start().await;
    let client = api.client().await;
    api.service.access_token(&client.credentials).await;
    for listed in body(api.get(CLIENTS).await).await["data"]
        .as_array()
        .unwrap()
    {
        assert!(listed["attributes"].get("lastUsedOn").is_none());
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn a_failed_request_does_not_change_it() {
    let api = Api::start().await;
    let client = api.client_with("Patient", json!({ "tokenQuota": 1 })).await;
    let path = client_path(&client.id);
    let mut wrong = client.credentials.clone();
    wrong.secret = api.service.bootstrap.secret.clone();
    assert_eq!(api.service.token(&wrong).await.status(), 401);
    assert_eq!(last_used_on(&api, "GET", &path, None).await, Value::Null);
    api.service.access_token(&client.credentials).await;
    api.latchkey.clock.advance(DAY - BEGIN % DAY - 1);
    api.service.access_token(&client.credentials).await;
    api.latchkey.clock.advance(1);
    assert_eq!(api.service.token(&client.credentials).await.status(), 429);
    let admin = api.service.admin_token().await;
    let read = api.service.manage(&admin, "GET", &path, None).await;
    let shown = &body(read).await["data"]["attributes"];
    assert_eq!(shown["lastUsedOn"], TODAY);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "writes past the service")]
async fn a_gate_that_is_missing_or_cannot_be_read_shows_null() {
    let api = Api::start().await;
    let client = api.client().await;
    let path = client_path(&client.id);
    api.service.access_token(&client.credentials).await;
    let mut gate = api.latchkey.table().find(&client.id, "GATE").await.unwrap();
    for used_on in [json!({ "S": "today" }), json!({ "N": "-1" })] {
        gate["used_on"] = used_on;
        api.latchkey.table().put(&gate).await;
        assert_eq!(last_used_on(&api, "GET", &path, None).await, Value::Null);
    }
    api.latchkey
        .table()
        .damage(&client.id, Damage::NoGate)
        .await;
    assert_eq!(last_used_on(&api, "GET", &path, None).await, Value::Null);
}

/// Two calls, as before: the caller's record, and one read of the client.
#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "counts AWS calls")]
async fn it_costs_no_call() {
    let api = Api::start().await;
    let client = api.client().await;
    let path = client_path(&client.id);
    api.get(&path).await;
    api.service.aws.calls();
    api.get(&path).await;
    assert_eq!(api.service.aws.calls(), ["GetItem", "Query"]);
    let rotate = path + "/rotate-secret";
    api.ask("POST", &rotate, None).await;
    api.service.aws.calls();
    api.ask("POST", &rotate, None).await;
    assert_eq!(
        api.service.aws.calls(),
        ["GetItem", "Query", "TransactWriteItems"]
    );
}

/// A rotation may commit between the reads of the record and of the gate. The gate read before has the
/// day of the secret that held the place.
#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "writes past the service")]
async fn a_gate_of_another_state_shows_no_day_of_a_secret() {
    let api = Api::start().await;
    let client = api.client().await;
    api.service.access_token(&client.credentials).await;
    let former = api.latchkey.table().find(&client.id, "GATE").await.unwrap();
    api.service.rotate(&api.admin, &client).await;
    api.latchkey.table().put(&former).await;
    let path = client_path(&client.id);
    let secrets = body(api.get(&(path.clone() + "/secrets")).await).await;
    assert_eq!(secrets["data"][0]["attributes"]["lastUsedOn"], Value::Null);
    // The day of the client is that of any secret.
    assert_eq!(last_used_on(&api, "GET", &path, None).await, json!(TODAY));
}
