//! The emergency rotation, for a key that has leaked.

use jsonwebtoken::decode_header;
use local::Stack;
use serde_json::{Value, json};
use tests::aws::{Aws, Break};
use tests::{Latchkey, Service};

use super::{
    STEPS, ask, begin, invoke, published, rotate, secret_keys, step, token, try_invoke, version,
};

fn emergency() -> Value {
    json!({ "emergency": "drop-every-older-key" })
}

fn kid(token: &str) -> String {
    decode_header(token).unwrap().kid.unwrap()
}

/// Asserts that the secret and the key set have one key, the same, and returns its `kid`.
async fn only_key(latchkey: &Latchkey) -> String {
    let mut keys = secret_keys(latchkey);
    assert_eq!(keys.len(), 1);
    let key = keys.remove(0);
    assert_eq!(key.until, None);
    assert_eq!(published(latchkey).await, [(key.kid.clone(), None)]);
    key.kid
}

async fn is_accepted(service: &Service, token: &str) -> bool {
    let response = service.manage(token, "GET", "/auth/roles", None).await;
    assert!([200, 401].contains(&response.status().as_u16()));
    response.status() == 200
}

#[tokio::test]
async fn only_a_new_key_remains_and_it_signs_at_once() {
    let (latchkey, _service) = Latchkey::start().await;
    rotate(&latchkey, &token(1)).await.unwrap();
    let leaked = secret_keys(&latchkey);
    invoke(&latchkey, emergency()).await.unwrap();
    let new = only_key(&latchkey).await;
    assert!(leaked.iter().all(|key| key.kid != new));
    let cold = latchkey.instance().await;
    let issued = cold.admin_token().await;
    assert_eq!(kid(&issued), new);
    assert!(is_accepted(&cold, &issued).await);
}

#[tokio::test]
async fn an_instance_with_a_clock_one_minute_behind_signs_with_it_at_once() {
    let (latchkey, _service) = Latchkey::start().await;
    invoke(&latchkey, emergency()).await.unwrap();
    let behind = tests::TestClock::at(latchkey.clock.now() - 60);
    let behind = latchkey.instance_with_clock(&behind).await;
    assert_eq!(kid(&behind.admin_token().await), only_key(&latchkey).await);
}

#[tokio::test]
async fn within_five_minutes_every_instance_signs_with_it_and_rejects_older_tokens() {
    let (latchkey, warm) = Latchkey::start().await;
    let old = warm.admin_token().await;
    assert!(is_accepted(&warm, &old).await);
    invoke(&latchkey, emergency()).await.unwrap();
    latchkey.clock.advance(299);
    // The keys that it has cached are not yet five minutes old.
    assert_eq!(kid(&warm.admin_token().await), kid(&old));
    assert!(is_accepted(&warm, &old).await);
    latchkey.clock.advance(1);
    let new = warm.admin_token().await;
    assert_eq!(kid(&new), only_key(&latchkey).await);
    assert!(!is_accepted(&warm, &old).await);
    assert!(is_accepted(&warm, &new).await);
}

#[tokio::test]
async fn an_instance_with_the_old_key_set_accepts_a_new_token() {
    let (latchkey, warm) = Latchkey::start().await;
    assert!(is_accepted(&warm, &warm.admin_token().await).await);
    invoke(&latchkey, emergency()).await.unwrap();
    // For an unknown key it reads the key set again, but not within ten seconds.
    latchkey.clock.advance(10);
    let new = latchkey.instance().await.admin_token().await;
    assert!(is_accepted(&warm, &new).await);
}

#[tokio::test]
async fn a_rotation_in_progress_does_not_restore_a_key() {
    for done in 1..=3 {
        let (latchkey, _service) = Latchkey::start().await;
        begin(&latchkey, &token(1));
        for name in &STEPS[..done] {
            invoke(&latchkey, step(&latchkey, name, &token(1)))
                .await
                .unwrap();
        }
        invoke(&latchkey, emergency()).await.unwrap();
        let new = only_key(&latchkey).await;
        for name in STEPS {
            let refusal = invoke(&latchkey, step(&latchkey, name, &token(1))).await;
            assert!(
                refusal
                    .unwrap_err()
                    .contains("the requested version is not pending")
            );
        }
        assert_eq!(only_key(&latchkey).await, new);
        rotate(&latchkey, &token(2)).await.unwrap();
        assert_eq!(secret_keys(&latchkey)[0].kid, new);
    }
}

