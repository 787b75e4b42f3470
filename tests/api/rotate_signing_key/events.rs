//! Events that the function refuses, and events that change nothing.

use serde_json::{Value, json};
use tests::Latchkey;

use super::{STEPS, arn, ask, begin, invoke, published, rotate, secret_keys, step, token, version};

/// Asserts that the event is refused for this reason and changes nothing.
async fn assert_refused(latchkey: &Latchkey, event: Value, reason: &str) {
    let before = (secret_keys(latchkey), published(latchkey).await);
    let refusal = invoke(latchkey, event.clone()).await.unwrap_err();
    assert!(refusal.contains(reason), "{event}: {refusal}");
    assert_eq!((secret_keys(latchkey), published(latchkey).await), before);
}

#[tokio::test]
async fn an_event_that_is_neither_a_step_nor_an_emergency_is_refused() {
    let (latchkey, _service) = Latchkey::start().await;
    let secret = arn(&latchkey);
    for event in [
        Value::Null,
        json!([]),
        json!("createSecret"),
        json!({}),
        json!({ "Step": "createSecret" }),
        json!({ "Step": "createSecret", "SecretId": secret }),
        json!({ "Step": "createSecret", "ClientRequestToken": token(1) }),
        json!({ "Step": "CreateSecret", "SecretId": secret, "ClientRequestToken": token(1) }),
        json!({ "Step": "dropSecret", "SecretId": secret, "ClientRequestToken": token(1) }),
        json!({ "Step": "createSecret", "SecretId": 1, "ClientRequestToken": token(1) }),
    ] {
        assert_refused(&latchkey, event, "invalid event: ").await;
    }
}

#[tokio::test]
async fn an_emergency_needs_its_exact_event() {
    let (latchkey, _service) = Latchkey::start().await;
    for event in [
        json!({ "emergency": true }),
        json!({ "emergency": null }),
        json!({ "emergency": "" }),
        json!({ "emergency": "drop-every-key" }),
        json!({ "emergency": "drop-every-older-key", "but": "keep one" }),
    ] {
        assert_refused(&latchkey, event, "invalid event: ").await;
    }
}

#[tokio::test]
async fn another_secret_is_not_rotated() {
    let (latchkey, _service) = Latchkey::start().await;
    begin(&latchkey, &token(1));
    for name in STEPS {
        let mut event = step(&latchkey, name, &token(1));
        event["SecretId"] = "arn:aws:secretsmanager:us-east-1:000000000000:secret:other".into();
        assert_refused(&latchkey, event, "this function rotates a different secret").await;
    }
}

#[tokio::test]
async fn a_step_before_create_secret_is_refused() {
    let (latchkey, _service) = Latchkey::start().await;
    begin(&latchkey, &token(1));
    for name in ["setSecret", "finishSecret"] {
        let event = step(&latchkey, name, &token(1));
        assert_refused(&latchkey, event, "the secret version has no value").await;
    }
}

#[tokio::test]
async fn a_step_for_a_version_that_is_not_pending_is_refused() {
    let (latchkey, _service) = Latchkey::start().await;
    for name in &STEPS[1..] {
        let event = step(&latchkey, name, &token(7));
        assert_refused(&latchkey, event, "the requested version is not pending").await;
    }
}

#[tokio::test]
async fn the_steps_of_an_earlier_rotation_are_refused() {
    let (latchkey, _service) = Latchkey::start().await;
    rotate(&latchkey, &token(1)).await.unwrap();
    rotate(&latchkey, &token(2)).await.unwrap();
    rotate(&latchkey, &token(3)).await.unwrap();
    // The version before the current one still has a label; the one before that has none.
    for (name, number) in STEPS.iter().flat_map(|name| [(name, 1), (name, 2)]) {
        let event = step(&latchkey, name, &token(number));
        assert_refused(&latchkey, event, "the requested version is not pending").await;
    }
    assert_eq!(version(&latchkey, "AWSCURRENT"), Some(token(3)));
}

