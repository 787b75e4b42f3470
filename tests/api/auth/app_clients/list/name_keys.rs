//! Clients that an earlier release wrote, without their key in the index of names.

use serde_json::{Value, json};
use tests::aws::{Aws, Break};
use tests::text;

use super::{list_of, named, names, put_clients};
use crate::auth::Api;

/// Takes the keys from all clients whose name begins with "Old", and forgets that all have them: the
/// table as an earlier release leaves it.
async fn forget_keys(api: &Api) {
    let table = api.latchkey.table();
    for mut item in table.items().await {
        let is_old = item["name"]["S"]
            .as_str()
            .is_some_and(|name| name.starts_with("Old"));
        if is_old {
            item.as_object_mut().unwrap().remove("name_listing");
            table.put(&item).await;
        }
    }
    table.delete_item("UPGRADES", "NAME_LISTING").await;
}

async fn found(api: &Api) -> Vec<String> {
    names(api, &list_of(&[("filter[name]", "old")])).await
}

/// A run of bootstrap, and the calls of its pass over the clients.
async fn run(api: &Api) -> Vec<String> {
    let aws = Aws::default();
    api.latchkey.try_bootstrap(&aws).await.unwrap();
    let calls = aws.calls();
    let place = calls.iter().rposition(|call| call == "GetSecretValue");
    // After the credentials come the org, and the pass.
    calls[place.unwrap() + 2..].to_vec()
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "writes to the table")]
async fn bootstrap_adds_the_keys_that_an_earlier_release_did_not_write() {
    let api = Api::start().await;
    let mut ids = Vec::new();
    for name in ["Old", "OLD 2"] {
        ids.push(named(&api, name).await);
    }
    let table = api.latchkey.table();
    let before = [table.record(&ids[0]).await, table.record(&ids[1]).await];
    forget_keys(&api).await;
    assert_eq!(
        found(&api).await,
        ["OLD 2"],
        "only names with Old lose their key"
    );
    api.latchkey.bootstrap().await;
    assert_eq!(found(&api).await, ["Old", "OLD 2"]);
    let after = [table.record(&ids[0]).await, table.record(&ids[1]).await];
    assert_eq!(after, before, "nothing else changes, not even the revision");
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "counts AWS calls")]
async fn a_run_after_the_last_key_costs_one_read() {
    let api = Api::start().await;
    assert_eq!(run(&api).await, ["GetItem"]);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "counts AWS calls")]
async fn an_interrupted_pass_continues_where_it_was() {
    let api = Api::start().await;
    let complete = Aws::default();
    api.latchkey.try_bootstrap(&complete).await.unwrap();
    let before = complete.calls().len();
    put_clients(&api, 250, |number, record| {
        record["name"]["S"] = format!("Old {number:03}").into();
    })
    .await;
    forget_keys(&api).await;
    let aws = Aws::default();
    // The first step has 99 of them, because the first client has its key.
    let steps = ["Scan", "BatchGetItem", "PutItem"].len() * 2 + 99 + 100;
    aws.break_nth(before + steps, Break::InternalError, true);
    api.latchkey.try_bootstrap(&aws).await.unwrap_err();
    assert_eq!(found(&api).await.len(), 199);
    let calls = run(&api).await;
    let scans = calls.iter().filter(|call| *call == "Scan").count();
    assert_eq!(scans, 1, "{calls:?}");
    let expected: Vec<_> = (0..250).map(|number| format!("Old {number:03}")).collect();
    assert_eq!(found(&api).await, expected);
    assert_eq!(run(&api).await, ["GetItem"]);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn a_client_that_is_changed_meanwhile_is_read_again() {
    let api = Api::start().await;
    named(&api, "Old").await;
    for how in [Break::ConditionFailed, Break::Conflict] {
        forget_keys(&api).await;
        let aws = Aws::default();
        aws.break_next("UpdateItem", &[how]);
        api.latchkey.try_bootstrap(&aws).await.unwrap();
        assert_eq!(found(&api).await, ["Old"], "{how:?}");
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "writes to the table")]
async fn a_change_of_the_client_adds_its_key_too() {
    let api = Api::start().await;
    let id = named(&api, "Old").await;
    forget_keys(&api).await;
    assert_eq!(found(&api).await, [""; 0]);
    let changed = api.patch(&id, json!({ "description": "x" })).await;
    assert_eq!(changed.status(), 200);
    assert_eq!(found(&api).await, ["Old"]);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "counts AWS calls")]
async fn an_instance_that_knows_the_client_still_makes_one_call_for_a_token() {
    let api = Api::start().await;
    api.latchkey.clock.advance(1);
    let client = api.client_with("Patient", json!({ "name": "Old" })).await;
    api.service.access_token(&client.credentials).await;
    forget_keys(&api).await;
    api.latchkey.bootstrap().await;
    api.service.aws.calls();
    api.service.access_token(&client.credentials).await;
    assert_eq!(api.service.aws.calls(), ["UpdateItem"]);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "writes to the table")]
async fn a_record_that_cannot_be_read_does_not_stop_the_pass() {
    let api = Api::start().await;
    let ids = put_clients(&api, 3, |number, record| {
        record["name"]["S"] = format!("Old {number}").into();
    })
    .await;
    let table = api.latchkey.table();
    table.set(&ids[0], "name", json!({ "N": "1" })).await;
    table.set(&ids[1], "revision", Value::Null).await;
    forget_keys(&api).await;
    api.latchkey.bootstrap().await;
    assert_eq!(found(&api).await, ["Old 2"]);
    let marker = table.items().await;
    assert!(
        marker
            .iter()
            .any(|item| text(&item["pk"]["S"]) == "UPGRADES")
    );
}
