//! A program goes on while its secret is rotated.

use std::cell::RefCell;

use serde_json::json;
use tests::Credentials;

use super::rotate;
use crate::auth::Api;

const REQUESTS_A_SECOND: usize = 10;

/// The program sends ten requests a second to two instances. During second 5 its secret is rotated with
/// an overlap of 10 seconds, in the midst of its requests; it gets the new secret in second 11 and goes
/// on until second 20.
#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn no_request_of_a_program_fails_through_a_rotation_with_an_overlap() {
    let api = Api::start().await;
    let other = api.latchkey.instance().await;
    let client = api
        .client_with("Patient", json!({ "tokenQuota": 1_000 }))
        .await;
    let old = client.credentials.clone();
    let new: RefCell<Option<Credentials>> = RefCell::default();
    let mut current = old.clone();
    for second in 0..20 {
        if second == 11 {
            current = new.borrow().clone().unwrap();
        }
        let program = async {
            let mut issued = 0;
            // Two at once, so that some of them meet the rotation.
            for _ in 0..REQUESTS_A_SECOND / 2 {
                let both = tokio::join!(api.service.token(&current), other.token(&current));
                for response in [both.0, both.1] {
                    assert_eq!(response.status(), 200, "in second {second}");
                    issued += 1;
                }
            }
            assert_eq!(issued, REQUESTS_A_SECOND);
        };
        let operator = async {
            if second == 5 {
                let overlap = json!({ "overlapSeconds": 10 });
                *new.borrow_mut() = Some(rotate(&api, &client, overlap).await);
            }
        };
        tokio::join!(program, operator);
        // The old secret works until the overlap ends, and not a second longer.
        let works = api.accepts(&old).await;
        assert_eq!(works, second < 15, "in second {second}");
        api.latchkey.clock.advance(1);
    }
    assert!(!api.accepts(&old).await);
    assert!(api.accepts(&current).await);
}