#[tokio::test]
async fn a_deployment_without_a_key_cannot_be_rotated() {
    let latchkey = Latchkey::empty().await;
    begin(&latchkey, &token(1));
    for name in STEPS {
        let refusal = invoke(&latchkey, step(&latchkey, name, &token(1))).await;
        assert!(
            refusal
                .unwrap_err()
                .contains("check that bootstrap has run")
        );
    }
    assert_eq!(version(&latchkey, "AWSCURRENT"), None);
}

#[tokio::test]
async fn an_unreadable_current_version_is_not_rotated() {
    for text in [
        "",
        "{}",
        r#"{"keys":[]}"#,
        r#"{"keys":[{"algorithm":"ES256"}]}"#,
    ] {
        let (latchkey, _service) = Latchkey::start().await;
        let damaged = json!({ "ClientRequestToken": token(9), "SecretString": text });
        ask(&latchkey, "PutSecretValue", damaged).unwrap();
        let before = published(&latchkey).await;
        rotate(&latchkey, &token(1)).await.unwrap_err();
        assert_eq!(version(&latchkey, "AWSCURRENT"), Some(token(9)));
        assert_eq!(published(&latchkey).await, before);
    }
}

/// For a new schedule, Secrets Manager runs only the third step, with a version that it then
/// removes.
#[tokio::test]
async fn a_test_of_the_schedule_succeeds_and_changes_nothing() {
    let (latchkey, _service) = Latchkey::start().await;
    let before = (secret_keys(&latchkey), published(&latchkey).await);
    begin(&latchkey, &token(1));
    let test = step(&latchkey, "testSecret", &token(1));
    invoke(&latchkey, test.clone()).await.unwrap();
    let copy = latchkey.secret(local::Stack::SIGNING_KEYS).unwrap();
    let copy = json!({
        "ClientRequestToken": token(1), "SecretString": copy, "VersionStages": ["AWSPENDING"],
    });
    ask(&latchkey, "PutSecretValue", copy).unwrap();
    invoke(&latchkey, test).await.unwrap();
    assert_eq!((secret_keys(&latchkey), published(&latchkey).await), before);
    assert_eq!(version(&latchkey, "AWSPENDING"), Some(token(1)));
}

/// Pending versions whose new key signs too early, leaves a gap, is missing from the key set, or is
/// unusable.
#[tokio::test]
async fn an_invalid_version_does_not_become_current() {
    for (reason, damage) in [
        ("before every verifier can fetch it", 0),
        ("without a signing key", 1),
        ("missing from the key set", 2),
        ("a key is unusable", 3),
    ] {
        let (latchkey, _service) = Latchkey::start().await;
        let current = version(&latchkey, "AWSCURRENT").unwrap();
        let (other, _other) = Latchkey::start().await;
        begin(&latchkey, &token(1));
        let create = step(&latchkey, "createSecret", &token(1));
        invoke(&latchkey, create).await.unwrap();
        let pending = ask(
            &latchkey,
            "GetSecretValue",
            json!({ "VersionId": token(1) }),
        );
        let pending = pending.unwrap();
        let mut keys: Value =
            serde_json::from_str(pending["SecretString"].as_str().unwrap()).unwrap();
        match damage {
            0 => keys["keys"][1]["signs_from"] = (tests::BEGIN + 7_000).into(),
            1 => keys["keys"][0]["signs_until"] = (tests::BEGIN + 7_000).into(),
            2 => {
                let foreign = other.secret(local::Stack::SIGNING_KEYS).unwrap();
                let foreign: Value = serde_json::from_str(&foreign).unwrap();
                keys["keys"][1]["private_key"] = foreign["keys"][0]["private_key"].clone();
            }
            _ => keys["keys"][1]["private_key"] = "AAAA".into(),
        }
        let put = json!({
            "ClientRequestToken": token(2), "SecretString": keys.to_string(),
            "VersionStages": ["AWSPENDING"],
        });
        ask(&latchkey, "PutSecretValue", put).unwrap();
        for name in ["testSecret", "finishSecret"] {
            let event = step(&latchkey, name, &token(2));
            let refusal = invoke(&latchkey, event).await.unwrap_err();
            assert!(refusal.contains(reason), "{refusal}");
        }
        assert_eq!(version(&latchkey, "AWSCURRENT"), Some(current));
    }
}