/// As if createSecret read the old version before the emergency and stored its own after it.
#[tokio::test]
async fn a_version_based_on_a_dropped_one_never_becomes_current() {
    let (latchkey, _service) = Latchkey::start().await;
    begin(&latchkey, &token(1));
    let create = step(&latchkey, "createSecret", &token(1));
    invoke(&latchkey, create).await.unwrap();
    let made = ask(
        &latchkey,
        "GetSecretValue",
        json!({ "VersionId": token(1) }),
    )
    .unwrap();
    invoke(&latchkey, emergency()).await.unwrap();
    let new = only_key(&latchkey).await;
    for (number, name) in STEPS.iter().enumerate() {
        let late = token(10 + number);
        let put = json!({
            "ClientRequestToken": late, "SecretString": made["SecretString"],
            "VersionStages": ["AWSPENDING"],
        });
        ask(&latchkey, "PutSecretValue", put).unwrap();
        let refusal = invoke(&latchkey, step(&latchkey, name, &late)).await;
        assert!(refusal.unwrap_err().contains("rotate again"), "{name}");
        // The version does not block the next rotation.
        assert_eq!(version(&latchkey, "AWSPENDING"), None);
        assert_eq!(only_key(&latchkey).await, new);
    }
    rotate(&latchkey, &token(2)).await.unwrap();
    assert_eq!(secret_keys(&latchkey)[0].kid, new);
}

#[tokio::test]
async fn an_emergency_interrupted_at_any_call_fails_closed_and_can_be_repeated() {
    let complete = Aws::default();
    let (latchkey, _service) = Latchkey::start().await;
    try_invoke(&latchkey, &complete, emergency()).await.unwrap();
    for number in 0..complete.calls().len() {
        for how in [Break::Unreached, Break::ResponseLost, Break::InternalError] {
            let (latchkey, service) = Latchkey::start().await;
            let old = service.admin_token().await;
            let aws = Aws::default();
            aws.break_nth(number, how, true);
            try_invoke(&latchkey, &aws, emergency()).await.unwrap_err();
            // Either nothing has changed, or tokens of the leaked key are rejected.
            let published = published(&latchkey).await;
            let is_published = published.iter().any(|(name, _)| *name == kid(&old));
            let cold = latchkey.instance().await;
            assert_eq!(is_accepted(&cold, &old).await, is_published);
            assert!(number > 1 || how == Break::ResponseLost || is_published);
            assert!(number < 2 || !is_published);

            invoke(&latchkey, emergency()).await.unwrap();
            let new = only_key(&latchkey).await;
            let cold = latchkey.instance().await;
            assert!(!is_accepted(&cold, &old).await);
            let issued = cold.admin_token().await;
            assert_eq!(kid(&issued), new);
            assert!(is_accepted(&cold, &issued).await);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_emergencies_succeed_only_if_the_signing_key_is_published() {
    for _ in 0..20 {
        let (latchkey, _service) = Latchkey::start().await;
        let (one, other) = tokio::join!(
            invoke(&latchkey, emergency()),
            invoke(&latchkey, emergency())
        );
        if one.is_ok() && other.is_ok() {
            only_key(&latchkey).await;
        }
        invoke(&latchkey, emergency()).await.unwrap();
        only_key(&latchkey).await;
    }
}

#[tokio::test]
async fn an_emergency_replaces_an_unreadable_secret() {
    let (latchkey, _service) = Latchkey::start().await;
    let damaged = json!({ "ClientRequestToken": token(9), "SecretString": "{}" });
    ask(&latchkey, "PutSecretValue", damaged).unwrap();
    invoke(&latchkey, emergency()).await.unwrap();
    let new = only_key(&latchkey).await;
    let issued = latchkey.instance().await.admin_token().await;
    assert_eq!(kid(&issued), new);
    assert!(latchkey.secret(Stack::SIGNING_KEYS).is_some());
}

#[tokio::test]
async fn an_emergency_overtaken_on_every_attempt_fails_and_can_be_repeated() {
    let (latchkey, _service) = Latchkey::start().await;
    let aws = Aws::default();
    aws.break_always("PutItem", Break::ConditionFailed);
    let failed = try_invoke(&latchkey, &aws, emergency()).await.unwrap_err();
    assert_eq!(
        failed,
        "PutItem conflicted with other writes on every attempt"
    );
    let writes = aws.calls().into_iter().filter(|call| call == "PutItem");
    assert_eq!(writes.count(), 10);
    invoke(&latchkey, emergency()).await.unwrap();
    only_key(&latchkey).await;
}
