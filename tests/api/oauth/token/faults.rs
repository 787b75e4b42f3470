//! Promise 7 at the token endpoint: what AWS fails to do costs a token, never an answer; and
//! promise 3 under faults: fewer tokens may go out, never more.

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

/// Whether a token came; otherwise the answer asks to come again.
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

/// A way to an instance that is about to get a request.
#[derive(Clone, Copy, Debug)]
enum State {
    /// It has never seen a request.
    Cold,
    /// It knows the client, and its gate.
    Warm,
    /// It has to read its keys again, and the gate rolls.
    Stale,
    /// The client was changed since.
    Changed,
}

const STATES: [State; 4] = [State::Cold, State::Warm, State::Stale, State::Changed];

impl State {
    /// An instance in that state, and a client whose quota has room for `quota` tokens.
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

    /// How many calls a token costs from here.
    async fn calls(self, latchkey: &Latchkey, service: &Service) -> usize {
        let (instance, client) = self.reach(latchkey, service, 1).await;
        issued(instance.token(&client.credentials).await).await;
        instance.aws.calls().len()
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn a_call_that_breaks_once_leads_to_a_token_or_to_a_well_formed_refusal() {
    let (latchkey, service) = Latchkey::start().await;
    for state in STATES {
        for number in 0..state.calls(&latchkey, &service).await {
            for how in BREAKS {
                let (instance, client) = state.reach(&latchkey, &service, 5).await;
                instance.aws.break_nth(number, how, false);
                is_token(instance.token(&client.credentials).await).await;
                instance.aws.recover();
                issued(instance.token(&client.credentials).await).await;
            }
        }
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn calls_that_break_for_ever_let_no_token_out() {
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
                // Nothing broken stays behind, and the lost attempts have spent at most themselves.
                instance.aws.recover();
                issued(instance.token(&client.credentials).await).await;
            }
        }
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn no_more_tokens_than_the_quota_go_out_whatever_breaks() {
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

/// A count whose answer is lost may have been made; what is lost is spent, and no more than that.
#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn a_lost_answer_spends_what_it_counted() {
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
async fn a_failing_read_is_no_wrong_secret() {
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
async fn a_warm_instance_needs_secrets_manager_only_when_its_keys_are_old() {
    let (latchkey, service) = Latchkey::start().await;
    let (instance, client) = State::Warm.reach(&latchkey, &service, 5).await;
    instance
        .aws
        .break_always("GetSecretValue", Break::InternalError);
    assert!(is_token(instance.token(&client.credentials).await).await);
    latchkey.clock.advance(300);
    assert!(!is_token(instance.token(&client.credentials).await).await);
}
