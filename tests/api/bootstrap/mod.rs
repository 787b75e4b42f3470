//! Bootstrap: a second run changes nothing, and an interrupted run loses nothing.
#![expect(clippy::unwrap_used, reason = "a failing test panics")]

mod custom_resource;
mod recovery;

use local::Stack;
use serde_json::{Value, json};
use tests::aws::{Aws, Break};
use tests::{Latchkey, body, oauth_error};

/// Everything that bootstrap created, as a new instance and the secrets show it.
async fn state(latchkey: &Latchkey) -> Value {
    let service = latchkey.instance().await;
    let token = service.admin_token().await;
    let roles = body(service.manage(&token, "GET", "/auth/roles", None).await).await;
    let clients = body(
        service
            .manage(&token, "GET", "/auth/app-clients", None)
            .await,
    )
    .await;
    let keys = body(
        service
            .request("GET", "/.well-known/jwks.json")
            .send()
            .await
            .unwrap(),
    )
    .await;
    json!({
        "roles": roles, "clients": clients, "keys": keys,
        "signing": latchkey.secret(Stack::SIGNING_KEYS),
        "credentials": latchkey.secret(Stack::BOOTSTRAP_CREDENTIALS),
    })
}

#[tokio::test]
async fn the_first_client_is_a_builder_admin() {
    let (latchkey, _service) = Latchkey::start().await;
    let state = state(&latchkey).await;
    let clients = state["clients"]["data"].as_array().unwrap();
    assert_eq!(clients.len(), 1);
    let role = &clients[0]["relationships"]["auth/roles"]["data"]["id"];
    let roles = state["roles"]["data"].as_array().unwrap();
    let names: Vec<_> = roles
        .iter()
        .map(|role| &role["attributes"]["name"])
        .collect();
    assert_eq!(
        names,
        [
            "Builder Admin",
            "Care Team User",
            "Patient",
            "Permissionless"
        ]
    );
    assert_eq!(&roles[0]["id"], role);
}

#[tokio::test]
async fn a_second_run_changes_nothing() {
    let (latchkey, _service) = Latchkey::start().await;
    let before = state(&latchkey).await;
    latchkey.clock.advance(1_000);
    latchkey.bootstrap().await;
    assert_eq!(state(&latchkey).await, before);
}

#[tokio::test]
async fn a_second_run_does_not_restore_a_deleted_client_or_a_rotated_secret() {
    let (latchkey, service) = Latchkey::start().await;
    let admin = service.admin_token().await;
    latchkey.clock.advance(1);
    let other = service
        .create_client(&admin, "Builder Admin", json!({}))
        .await;
    let clients = body(
        service
            .manage(&admin, "GET", "/auth/app-clients", None)
            .await,
    )
    .await;
    let first = clients["data"][0]["id"].as_str().unwrap().to_owned();

    let path = format!("/auth/app-clients/{first}/rotate-secret");
    assert_eq!(
        service.manage(&admin, "POST", &path, None).await.status(),
        200
    );
    latchkey.bootstrap().await;
    let refused = service.token(&service.bootstrap).await;
    assert_eq!(oauth_error(refused).await, "invalid_client");

    let path = format!("/auth/app-clients/{first}");
    let token = service.access_token(&other.credentials).await;
    assert_eq!(
        service.manage(&token, "DELETE", &path, None).await.status(),
        204
    );
    latchkey.bootstrap().await;
    assert_eq!(
        service.manage(&token, "GET", &path, None).await.status(),
        404
    );
}

#[tokio::test]
async fn a_run_interrupted_at_any_call_is_completed_by_the_next() {
    let complete = Aws::default();
    Latchkey::empty()
        .await
        .try_bootstrap(&complete)
        .await
        .unwrap();
    for number in 0..complete.calls().len() {
        for how in [Break::Unreached, Break::ResponseLost, Break::InternalError] {
            let latchkey = Latchkey::empty().await;
            let aws = Aws::default();
            aws.break_nth(number, how, true);
            latchkey.try_bootstrap(&aws).await.unwrap_err();
            let left = latchkey.secret(Stack::BOOTSTRAP_CREDENTIALS);
            let keys = latchkey.secret(Stack::SIGNING_KEYS);

            latchkey.bootstrap().await;
            let after = state(&latchkey).await;
            if let Some(left) = left {
                assert_eq!(after["credentials"], left, "call {number}, {how:?}");
            }
            if let Some(keys) = keys {
                assert_eq!(after["signing"], keys, "call {number}, {how:?}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_runs_create_one_of_everything() {
    let latchkey = Latchkey::empty().await;
    tokio::join!(
        latchkey.bootstrap(),
        latchkey.bootstrap(),
        latchkey.bootstrap()
    );
    let state = state(&latchkey).await;
    assert_eq!(state["clients"]["data"].as_array().unwrap().len(), 1);
    assert_eq!(state["keys"]["keys"].as_array().unwrap().len(), 1);
}
