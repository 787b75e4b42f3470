//! The write is conditional on the state that was compared, and knows itself when its response was
//! lost.

use reqwest::Response;
use serde_json::json;
use tests::aws::Break;
use tests::{Client, Credentials, body, text};

use super::{ask, client_with_tag, current, failed, name, rename, tag};
use crate::auth::{Api, client_path, not_found};

/// Sends requests under `If-Match` with the current tag, while another instance renames the client
/// between their read and their write.
async fn overtaken(
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
    // The first attempt meets a conflict, and the next one comes after the other change.
    aws.break_always("TransactWriteItems", Break::Conflict);
    let change = json!({ "data": {
        "type": "auth/app-clients", "id": client.id, "attributes": { "tokenQuota": 7 }
    } });
    let document = (method == "PATCH").then_some(&change);
    let path = path(&client);
    let request = ask(&api, method, &path, &fields, document);
    let overtakes = async {
        while !aws.calls().iter().any(|call| call == "TransactWriteItems") {
            tokio::task::yield_now().await;
        }
        let renamed = other
            .patch(&api.admin, &client.id, json!({ "name": "Overtaker" }))
            .await;
        assert_eq!(renamed.status(), 200);
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
async fn a_rotation_of_the_expected_state_that_is_overtaken_gets_412() {
    let (api, client, response) = overtaken("POST", rotation, expects).await;
    failed(response, "If-Match").await;
    assert!(api.accepts(&client.credentials).await);
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
