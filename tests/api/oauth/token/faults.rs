//! Promise 7 at the token endpoint: an AWS fault may cost the token, but never the response.
//! Promise 3 under faults: fewer tokens than the quota may be issued, never more.

use reqwest::Response;
use serde_json::json;
use tests::aws::Break;
use tests::{Client, Latchkey, Service};

use super::{issued, refused};

const BREAKS: [Break; 5] = [
    Break::Throttled,
    Break::InternalError,
    Break::Unreached,
    Break::ResponseLost,
    Break::Conflict,
];

/// The longest pause after a failed read of the keys, in seconds.
const LONGEST_PAUSE: u64 = 32;

/// Whether a token was issued; otherwise asserts a 503 with `Retry-After`.
async fn is_token(response: Response) -> bool {
    if response.status() == 200 {
        issued(response).await;
        return true;
    }
    let wait = response.headers()["retry-after"].to_str().unwrap();
    assert!(wait.parse::<u64>().unwrap() >= 1);
    refused(response, 503, "temporarily_unavailable").await;
    false
}

/// The state of an instance before a request.
#[derive(Clone, Copy, Debug)]
enum State {
    /// It has had no request.
    Cold,
    /// It has cached the client and its gate.
    Warm,
    /// Its keys are stale, and the gate has to roll.
    Stale,
    /// The client has changed since it was cached.
    Changed,
}

const STATES: [State; 4] = [State::Cold, State::Warm, State::Stale, State::Changed];

impl State {
    /// Starts an instance in this state, and creates a client that can still get `quota` tokens.
    async fn reach(self, latchkey: &Latchkey, service: &Service, quota: u64) -> (Service, Client) {
        let admin = service.admin_token().await;
        let spent = u64::from(!matches!(self, Self::Cold));
        let attributes = json!({ "tokenQuota": quota + spent });
        let client = service
            .create_client(&admin, "Builder Admin", attributes)
            .await;
        let instance = latchkey.instance().await;
        if spent == 1 {
            issued(instance.token(&client.credentials).await).await;
        }
        if matches!(self, Self::Stale) {
            latchkey.clock.advance(330);
        }
        if matches!(self, Self::Changed) {
            let change = json!({ "name": "Other" });
            assert_eq!(
                service.patch(&admin, &client.id, change).await.status(),
                200
            );
        }
        instance.aws.calls();
        (instance, client)
    }

    /// The number of AWS calls for one token in this state.
    async fn calls(self, latchkey: &Latchkey, service: &Service) -> usize {
        let (instance, client) = self.reach(latchkey, service, 1).await;
        issued(instance.token(&client.credentials).await).await;
        instance.aws.calls().len()
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn a_call_that_fails_once_leads_to_a_token_or_a_well_formed_503() {
    let (latchkey, service) = Latchkey::start().await;
    for state in STATES {
        for number in 0..state.calls(&latchkey, &service).await {
            for how in BREAKS {
                let (instance, client) = state.reach(&latchkey, &service, 5).await;
                instance.aws.break_nth(number, how, false);
                is_token(instance.token(&client.credentials).await).await;
                instance.aws.recover();
                latchkey.clock.advance(LONGEST_PAUSE);
                issued(instance.token(&client.credentials).await).await;
            }
        }
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn no_token_is_issued_while_calls_keep_failing() {
    let (latchkey, service) = Latchkey::start().await;
    for state in STATES {
        for number in 0..state.calls(&latchkey, &service).await {
            for how in BREAKS {
                let (instance, client) = state.reach(&latchkey, &service, 8).await;
                instance.aws.break_nth(number, how, true);
                let token = is_token(instance.token(&client.credentials).await).await;
                assert!(
                    !token,
                    "{state:?}: call {number} and all later ones: {how:?}"
                );
                // The instance recovers. Each failed attempt has counted at most one token.
                instance.aws.recover();
                latchkey.clock.advance(LONGEST_PAUSE);
                issued(instance.token(&client.credentials).await).await;
            }
        }
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn no_fault_issues_more_tokens_than_the_quota() {
    const QUOTA: u64 = 3;
    let (latchkey, service) = Latchkey::start().await;
    for state in STATES {
        for number in 0..state.calls(&latchkey, &service).await {
            for how in BREAKS {
                let (instance, client) = state.reach(&latchkey, &service, QUOTA).await;
                let mut tokens = 0;
                for attempt in 0..2 * QUOTA {
                    // The first request makes the calls of its state; the later ones are warm.
                    let number = if attempt == 0 { number } else { 0 };
                    instance.aws.break_nth(number, how, attempt % 3 == 2);
                    let response = instance.token(&client.credentials).await;
                    if response.status() == 429 {
                        refused(response, 429, "too_many_requests").await;
                    } else {
                        tokens += u64::from(is_token(response).await);
                    }
                    latchkey.clock.advance(LONGEST_PAUSE);
                }
                instance.aws.recover();
                while instance.token(&client.credentials).await.status() == 200 {
                    tokens += 1;
                }
                assert!(
                    tokens <= QUOTA,
                    "{state:?}: call {number}: {how:?}: {tokens}"
                );
            }
        }
    }
}

/// A write whose response is lost may have counted. That count uses quota, and nothing else does.
#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn a_lost_response_uses_only_the_quota_that_it_counted() {
    let (latchkey, service) = Latchkey::start().await;
    let (instance, client) = State::Warm.reach(&latchkey, &service, 2).await;
    instance
        .aws
        .break_next("UpdateItem", &[Break::ResponseLost]);
    assert!(is_token(instance.token(&client.credentials).await).await);
    instance.aws.recover();
    let next = instance.token(&client.credentials).await;
    refused(next, 429, "too_many_requests").await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn a_failed_read_is_not_reported_as_a_wrong_secret() {
    let (latchkey, service) = Latchkey::start().await;
    let (instance, client) = State::Warm.reach(&latchkey, &service, 5).await;
    let mut wrong = client.credentials.clone();
    wrong.secret = service.bootstrap.secret.clone();
    instance.aws.break_always("Query", Break::InternalError);
    assert!(!is_token(instance.token(&wrong).await).await);
    instance.aws.recover();
    refused(instance.token(&wrong).await, 401, "invalid_client").await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn a_warm_instance_needs_secrets_manager_only_when_its_keys_are_stale() {
    let (latchkey, service) = Latchkey::start().await;
    let (instance, client) = State::Warm.reach(&latchkey, &service, 5).await;
    instance
        .aws
        .break_always("GetSecretValue", Break::InternalError);
    assert!(is_token(instance.token(&client.credentials).await).await);
    latchkey.clock.advance(300);
    assert!(!is_token(instance.token(&client.credentials).await).await);
}
