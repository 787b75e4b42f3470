//! `POST /auth/app-clients/{id}/secrets`

use reqwest::Response;
use serde_json::{Value, json};
use tests::{Client, Credentials, body, text};

use super::{KEY, OTHER_KEY, add, additions, kept, refused_for_its_key, rotate, send};
use crate::auth::{Api, header, refused};

/// The parts of the answer that a repeat must have, too.
#[derive(Debug, PartialEq)]
struct Added {
    location: String,
    id: String,
    secret: String,
    replaced: Value,
}

impl Added {
    /// The answer, and whether it says that the request was a repeat.
    async fn of(response: Response) -> (Self, bool) {
        assert_eq!(response.status(), 201);
        let is_repeat = response.headers().contains_key("idempotency-replayed");
        let location = response.headers()["location"].to_str().unwrap().to_owned();
        let document = body(response).await;
        let added = Self {
            location,
            id: text(&document["data"]["id"]),
            secret: text(&document["data"]["attributes"]["clientSecret"]),
            replaced: document["meta"]["replaced"]["id"].clone(),
        };
        (added, is_repeat)
    }

    fn credentials(&self, client: &Client) -> Credentials {
        Credentials {
            id: client.credentials.id.clone(),
            secret: self.secret.clone(),
        }
    }
}

/// The number of live secrets.
async fn live(api: &Api, client: &Client) -> usize {
    let listed = body(api.get(&additions(&client.id)).await).await;
    listed["data"].as_array().unwrap().len()
}

#[tokio::test]
async fn a_repeat_gets_the_same_secret_and_adds_nothing() {
    let api = Api::start().await;
    let client = api.client().await;
    let (first, is_repeat) = Added::of(add(&api, KEY, &client.id).await).await;
    assert!(!is_repeat);
    for _ in 0..2 {
        let (repeat, is_repeat) = Added::of(add(&api, KEY, &client.id).await).await;
        assert!(is_repeat);
        assert_eq!(repeat, first);
    }
    assert_eq!(live(&api, &client).await, 2);
    assert!(api.accepts(&first.credentials(&client)).await);
    assert!(api.accepts(&client.credentials).await);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "reads the table")]
async fn a_repeat_names_the_secret_that_was_replaced() {
    let api = Api::start().await;
    let client = api.client().await;
    let (second, _) = Added::of(add(&api, OTHER_KEY, &client.id).await).await;
    let (third, _) = Added::of(add(&api, KEY, &client.id).await).await;
    assert_eq!(third.replaced, second.id);
    let (repeat, _) = Added::of(add(&api, KEY, &client.id).await).await;
    assert_eq!(repeat, third);
    let replaced = json!({ "S": second.id });
    let items = kept(&api).await;
    assert!(items.iter().any(|item| item["replaced"] == replaced));
    let superseded = add(&api, OTHER_KEY, &client.id).await;
    refused_for_its_key(superseded, 409, "result_unavailable").await;
    assert!(api.accepts(&third.credentials(&client)).await);
}

#[tokio::test]
async fn a_repeat_is_recognized_before_its_precondition() {
    let api = Api::start().await;
    let client = api.client().await;
    let tag = api.get(&additions(&client.id)).await.headers()["etag"].clone();
    let ask = async |key| {
        let fields = [
            ("idempotency-key", key),
            ("if-match", tag.to_str().unwrap()),
        ];
        send(&api, &api.admin, &additions(&client.id), &fields, None).await
    };
    let (first, _) = Added::of(ask(KEY).await).await;
    assert_eq!(Added::of(ask(KEY).await).await, (first, true));
    let other = ask(OTHER_KEY).await;
    refused(other, 412, "precondition_failed", header("If-Match")).await;
}

#[tokio::test]
async fn parallel_repeats_add_one_secret() {
    let api = Api::start().await;
    let client = api.client().await;
    let ask = async || Added::of(add(&api, KEY, &client.id).await).await;
    let (one, other, third) = tokio::join!(ask(), ask(), ask());
    assert_eq!((&one.0, &one.0), (&other.0, &third.0));
    let repeats = [one.1, other.1, third.1];
    assert_eq!(repeats.iter().filter(|is_repeat| **is_repeat).count(), 2);
    assert_eq!(live(&api, &client).await, 2);
}

/// During an overlap the added secret stays valid, so the repeat still gets it.
#[tokio::test]
async fn a_repeat_after_a_rotation_with_an_overlap_gets_its_secret() {
    let api = Api::start().await;
    let client = api.client().await;
    let (first, _) = Added::of(add(&api, KEY, &client.id).await).await;
    let overlap = json!({ "data": {
        "type": "auth/app-clients", "id": client.id, "attributes": { "overlapSeconds": 60 }
    } });
    let rotate_secret = super::rotation(&client.id);
    let rotated = api.ask("POST", &rotate_secret, Some(&overlap)).await;
    assert_eq!(rotated.status(), 200);
    let (repeat, is_repeat) = Added::of(add(&api, KEY, &client.id).await).await;
    assert!(is_repeat);
    assert_eq!(repeat.secret, first.secret);
    // The next rotation ends it.
    rotate(&api, OTHER_KEY, &client.id).await;
    let late = add(&api, KEY, &client.id).await;
    refused_for_its_key(late, 409, "result_unavailable").await;
}

#[tokio::test]
async fn an_addition_under_the_key_of_a_rotation_gets_422() {
    let api = Api::start().await;
    let client = api.client().await;
    rotate(&api, KEY, &client.id).await;
    let response = add(&api, KEY, &client.id).await;
    refused_for_its_key(response, 422, "idempotency_key_reused").await;
    assert_eq!(live(&api, &client).await, 1);
}
