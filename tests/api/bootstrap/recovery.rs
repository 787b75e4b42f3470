//! An operator recovers a client whose secret is lost, by invoking bootstrap.

use bootstrap::Bootstrap;
use local::Stack;
use serde_json::{Value, json};
use shared::model::{ClientId, ManagedRole};
use tests::aws::{Aws, Break};
use tests::{Client, Credentials, Latchkey, Service, body, oauth_error, text};

/// Invokes bootstrap as Lambda does, with AWS calls that can be made to fail.
async fn invoke(latchkey: &Latchkey, aws: &Aws, event: Value) -> Result<(), String> {
    let functions = latchkey.functions(aws);
    let environment = functions.environment("bootstrap").unwrap();
    let bootstrap = Bootstrap::new(environment);
    let work = |notebook| bootstrap.invoke(event, notebook);
    let recorder = environment.recorder();
    let done = recorder.watch_event("bootstrap", "1", work).await;
    done.map_err(|failure| failure.to_string())
}

async fn recover(latchkey: &Latchkey, client: &str) -> Result<(), String> {
    let event = json!({ "recover": { "clientId": client } });
    invoke(latchkey, &Aws::default(), event).await
}

/// The credentials that the last recovery stored.
fn stored(latchkey: &Latchkey) -> Option<Value> {
    let request = json!({ "SecretId": Stack::BOOTSTRAP_CREDENTIALS, "VersionStage": "RECOVERED" });
    let version = latchkey
        .ask_secrets_manager("GetSecretValue", &request)
        .ok()?;
    let text = version.get("SecretString")?.as_str()?;
    Some(serde_json::from_str(text).unwrap())
}

fn recovered(latchkey: &Latchkey) -> Credentials {
    let stored = stored(latchkey).unwrap();
    let member = |name| text(stored.get(name).unwrap());
    Credentials {
        id: member("client_id"),
        secret: member("client_secret"),
    }
}

/// A client with a role.
async fn client(service: &Service, role: &str, attributes: Value) -> Client {
    let admin = service.admin_token().await;
    service.create_client(&admin, role, attributes).await
}

fn id_of(credentials: &Credentials) -> String {
    let id = ClientId::from_client_id(&credentials.id);
    id.unwrap().to_string()
}

async fn is_accepted(service: &Service, credentials: &Credentials) -> bool {
    let response = service.token(credentials).await;
    if response.status() == 200 {
        return true;
    }
    assert_eq!(oauth_error(response).await, "invalid_client");
    false
}

#[tokio::test]
async fn the_recovered_client_has_a_new_secret_and_loses_the_old_one() {
    let (latchkey, service) = Latchkey::start().await;
    recover(&latchkey, &service.bootstrap.id).await.unwrap();
    let new = recovered(&latchkey);
    assert_eq!(new.id, service.bootstrap.id);
    assert!(is_accepted(&service, &new).await);
    assert!(!is_accepted(&service, &service.bootstrap).await);
    // It administers its org as before.
    let token = service.access_token(&new).await;
    let id = id_of(&new);
    let changed = service.patch(&token, &id, json!({ "name": "Recovered" }));
    assert_eq!(changed.await.status(), 200);
}

#[tokio::test]
async fn the_first_clients_stored_credentials_stay() {
    let (latchkey, service) = Latchkey::start().await;
    let before = latchkey.secret(Stack::BOOTSTRAP_CREDENTIALS);
    assert!(before.is_some());
    let other = client(&service, "Builder Admin", json!({})).await;
    recover(&latchkey, &other.credentials.id).await.unwrap();
    assert_eq!(latchkey.secret(Stack::BOOTSTRAP_CREDENTIALS), before);
    assert!(is_accepted(&service, &service.bootstrap).await);
    // A later run does not use the recovered ones either.
    latchkey.bootstrap().await;
    assert!(is_accepted(&service, &service.bootstrap).await);
    assert!(is_accepted(&service, &recovered(&latchkey)).await);
}

#[tokio::test]
async fn a_client_is_named_by_either_of_its_ids() {
    let (latchkey, service) = Latchkey::start().await;
    let client = client(&service, "Patient", json!({})).await;
    for id in [&client.id, &client.credentials.id] {
        recover(&latchkey, id).await.unwrap();
        assert!(is_accepted(&service, &recovered(&latchkey)).await);
    }
}

#[tokio::test]
async fn a_disabled_client_is_enabled() {
    let (latchkey, service) = Latchkey::start().await;
    let disabled = json!({ "status": "disabled" });
    let client = client(&service, "Builder Admin", disabled).await;
    recover(&latchkey, &client.id).await.unwrap();
    assert!(is_accepted(&service, &recovered(&latchkey)).await);
}

