//! Verifiers and instances before, during and after a rotation.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use tests::{BEGIN, Latchkey};

use super::watch::Watch;
use super::{
    STEPS, TWO_HOURS, begin, invoke, published, rotate, secret_keys, step, token, version,
};

const DAY: u64 = 86_400;

/// The claims of a token, unverified.
pub(super) fn claims(token: &str) -> Value {
    let claims = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap()
}

#[tokio::test]
async fn a_new_key_is_published_more_than_two_hours_before_it_signs() {
    let (latchkey, _service) = Latchkey::start().await;
    let before = secret_keys(&latchkey);
    rotate(&latchkey, &token(1)).await.unwrap();
    let after = secret_keys(&latchkey);
    assert_eq!(after.len(), 2);
    assert_eq!(after[0].kid, before[0].kid);
    assert_eq!(after[0].until, Some(after[1].from));
    assert_eq!(after[1].until, None);
    assert!(after[1].from >= BEGIN + TWO_HOURS + 60);
    assert!(after[1].from <= BEGIN + TWO_HOURS + 900);
    let expected = after.iter().map(|key| (key.kid.clone(), key.until));
    assert_eq!(published(&latchkey).await, expected.collect::<Vec<_>>());
    assert_eq!(version(&latchkey, "AWSCURRENT"), Some(token(1)));
}

#[tokio::test]
async fn every_token_around_a_rotation_is_accepted_with_a_key_set_cached_for_two_hours() {
    for algorithm in ["RS256", "ES256", "EdDSA"] {
        let (latchkey, service) =
            Latchkey::start_with(|options| options.parameters.set("SigningAlgorithm", algorithm))
                .await;
        let mut watch = Watch::new(&latchkey, &service).await;
        watch.pass(TWO_HOURS, 900).await;
        rotate(&latchkey, &token(1)).await.unwrap();
        watch.fetch().await;
        watch.issue().await;
        watch.pass(TWO_HOURS, 900).await;
        // Around the time when the new key takes over, with clocks one minute apart.
        watch.pass(840, 30).await;
        watch.wait(DAY + 3_600, 3_600).await;
        watch.pass(900, 450).await;
        watch.check().await;
        let keys = secret_keys(&latchkey);
        assert_eq!(published(&latchkey).await.len(), 2);
        assert!(watch.kids().contains(&keys[0].kid) && watch.kids().contains(&keys[1].kid));
    }
}

#[tokio::test]
async fn an_instance_signs_with_each_key_only_in_its_time() {
    let (latchkey, service) = Latchkey::start().await;
    let mut watch = Watch::new(&latchkey, &service).await;
    rotate(&latchkey, &token(1)).await.unwrap();
    watch.pass(TWO_HOURS, 1_200).await;
    watch.pass(840, 20).await;
    let keys = secret_keys(&latchkey);
    for seen in &watch.tokens {
        let key = keys.iter().find(|key| key.kid == seen.kid).unwrap();
        assert!(key.from <= seen.iat && key.until.is_none_or(|until| seen.iat < until));
    }
    assert_eq!(keys.len(), 2);
}

/// Instances read the secret every five minutes. After a late finish they still sign with the old
/// key, although the time of the new key has begun.
#[tokio::test]
async fn a_rotation_that_finishes_late_leaves_no_token_without_a_key() {
    for late in [TWO_HOURS + 330, 3 * DAY] {
        let (latchkey, service) = Latchkey::start().await;
        let mut watch = Watch::new(&latchkey, &service).await;
        watch.pass(600, 150).await;
        begin(&latchkey, &token(1));
        for name in &STEPS[..3] {
            invoke(&latchkey, step(&latchkey, name, &token(1)))
                .await
                .unwrap();
        }
        watch.pass(late, late / 10).await;
        invoke(&latchkey, step(&latchkey, STEPS[3], &token(1)))
            .await
            .unwrap();
        watch.fetch().await;
        watch.issue().await;
        watch.pass(900, 45).await;
        watch.wait(DAY + 3_600, 3_600).await;
        watch.pass(900, 450).await;
        watch.check().await;
        assert_eq!(watch.kids().last(), Some(&secret_keys(&latchkey)[1].kid));
    }
}

#[tokio::test]
async fn a_second_rotation_before_the_first_took_effect_leaves_no_token_without_a_key() {
    for pause in [0, 3_600, TWO_HOURS + 400] {
        let (latchkey, service) = Latchkey::start().await;
        let mut watch = Watch::new(&latchkey, &service).await;
        watch.pass(600, 150).await;
        rotate(&latchkey, &token(1)).await.unwrap();
        watch.pass(pause, 800).await;
        rotate(&latchkey, &token(2)).await.unwrap();
        watch.fetch().await;
        watch.pass(2 * TWO_HOURS, 400).await;
        watch.wait(DAY + 3_600, 3_600).await;
        watch.pass(900, 450).await;
        watch.check().await;
        let keys = secret_keys(&latchkey);
        assert_eq!(keys.len(), 3);
        assert_eq!(watch.kids().last(), Some(&keys[2].kid));
    }
}

#[tokio::test]
async fn years_of_rotations_leave_two_keys() {
    let (latchkey, service) = Latchkey::start().await;
    for number in 1..=8 {
        latchkey.clock.advance(90 * DAY);
        rotate(&latchkey, &token(number)).await.unwrap();
        assert_eq!(secret_keys(&latchkey).len(), 2);
        assert_eq!(published(&latchkey).await.len(), 2);
        service.admin_token().await;
    }
}

async fn service_token(latchkey: &Latchkey) -> String {
    latchkey.instance().await.admin_token().await
}

#[tokio::test]
async fn a_new_key_uses_the_algorithm_configured_at_the_rotation() {
    let (mut latchkey, service) = Latchkey::start().await;
    latchkey.change(|options| options.parameters.set("SigningAlgorithm", "EdDSA"));
    rotate(&latchkey, &token(1)).await.unwrap();
    let mut watch = Watch::new(&latchkey, &service).await;
    watch.pass(2 * TWO_HOURS, 600).await;
    watch.check().await;
    let new = service_token(&latchkey).await;
    let header = jsonwebtoken::decode_header(&new).unwrap();
    assert_eq!(header.alg, jsonwebtoken::Algorithm::EdDSA);
}
