//! Lost answers and AWS faults: no fault leaves a key that blocks, and the repeat finds the answer.

use serde_json::json;
use tests::Credentials;
use tests::aws::Break;

use super::{Given, KEY, add, create, kept, made, named, rotate};
use crate::auth::trial::BREAKS;
use crate::auth::{Api, refused};

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn the_repeat_of_a_lost_creation_gets_its_client_and_secret() {
    let api = Api::start().await;
    let document = named(&api, "Nightly import").await;
    let aws = &api.service.aws;
    aws.break_always("TransactWriteItems", Break::ResponseLost);
    let lost = create(&api, KEY, &document).await;
    aws.recover();
    refused(lost, 503, "temporarily_unavailable", json!(null)).await;
    let repeat = Given::of(create(&api, KEY, &document).await).await;
    assert_eq!(repeat.status, 201);
    assert!(repeat.is_repeat);
    assert_eq!(made(&api).await, 1);
    assert!(api.accepts(&repeat.credentials()).await);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn the_repeat_of_a_lost_rotation_gets_its_secret() {
    let api = Api::start().await;
    let client = api.client().await;
    let aws = &api.service.aws;
    aws.break_always("TransactWriteItems", Break::ResponseLost);
    let lost = rotate(&api, KEY, &client.id).await;
    aws.recover();
    refused(lost, 503, "temporarily_unavailable", json!(null)).await;
    assert!(!api.accepts(&client.credentials).await);
    let repeat = Given::of(rotate(&api, KEY, &client.id).await).await;
    assert!(repeat.is_repeat);
    assert!(api.accepts(&repeat.credentials()).await);
}

/// The second attempt finds the item that the first one wrote.
#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn a_request_whose_own_write_was_lost_is_no_repeat() {
    let api = Api::start().await;
    let document = named(&api, "Nightly import").await;
    let client = api.client().await;
    let aws = &api.service.aws;
    // Each of them is sent again as a new transaction.
    let lost = [Break::ResponseLost, Break::Conflict];
    aws.break_next("TransactWriteItems", &lost);
    let created = Given::of(create(&api, KEY, &document).await).await;
    assert_eq!((created.status.as_u16(), created.is_repeat), (201, false));
    assert!(api.accepts(&created.credentials()).await);
    aws.break_next("TransactWriteItems", &lost);
    let rotated = Given::of(rotate(&api, KEY_OF_ROTATION, &client.id).await).await;
    assert_eq!((rotated.status.as_u16(), rotated.is_repeat), (200, false));
    assert!(api.accepts(&rotated.credentials()).await);
}

const KEY_OF_ROTATION: &str = "rotation";

/// The requests that can be repeated.
#[derive(Clone, Copy, PartialEq)]
enum Asks {
    Create,
    Rotate,
    Add,
}

/// Tries a request under each fault in each of its calls, once and permanently, then repeats it.
async fn is_repeatable_after_every_fault(asks: Asks) {
    let api = Api::start().await;
    let document = named(&api, "Nightly import").await;
    let aws = &api.service.aws;
    let mut number = 0;
    // The calls of a repeat: caller, role or client, transaction, item, client. The instance has the
    // pepper already.
    create(&api, "warm", &document).await;
    let warm = api.client().await;
    rotate(&api, "warm-rotation", &warm.id).await;
    for how in BREAKS {
        for (call, and_later) in (0..5).flat_map(|call| [(call, false), (call, true)]) {
            let client = api.client().await;
            let before = made(&api).await;
            number += 1;
            let key = format!("key-{number}");
            let ask = async || match asks {
                Asks::Create => create(&api, &key, &document).await,
                Asks::Rotate => rotate(&api, &key, &client.id).await,
                Asks::Add => add(&api, &key, &client.id).await,
            };
            aws.break_nth(call, how, and_later);
            let tried = ask().await;
            aws.recover();
            let case = format!("{how:?} in call {call}, {and_later}");
            let status = tried.status().as_u16();
            assert!([200, 201, 503].contains(&status), "{case}: {status}");
            let tried = (status != 503).then_some(tried);
            let repeat = Given::of(ask().await).await;
            if let Some(tried) = tried {
                let tried = Given::of(tried).await;
                assert!(repeat.is_repeat, "{case}");
                assert_eq!(tried.data, repeat.data, "{case}");
            }
            let credentials = Credentials {
                id: match asks {
                    Asks::Create => repeat.credentials().id,
                    Asks::Rotate | Asks::Add => client.credentials.id.clone(),
                },
                secret: repeat.secret(),
            };
            assert!(api.accepts(&credentials).await, "{case}");
            let keeps_former = asks != Asks::Rotate;
            assert_eq!(
                api.accepts(&client.credentials).await,
                keeps_former,
                "{case}"
            );
            assert_eq!(ask().await.status(), repeat.status, "{case}");
            let created = usize::from(asks == Asks::Create);
            assert_eq!(made(&api).await, before + created, "{case}");
        }
    }
    assert_eq!(kept(&api).await.len(), number + 2);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn a_creation_is_repeatable_after_every_fault() {
    is_repeatable_after_every_fault(Asks::Create).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn a_rotation_is_repeatable_after_every_fault() {
    is_repeatable_after_every_fault(Asks::Rotate).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn an_addition_is_repeatable_after_every_fault() {
    is_repeatable_after_every_fault(Asks::Add).await;
}
