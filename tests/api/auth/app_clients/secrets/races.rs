//! A change of a client's secrets that meets another change of the client.

use reqwest::Response;
use serde_json::{Value, json};
use tests::aws::Break;
use tests::{BEGIN, Client, Credentials, Service, body, text};

use super::{DAY, Secret, add, added, document, first, ids, secret_path, secrets_path};
use crate::auth::{Api, client_path, not_found, refused};

/// Sends a request whose writes fail until another instance has done this.
async fn overtaken(
    api: &Api,
    overtake: impl AsyncFnOnce(&Service),
    request: (&str, &str, Option<&Value>),
) -> Response {
    let other = api.latchkey.instance().await;
    let aws = &api.service.aws;
    aws.calls();
    aws.break_always("TransactWriteItems", Break::Conflict);
    let (method, path, document) = request;
    let request = api.ask(method, path, document);
    let overtakes = async {
        while !aws.calls().iter().any(|call| call == "TransactWriteItems") {
            tokio::task::yield_now().await;
        }
        overtake(&other).await;
        aws.recover();
    };
    tokio::join!(request, overtakes).0
}

/// A client with two secrets.
async fn with_two(api: &Api) -> (Client, Secret, Secret) {
    let client = api.client().await;
    let one = first(api, &client).await;
    let other = add(api, &client, json!({})).await;
    (client, one, other)
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn a_third_secret_that_meets_a_rotation_gets_409_and_adds_nothing() {
    let api = Api::start().await;
    let (client, ..) = with_two(&api).await;
    let rotates = async |other: &Service| {
        let rotated = other.rotate(&api.admin, &client).await;
        assert!(api.accepts(&rotated).await);
    };
    let request = ("POST", &*secrets_path(&client), None);
    let response = overtaken(&api, rotates, request).await;
    refused(response, 409, "secrets_changed", Value::Null).await;
    assert_eq!(ids(&api, &client).await.len(), 1);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn a_rotation_with_an_overlap_that_meets_an_addition_gets_409_and_rotates_nothing() {
    let api = Api::start().await;
    let client = api.client().await;
    let adds = async |other: &Service| {
        let path = secrets_path(&client);
        let added = other.manage(&api.admin, "POST", &path, None).await;
        assert_eq!(added.status(), 201);
    };
    let path = client_path(&client.id) + "/rotate-secret";
    let attributes = json!({ "overlapSeconds": 60 });
    let document = json!({ "data": { "type": "auth/app-clients", "attributes": attributes } });
    let response = overtaken(&api, adds, ("POST", &path, Some(&document))).await;
    refused(response, 409, "secrets_changed", Value::Null).await;
    assert_eq!(ids(&api, &client).await.len(), 2);
    assert!(api.accepts(&client.credentials).await);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn an_addition_that_meets_another_change_of_the_client_tries_again() {
    let api = Api::start().await;
    let client = api.client().await;
    let renames = async |other: &Service| {
        let name = json!({ "name": "Overtaker" });
        let renamed = other.patch(&api.admin, &client.id, name).await;
        assert_eq!(renamed.status(), 200);
    };
    let request = ("POST", &*secrets_path(&client), None);
    let response = overtaken(&api, renames, request).await;
    let (second, _) = added(&client, response).await;
    assert!(api.accepts(&second.credentials).await);
    assert!(api.accepts(&client.credentials).await);
    let name = api.shown(&client.id).await["attributes"]["name"].take();
    assert_eq!(name, "Overtaker");
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn an_addition_whose_response_was_lost_returns_the_secret_that_works() {
    let api = Api::start().await;
    let client = api.client().await;
    let breaks = [Break::ResponseLost, Break::Conflict];
    api.service.aws.break_next("TransactWriteItems", &breaks);
    let response = api.ask("POST", &secrets_path(&client), None).await;
    let (second, document) = added(&client, response).await;
    assert!(document.get("meta").is_none());
    assert_eq!(ids(&api, &client).await[1..], [second.id]);
    assert!(api.accepts(&second.credentials).await);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn a_change_or_deletion_of_a_secret_that_meets_a_rotation_does_not_find_it() {
    for method in ["PATCH", "DELETE"] {
        let api = Api::start().await;
        let (client, one, _) = with_two(&api).await;
        let rotates = async |other: &Service| {
            other.rotate(&api.admin, &client).await;
        };
        let change = document(json!({ "expiresAt": BEGIN + 90 * DAY }));
        let document = (method == "PATCH").then_some(&change);
        let path = secret_path(&client, &one.id);
        not_found(overtaken(&api, rotates, (method, &path, document)).await).await;
        assert_eq!(ids(&api, &client).await.len(), 1);
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn a_change_or_deletion_of_a_secret_that_meets_the_others_deletion_applies() {
    for method in ["PATCH", "DELETE"] {
        let api = Api::start().await;
        let (client, one, two) = with_two(&api).await;
        let deletes = async |other: &Service| {
            let path = secret_path(&client, &two.id);
            let deleted = other.manage(&api.admin, "DELETE", &path, None).await;
            assert_eq!(deleted.status(), 204);
        };
        let change = document(json!({ "expiresAt": BEGIN + 90 * DAY }));
        let document = (method == "PATCH").then_some(&change);
        let path = secret_path(&client, &one.id);
        let response = overtaken(&api, deletes, (method, &path, document)).await;
        assert!(response.status().is_success(), "{method}");
        let left = ids(&api, &client).await;
        assert_eq!(left.len(), usize::from(method == "PATCH"));
        assert!(!api.accepts(&two.credentials).await);
    }
}

/// However the two interleave, every secret that an answer has given out and not replaced works.
#[tokio::test]
async fn a_third_secret_and_a_rotation_at_once_leave_what_their_answers_say() {
    let api = Api::start().await;
    for _ in 0..5 {
        let (client, ..) = with_two(&api).await;
        let path = secrets_path(&client);
        let rotation = client_path(&client.id) + "/rotate-secret";
        let (adds, rotates) = tokio::join!(
            api.ask("POST", &path, None),
            api.ask("POST", &rotation, None),
        );
        let statuses = (adds.status().as_u16(), rotates.status().as_u16());
        assert!(
            [(201, 200), (201, 409), (409, 200)].contains(&statuses),
            "{statuses:?}"
        );
        let mut working = 0;
        for response in [adds, rotates] {
            if response.status() == 409 {
                refused(response, 409, "secrets_changed", Value::Null).await;
                continue;
            }
            let secret = text(&body(response).await["data"]["attributes"]["clientSecret"]);
            let id = client.credentials.id.clone();
            working += usize::from(api.accepts(&Credentials { id, secret }).await);
        }
        // After a rotation, every live secret comes from an answer.
        let live = ids(&api, &client).await.len();
        let expected = if statuses.1 == 200 { live } else { 1 };
        assert_eq!(working, expected, "{statuses:?}");
    }
}
