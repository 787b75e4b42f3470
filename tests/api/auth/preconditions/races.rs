//! The write is conditional on the state that was compared, and knows itself when its response was
//! lost.

use reqwest::Response;
use serde_json::{Value, json};
use tests::aws::{Aws, Break};
use tests::{Client, Credentials, Service, body, text};

use super::{ask, client_with_tag, current, failed, name, rename, tag};
use crate::auth::{Api, client_path, not_found, refused};

/// Sends requests under `If-Match` with the current tag, while another instance renames the client
/// between their read and their write.
async fn overtaken(
    method: &str,
    path: impl Fn(&Client) -> String,
    fields: impl Fn(&str) -> Vec<(&'static str, String)>,
) -> (Api, Client, Response) {
    overtaken_by(renames, conflict, method, path, fields).await
}

fn conflict(aws: &Aws) {
    aws.break_always("TransactWriteItems", Break::Conflict);
}

async fn renames(other: &Service, admin: &str, client: &Client) {
    let name = json!({ "name": "Overtaker" });
    let renamed = other.patch(admin, &client.id, name).await;
    assert_eq!(renamed.status(), 200);
}

async fn sets_the_quota(other: &Service, admin: &str, client: &Client) {
    let same = json!({ "tokenQuota": 7 });
    let changed = other.patch(admin, &client.id, same).await;
    assert_eq!(changed.status(), 200);
}

async fn disables(other: &Service, admin: &str, client: &Client) {
    let disabled = json!({ "description": "Why", "status": "disabled" });
    let changed = other.patch(admin, &client.id, disabled).await;
    assert_eq!(changed.status(), 200);
}

async fn rotates(other: &Service, admin: &str, client: &Client) {
    other.rotate(admin, client).await;
}

/// The same, while another instance does this, after a fault of the first attempt.
async fn overtaken_by(
    overtake: impl AsyncFn(&Service, &str, &Client),
    fault: impl Fn(&Aws),
    method: &str,
    path: impl Fn(&Client) -> String,
    fields: impl Fn(&str) -> Vec<(&'static str, String)>,
) -> (Api, Client, Response) {
    let api = Api::start().await;
    let (client, tag) = client_with_tag(&api).await;
    let other = api.latchkey.instance().await;
    let fields = fields(&tag);
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let aws = &api.service.aws;
    aws.calls();
    // The next attempt comes after the other change.
    fault(aws);
    let mut change = json!({ "data": {
        "type": "auth/app-clients", "id": client.id, "attributes": { "tokenQuota": 7 }
    } });
    if method == "PUT" {
        change["data"]["attributes"]["name"] = json!("Replaced");
        change["data"]["relationships"] = api.shown(&client.id).await["relationships"].take();
    }
    let document = ["PATCH", "PUT"].contains(&method).then_some(&change);
    let path = path(&client);
    let request = ask(&api, method, &path, &fields, document);
    let overtakes = async {
        while !aws.calls().iter().any(|call| call == "TransactWriteItems") {
            tokio::task::yield_now().await;
        }
        overtake(&other, &api.admin, &client).await;
        aws.calls();
        let _ = api.latchkey.lines.take();
        aws.recover();
    };
    let (response, ()) = tokio::join!(request, overtakes);
    (api, client, response)
}

fn expects(tag: &str) -> Vec<(&'static str, String)> {
    vec![("if-match", tag.to_owned())]
}

fn rotation(client: &Client) -> String {
    client_path(&client.id) + "/rotate-secret"
}

fn one(client: &Client) -> String {
    client_path(&client.id)
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn a_change_of_the_expected_state_that_is_overtaken_gets_412() {
    let (api, client, response) = overtaken("PATCH", one, expects).await;
    failed(response, "If-Match").await;
    let attributes = api.shown(&client.id).await["attributes"].take();
    assert_eq!(
        (&attributes["name"], &attributes["tokenQuota"]),
        (&json!("Overtaker"), &json!(200))
    );
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn a_change_of_any_state_that_is_overtaken_applies_to_the_new_one() {
    for fields in [vec![], vec![("if-match", "*".to_owned())]] {
        let (api, client, response) = overtaken("PATCH", one, |_| fields.clone()).await;
        assert_eq!(response.status(), 200);
        let attributes = api.shown(&client.id).await["attributes"].take();
        let found = (&attributes["name"], &attributes["tokenQuota"]);
        assert_eq!(found, (&json!("Overtaker"), &json!(7)));
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn a_replacement_that_is_overtaken_applies_to_the_new_state_or_gets_412() {
    let overtaken = overtaken_by(disables, conflict, "PUT", one, |_| vec![]);
    let (api, client, response) = overtaken.await;
    assert_eq!(response.status(), 200);
    let found = api.shown(&client.id).await["attributes"].take();
    assert_eq!(found["name"], "Replaced");
    assert_eq!(found["description"], "");
    assert_eq!(found["status"], "disabled");
    let overtaken = overtaken_by(disables, conflict, "PUT", one, expects);
    let (api, client, response) = overtaken.await;
    failed(response, "If-Match").await;
    assert_eq!(
        api.shown(&client.id).await["attributes"]["description"],
        "Why"
    );
}

/// Another request makes the same change first: nothing is left to change.
#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn a_change_that_is_overtaken_by_the_same_one_writes_nothing() {
    let overtaken = overtaken_by(sets_the_quota, conflict, "PATCH", one, |_| vec![]);
    let (api, client, response) = overtaken.await;
    let calls = api.service.aws.calls();
    assert_eq!(response.status(), 200);
    let made = calls.iter().filter(|call| *call == "TransactWriteItems");
    // The attempt whose condition fails.
    assert_eq!(made.count(), 1, "{calls:?}");
    assert_eq!(calls.last().map(String::as_str), Some("GetItem"));
    let line = api.latchkey.lines.take_one();
    assert_eq!(line["audit"]["changed"], json!({}));
    assert_eq!(tag(&response), current(&api, &one(&client)).await);
    assert_eq!(body(response).await["data"], api.shown(&client.id).await);

    let overtaken = overtaken_by(sets_the_quota, conflict, "PATCH", one, expects);
    let (api, client, response) = overtaken.await;
    failed(response, "If-Match").await;
    assert_eq!(api.shown(&client.id).await["attributes"]["tokenQuota"], 7);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn a_rotation_of_the_expected_state_that_is_overtaken_gets_412() {
    let (api, client, response) = overtaken("POST", rotation, expects).await;
    failed(response, "If-Match").await;
    assert!(api.accepts(&client.credentials).await);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn a_rotation_that_meets_another_change_of_the_client_tries_again() {
    for fields in [vec![], vec![("if-match", "*".to_owned())]] {
        let (api, client, response) = overtaken("POST", rotation, |_| fields.clone()).await;
        assert_eq!(response.status(), 200);
        assert_eq!(name(&api, &client).await, "Overtaker");
        assert!(!api.accepts(&client.credentials).await);
        assert!(api.accepts(&credentials(&client, response).await).await);
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn a_rotation_that_meets_another_rotation_gets_409_and_rotates_nothing() {
    for fields in [vec![], vec![("if-match", "*".to_owned())]] {
        let fields = |_: &str| fields.clone();
        let overtaken = overtaken_by(rotates, conflict, "POST", rotation, fields);
        let (api, client, response) = overtaken.await;
        refused(response, 409, "secrets_changed", Value::Null).await;
        // The secret of the other rotation is the only one.
        let record = api.latchkey.table().record(&client.id).await;
        assert_eq!(record["secrets"]["L"].as_array().unwrap().len(), 1);
        assert!(!api.accepts(&client.credentials).await);
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn a_rotation_of_the_expected_state_that_meets_another_rotation_gets_412() {
    let overtaken = overtaken_by(rotates, conflict, "POST", rotation, expects);
    let (_api, _, response) = overtaken.await;
    failed(response, "If-Match").await;
}

/// The response to its write is lost, and another change follows before it can repeat the write.
#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn a_rotation_that_was_made_and_then_overtaken_returns_the_secret_that_works() {
    let lost = |aws: &Aws| {
        let mut breaks = vec![Break::ResponseLost];
        breaks.extend([Break::Conflict; 8]);
        aws.break_next("TransactWriteItems", &breaks);
    };
    let overtaken = overtaken_by(renames, lost, "POST", rotation, |_| Vec::new());
    let (api, client, response) = overtaken.await;
    assert_eq!(response.status(), 200);
    assert_eq!(name(&api, &client).await, "Overtaker");
    assert!(api.accepts(&credentials(&client, response).await).await);
}

/// The client's credentials with the secret in a response.
async fn credentials(client: &Client, response: Response) -> Credentials {
    Credentials {
        id: client.credentials.id.clone(),
        secret: text(&body(response).await["data"]["attributes"]["clientSecret"]),
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn a_deletion_of_the_expected_state_that_is_overtaken_gets_412() {
    let (api, client, response) = overtaken("DELETE", one, expects).await;
    failed(response, "If-Match").await;
    assert_eq!(name(&api, &client).await, "Overtaker");
    assert!(api.accepts(&client.credentials).await);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn a_deletion_of_any_state_that_is_overtaken_deletes_the_new_one() {
    for fields in [vec![], vec![("if-match", "*".to_owned())]] {
        let (api, client, response) = overtaken("DELETE", one, |_| fields.clone()).await;
        assert_eq!(response.status(), 204);
        not_found(api.get(&client_path(&client.id)).await).await;
    }
}

/// Breaks the connection after the first attempt is committed. The second attempt meets a conflict.
async fn lost(method: &str, path: impl Fn(&Client) -> String) -> (Api, Client, Response) {
    let api = Api::start().await;
    let (client, tag) = client_with_tag(&api).await;
    let document = rename(&client, "Other");
    let document = (method == "PATCH").then_some(&document);
    let breaks = [Break::ResponseLost, Break::Conflict];
    api.service.aws.break_next("TransactWriteItems", &breaks);
    let fields = [("if-match", tag.as_str())];
    let response = ask(&api, method, &path(&client), &fields, document).await;
    (api, client, response)
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn a_change_whose_response_was_lost_recognizes_its_own_state() {
    let (api, client, response) = lost("PATCH", one).await;
    assert_eq!(response.status(), 200);
    assert_eq!(
        tag(&response),
        current(&api, &client_path(&client.id)).await
    );
    assert_eq!(body(response).await["data"], api.shown(&client.id).await);
    assert_eq!(name(&api, &client).await, "Other");
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn a_rotation_whose_response_was_lost_returns_the_secret_that_works() {
    let (api, client, response) = lost("POST", rotation).await;
    assert_eq!(response.status(), 200);
    assert_eq!(
        tag(&response),
        current(&api, &client_path(&client.id)).await
    );
    let secret = text(&body(response).await["data"]["attributes"]["clientSecret"]);
    let id = client.credentials.id.clone();
    assert!(api.accepts(&Credentials { id, secret }).await);
}

/// Sends two requests under `If-Match` with the same tag at once, several times.
async fn at_once(method: &str, path: impl Fn(&Client) -> String, done: u16, other: u16) {
    let api = Api::start().await;
    for _ in 0..5 {
        let (client, tag) = client_with_tag(&api).await;
        let path = path(&client);
        let document = rename(&client, "Other");
        let document = (method == "PATCH").then_some(&document);
        let fields = [("if-match", tag.as_str())];
        let one = ask(&api, method, &path, &fields, document);
        let two = ask(&api, method, &path, &fields, document);
        let (one, two) = tokio::join!(one, two);
        let mut statuses = [one.status().as_u16(), two.status().as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [done, other]);
    }
}

#[tokio::test]
async fn of_two_people_who_rotate_at_once_one_gets_412() {
    at_once("POST", rotation, 200, 412).await;
}

#[tokio::test]
async fn of_two_people_who_change_a_client_at_once_one_gets_412() {
    at_once("PATCH", one, 200, 412).await;
}

#[tokio::test]
async fn of_two_people_who_delete_a_client_at_once_one_finds_it_gone() {
    at_once("DELETE", one, 204, 404).await;
}