#[tokio::test]
async fn only_a_recovery_as_administrator_changes_the_role() {
    let (latchkey, service) = Latchkey::start().await;
    let client = client(&service, "Care Team User", json!({})).await;
    let admin = service.admin_token().await;
    let path = format!("/auth/app-clients/{}", client.id);
    for (administrator, role) in [
        (false, ManagedRole::CareTeamUser),
        (true, ManagedRole::BuilderAdmin),
        (false, ManagedRole::BuilderAdmin),
    ] {
        let event = json!({
            "recover": { "clientId": client.id, "administrator": administrator }
        });
        invoke(&latchkey, &Aws::default(), event).await.unwrap();
        let shown = body(service.manage(&admin, "GET", &path, None).await).await;
        let shown = &shown["data"]["relationships"]["auth/roles"]["data"]["id"];
        assert_eq!(shown, &json!(role.id().to_string()));
    }
}

#[tokio::test]
async fn a_recovery_changes_nothing_else_and_counts_stay() {
    let (latchkey, service) = Latchkey::start().await;
    let client = client(&service, "Patient", json!({ "tokenQuota": 2 })).await;
    let before = latchkey.table().record(&client.id).await;
    assert!(is_accepted(&service, &client.credentials).await);
    latchkey.clock.advance(1);
    recover(&latchkey, &client.id).await.unwrap();
    let mut after = latchkey.table().record(&client.id).await;
    for changed in ["secret", "secrets", "revision", "updated_at"] {
        assert_ne!(before[changed], after[changed], "{changed}");
        after[changed] = before[changed].clone();
    }
    assert_eq!(after, before);
    let new = recovered(&latchkey);
    assert!(is_accepted(&service, &new).await);
    assert_eq!(service.token(&new).await.status(), 429);
}

#[tokio::test]
async fn a_damaged_client_is_mended() {
    for damage in tests::Damage::ALL {
        let (latchkey, service) = Latchkey::start().await;
        let client = client(&service, "Patient", json!({})).await;
        latchkey.table().damage(&client.id, damage).await;
        recover(&latchkey, &client.id).await.unwrap();
        assert!(is_accepted(&service, &recovered(&latchkey)).await);
    }
}

#[tokio::test]
async fn an_unknown_client_or_a_malformed_event_changes_nothing() {
    let (latchkey, service) = Latchkey::start().await;
    let items = latchkey.table().items().await;
    let unknown = json!({ "clientId": "00000000000040008000000000000001" });
    let id = service.bootstrap.id.as_str();
    for (recover, reason) in [
        (unknown, "no App Client has this ID"),
        (
            json!({ "clientId": "x" }),
            "clientId, the ID of an App Client",
        ),
        (
            json!({ "clientId": 1 }),
            "clientId, the ID of an App Client",
        ),
        (
            json!({ "client_id": id }),
            "clientId, the ID of an App Client",
        ),
        (
            json!({ "clientId": id, "administrator": "yes" }),
            "true or false",
        ),
        (json!({ "clientId": id, "role": "Patient" }), "clientId"),
        (json!(id), "clientId"),
        (Value::Null, "clientId"),
    ] {
        let event = json!({ "recover": recover });
        let failure = invoke(&latchkey, &Aws::default(), event).await.unwrap_err();
        assert!(failure.contains(reason), "{recover}: {failure}");
        assert_eq!(latchkey.table().items().await, items, "{recover}");
        assert!(stored(&latchkey).is_none(), "{recover}");
    }
}

#[tokio::test]
async fn a_client_whose_record_cannot_be_read_is_not_changed() {
    let (latchkey, service) = Latchkey::start().await;
    let client = client(&service, "Patient", json!({})).await;
    let table = latchkey.table();
    table.set(&client.id, "status", json!({ "S": "?" })).await;
    let items = table.items().await;
    let failure = recover(&latchkey, &client.id).await.unwrap_err();
    assert!(
        failure.contains("stored status cannot be read"),
        "{failure}"
    );
    assert_eq!(table.items().await, items);
    assert!(stored(&latchkey).is_none());
}

#[tokio::test]
async fn a_recovery_that_stops_at_any_call_is_completed_by_the_next() {
    let complete = Aws::default();
    let (latchkey, service) = Latchkey::start().await;
    let event = json!({ "recover": { "clientId": service.bootstrap.id } });
    invoke(&latchkey, &complete, event.clone()).await.unwrap();
    let calls = complete.calls();
    assert_eq!(calls, ["GetItem", "PutSecretValue", "TransactWriteItems"]);
    for number in 0..calls.len() {
        for how in [Break::Unreached, Break::ResponseLost, Break::InternalError] {
            let (latchkey, service) = Latchkey::start().await;
            let event = json!({ "recover": { "clientId": service.bootstrap.id } });
            let aws = Aws::default();
            aws.break_nth(number, how, true);
            invoke(&latchkey, &aws, event.clone()).await.unwrap_err();
            // Until the client has the new secret, the old one is accepted: no secret is lost.
            let is_old = is_accepted(&service, &service.bootstrap).await;
            let is_new = match stored(&latchkey) {
                Some(_) => is_accepted(&service, &recovered(&latchkey)).await,
                None => false,
            };
            assert!(is_old != is_new, "call {number}, {how:?}");
            invoke(&latchkey, &Aws::default(), event).await.unwrap();
            assert!(is_accepted(&service, &recovered(&latchkey)).await);
            assert!(!is_accepted(&service, &service.bootstrap).await);
        }
    }
}

