//! `overlapSeconds`: the previous secret stays valid for a while.

use serde_json::{Value, json};
use tests::{BEGIN, Client, Credentials};

use super::{rotate, try_to_rotate};
use crate::auth::app_clients::secrets::{DAY, add, listed};
use crate::auth::{Api, pointer, refused};

/// The ends of a client's live secrets, oldest first.
async fn ends(api: &Api, client: &Client) -> Vec<Value> {
    let listed = listed(api, client).await.into_iter();
    listed
        .map(|mut secret| secret["attributes"]["expiresAt"].take())
        .collect()
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn both_secrets_work_until_the_overlap_ends_on_every_warm_instance() {
    let api = Api::start().await;
    let other = api.latchkey.instance().await;
    let client = api.client().await;
    for service in [&api.service, &other] {
        service.access_token(&client.credentials).await;
    }
    let new = rotate(&api, &client, json!({ "overlapSeconds": 100 })).await;
    assert_eq!(ends(&api, &client).await, [json!(BEGIN + 100), Value::Null]);
    api.latchkey.clock.advance(99);
    for service in [&api.service, &other] {
        service.access_token(&client.credentials).await;
        service.access_token(&new).await;
    }
    api.latchkey.clock.advance(1);
    for service in [&api.service, &other] {
        let refused = service.token(&client.credentials).await;
        assert_eq!(refused.status(), 401);
        service.access_token(&new).await;
    }
    assert_eq!(ends(&api, &client).await, [Value::Null]);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "counts AWS calls")]
async fn a_warm_token_costs_one_call_with_one_or_two_secrets() {
    let api = Api::start().await;
    let client = api.client().await;
    let warm = async |credentials: &[&Credentials]| {
        // The first token after a change reads the client again.
        api.service.access_token(credentials[0]).await;
        for credentials in credentials {
            api.service.aws.calls();
            api.service.access_token(credentials).await;
            assert_eq!(api.service.aws.calls(), ["UpdateItem"]);
        }
    };
    let old = client.credentials.clone();
    warm(&[&old]).await;
    let new = rotate(&api, &client, json!({ "overlapSeconds": 100 })).await;
    warm(&[&old, &new]).await;
    let newest = rotate(&api, &client, json!({})).await;
    warm(&[&newest]).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs a second instance")]
async fn a_rotation_without_an_overlap_ends_both_secrets_at_once_on_every_warm_instance() {
    let api = Api::start().await;
    let other = api.latchkey.instance().await;
    for attributes in [json!({}), json!({ "overlapSeconds": 0 })] {
        let client = api.client().await;
        let second = add(&api, &client, json!({})).await.credentials;
        let former = [&client.credentials, &second];
        for service in [&api.service, &other] {
            for credentials in former {
                service.access_token(credentials).await;
            }
        }
        let new = rotate(&api, &client, attributes).await;
        for service in [&other, &api.service] {
            for credentials in former {
                assert_eq!(service.token(credentials).await.status(), 401);
            }
            service.access_token(&new).await;
        }
    }
}

#[tokio::test]
async fn an_overlap_keeps_the_newest_secret_and_drops_any_older_one() {
    let api = Api::start().await;
    let client = api.client().await;
    let second = add(&api, &client, json!({})).await.credentials;
    let new = rotate(&api, &client, json!({ "overlapSeconds": 3_600 })).await;
    assert!(!api.accepts(&client.credentials).await);
    assert!(api.accepts(&second).await);
    assert!(api.accepts(&new).await);
    assert_eq!(listed(&api, &client).await.len(), 2);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "writes into the table")]
async fn an_overlap_never_exceeds_the_secrets_own_end() {
    for (own, end) in [(100, 100), (5_000, 3_600)] {
        let api = Api::start().await;
        let client = api.client().await;
        let table = api.latchkey.table();
        table.set_secrets(&client, &[Some(BEGIN + own)]).await;
        rotate(&api, &client, json!({ "overlapSeconds": 3_600 })).await;
        assert_eq!(ends(&api, &client).await[0], BEGIN + end);
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn an_overlap_is_at_most_30_days() {
    let api = Api::start().await;
    let client = api.client().await;
    let new = rotate(&api, &client, json!({ "overlapSeconds": 30 * DAY })).await;
    assert_eq!(ends(&api, &client).await[0], BEGIN + 30 * DAY);
    for seconds in [
        json!(30 * DAY + 1),
        json!(365 * DAY),
        json!(u64::MAX),
        json!(-1),
        json!(1.5),
        json!("3600"),
        json!(null),
    ] {
        let attributes = json!({ "overlapSeconds": seconds });
        let response = try_to_rotate(&api, &client, attributes).await;
        let source = pointer("/data/attributes/overlapSeconds");
        refused(response, 422, "invalid_value", source).await;
    }
    assert!(api.accepts(&new).await);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "writes into the table")]
async fn an_overlap_on_a_client_without_a_live_secret_is_refused() {
    let api = Api::start().await;
    let client = api.client().await;
    for ends in [vec![], vec![Some(BEGIN)]] {
        api.latchkey.table().set_secrets(&client, &ends).await;
        let response = try_to_rotate(&api, &client, json!({ "overlapSeconds": 1 })).await;
        let source = pointer("/data/attributes/overlapSeconds");
        refused(response, 409, "nothing_to_overlap", source).await;
        assert!(listed(&api, &client).await.is_empty());
        let new = rotate(&api, &client, json!({ "overlapSeconds": 0 })).await;
        assert!(api.accepts(&new).await);
    }
}
