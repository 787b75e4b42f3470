//! Steps that are repeated, run concurrently, or run after the rotation has finished.

use tests::Latchkey;

use super::{STEPS, begin, invoke, published, rotate, secret_keys, step, token, version};

#[tokio::test]
async fn each_step_can_be_repeated_and_creates_one_key() {
    let (latchkey, _service) = Latchkey::start().await;
    begin(&latchkey, &token(1));
    for (done, name) in STEPS.iter().enumerate() {
        for name in STEPS[..=done].iter().chain([name, name]) {
            invoke(&latchkey, step(&latchkey, name, &token(1)))
                .await
                .unwrap();
            latchkey.clock.advance(1);
        }
    }
    assert_eq!(secret_keys(&latchkey).len(), 2);
    assert_eq!(published(&latchkey).await.len(), 2);
}

#[tokio::test]
async fn the_steps_of_a_finished_rotation_change_nothing() {
    let (latchkey, _service) = Latchkey::start().await;
    rotate(&latchkey, &token(1)).await.unwrap();
    let after = (secret_keys(&latchkey), published(&latchkey).await);
    latchkey.clock.advance(10_000);
    for name in STEPS {
        invoke(&latchkey, step(&latchkey, name, &token(1)))
            .await
            .unwrap();
    }
    rotate(&latchkey, &token(1)).await.unwrap();
    assert_eq!((secret_keys(&latchkey), published(&latchkey).await), after);
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_runs_of_a_step_create_one_key() {
    for _ in 0..10 {
        let (latchkey, _service) = Latchkey::start().await;
        begin(&latchkey, &token(1));
        for name in STEPS {
            let event = step(&latchkey, name, &token(1));
            let (one, other, third) = tokio::join!(
                invoke(&latchkey, event.clone()),
                invoke(&latchkey, event.clone()),
                invoke(&latchkey, event.clone())
            );
            // In the last step, one run moves the label and the others find that it has moved.
            assert!(one.is_ok() || other.is_ok() || third.is_ok(), "{name}");
        }
        assert_eq!(version(&latchkey, "AWSCURRENT"), Some(token(1)));
        assert_eq!(secret_keys(&latchkey).len(), 2);
        let kids = published(&latchkey).await;
        assert_eq!(
            kids.len(),
            2,
            "the keys of the losing runs must be withdrawn"
        );
    }
}