#[tokio::test]
async fn a_client_that_changes_meanwhile_is_recovered_with_the_secret_stored_last() {
    let (latchkey, service) = Latchkey::start().await;
    let aws = Aws::default();
    aws.break_next("TransactWriteItems", &[Break::ConditionFailed]);
    let event = json!({ "recover": { "clientId": service.bootstrap.id } });
    invoke(&latchkey, &aws, event).await.unwrap();
    let once = ["GetItem", "PutSecretValue", "TransactWriteItems"];
    assert_eq!(aws.calls(), [once, once].concat());
    assert!(is_accepted(&service, &recovered(&latchkey)).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_recoveries_store_the_secret_that_is_valid() {
    let (latchkey, service) = Latchkey::start().await;
    let id = service.bootstrap.id.as_str();
    let all = tokio::join!(
        recover(&latchkey, id),
        recover(&latchkey, id),
        recover(&latchkey, id)
    );
    assert_eq!(all, (Ok(()), Ok(()), Ok(())));
    assert!(is_accepted(&service, &recovered(&latchkey)).await);
}

/// The label has moved by then, so the error must not say that nothing was changed.
#[tokio::test]
async fn a_client_that_is_deleted_during_its_recovery_does_not_exist_and_has_the_label() {
    let (latchkey, service) = Latchkey::start().await;
    let client = client(&service, "Patient", json!({})).await;
    let event = json!({ "recover": { "clientId": client.id } });
    let aws = Aws::default();
    aws.break_nth(2, Break::Unreached, true);
    invoke(&latchkey, &aws, event.clone()).await.unwrap_err();
    let calls = aws.calls();
    assert_eq!(
        calls[..3],
        ["GetItem", "PutSecretValue", "TransactWriteItems"]
    );
    for item in ["RECORD", "GATE"] {
        latchkey.table().delete(&client.id, item).await;
    }
    let failure = invoke(&latchkey, &Aws::default(), event).await.unwrap_err();
    assert_eq!(failure, "no App Client has this ID");
    let labelled = recovered(&latchkey);
    assert_eq!(id_of(&labelled), client.id);
    assert!(!is_accepted(&service, &labelled).await);
}

#[tokio::test]
async fn a_recovery_is_audited_and_counted_even_if_it_fails() {
    let (latchkey, service) = Latchkey::start().await;
    let disabled = json!({ "status": "disabled" });
    let client = client(&service, "Patient", disabled).await;
    let _ = latchkey.lines.take();
    recover(&latchkey, &client.id).await.unwrap();
    let line = latchkey.lines.take_one();
    assert_eq!(line["function"], "bootstrap");
    assert_eq!(line["outcome"], "done");
    let [added, replaced] = [0, 1].map(|place| {
        let secret = &line["audit"]["changed"]["secrets"][place];
        json!({ "id": secret["id"], "event": secret["event"] })
    });
    assert_eq!([&added["event"], &replaced["event"]], ["added", "replaced"]);
    let audit = json!({
        "action": "bootstrap:RecoverAppClient", "resource_type": "auth/app-clients",
        "resource_id": client.id,
        "changed": {
            "status": { "from": "disabled", "to": "enabled" }, "secrets": [added, replaced]
        }
    });
    assert_eq!(line["audit"], audit);
    assert_eq!(line["org_id"], stored(&latchkey).unwrap()["org_id"]);
    assert_eq!(line["ClientRecoveries"], 1.0);
    let metrics = &line["_aws"]["CloudWatchMetrics"][0]["Metrics"];
    assert_eq!(metrics[0]["Name"], "ClientRecoveries");

    recover(&latchkey, "00000000000040008000000000000001")
        .await
        .unwrap_err();
    let line = latchkey.lines.take_one();
    assert_eq!(line["outcome"], "failed");
    assert_eq!(line["cause"], "no App Client has this ID");
    assert_eq!(line["audit"]["action"], "bootstrap:RecoverAppClient");
    assert_eq!(line["ClientRecoveries"], 1.0);
}

#[tokio::test]
async fn a_run_without_a_recovery_is_not_audited() {
    let latchkey = Latchkey::empty().await;
    invoke(&latchkey, &Aws::default(), json!({})).await.unwrap();
    let line = latchkey.lines.take_one();
    assert!(
        line.get("audit").is_none() && line.get("_aws").is_none(),
        "{line}"
    );
}
