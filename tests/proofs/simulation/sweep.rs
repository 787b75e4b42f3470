//! Fails every AWS call of every endpoint in turn, in every way: once, twice and always. A request with
//! an idempotency key succeeds when it is repeated.

mod endpoint;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{available_parallelism, scope};
use std::time::Duration;

use tokio::time::sleep;

use crate::simulation::answer::Content;
use crate::simulation::ask::{Ask, Manage, Terms};
use crate::simulation::checks;
use crate::simulation::dice::Dice;
use crate::simulation::log::EventKind;
use crate::simulation::network::{Fate, Plan};
use crate::simulation::run::on_a_virtual_clock;
use crate::simulation::world::World;
use endpoint::{Endpoint, Trial};

/// The number of consecutive failures of a call. The SDK makes three attempts.
const TIMES: [usize; 3] = [1, 2, usize::MAX];

#[test]
fn every_failing_call_is_retried_or_leads_to_503() {
    let (next, cases) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let cores = available_parallelism().map_or(1, usize::from);
    scope(|threads| {
        for _ in 0..cores {
            threads.spawn(|| {
                while let Some(endpoint) = Endpoint::ALL.get(next.fetch_add(1, Ordering::SeqCst)) {
                    cases.fetch_add(fail_every_call(*endpoint), Ordering::SeqCst);
                }
            });
        }
    });
    println!("{} cases", cases.into_inner());
}

/// Fails every call of an endpoint in turn. Returns the number of cases.
fn fail_every_call(endpoint: Endpoint) -> usize {
    let mut cases = 0;
    let calls = on_a_virtual_clock(0, calls(endpoint));
    for (number, operation) in calls.iter().enumerate() {
        let earlier = calls[..number].iter();
        let plan = Plan {
            operation: operation.clone(),
            after: earlier.filter(|other| *other == operation).count(),
            times: 0,
            fate: Fate::Fine,
        };
        let seed = number as u64;
        cases += on_a_virtual_clock(seed, fail(endpoint, plan, seed));
    }
    println!("{endpoint:?}: {}", calls.join(", "));
    cases
}

/// The calls of an endpoint without faults.
async fn calls(endpoint: Endpoint) -> Vec<String> {
    let world = World::start(&mut Dice::new(0), &[0]).await;
    let trial = endpoint.prepare(&world).await;
    let from = world.log.len();
    let answer = world.ask(trial.instance, trial.ask).await;
    assert_eq!(answer.status, endpoint.status(), "{endpoint:?}");
    world.log.since(from, |events| {
        let calls = events.iter().filter_map(|event| match &event.kind {
            EventKind::Called { operation, .. } => Some(operation.clone()),
            _ => None,
        });
        calls.collect()
    })
}

/// Fails one call in every way. Returns the number of cases.
async fn fail(endpoint: Endpoint, plan: Plan, seed: u64) -> usize {
    let world = World::start(&mut Dice::new(seed), &[0]).await;
    let mut cases = 0;
    for fate in Fate::ALL_FAULTS {
        if !fate.applies_to(&plan.operation) {
            continue;
        }
        for times in TIMES {
            let plan = Plan {
                fate,
                times,
                ..plan.clone()
            };
            let case = format!("{endpoint:?} with {plan:?}");
            let trial = endpoint.prepare(&world).await;
            world.network.set_plan(Some(plan));
            let answer = world.ask(trial.instance, trial.ask.clone()).await;
            world.network.set_plan(None);
            let always_fails = times == usize::MAX;
            // Two timeouts may use up the time limit of an AWS call.
            let may_be_503 = always_fails || (times > 1 && fate.is_silent());
            let is_normal = answer.status == endpoint.status() && !always_fails;
            let is_503 = answer.status == 503 && may_be_503;
            assert!(is_normal || is_503, "{case}: {answer:?}");
            // Late calls arrive.
            sleep(Duration::from_secs(8)).await;
            let answer = match &trial.ask {
                // Whatever happened, the request can be repeated.
                Ask::Manage(_, _, Terms { key: Some(_), .. }) => {
                    let again = world.ask(trial.instance, trial.ask.clone()).await;
                    assert_eq!(again.status, endpoint.status(), "{case}: {again:?}");
                    again
                }
                _ => answer,
            };
            let fresh = match &answer.content {
                Content::Client(shown) => shown
                    .secret
                    .clone()
                    .map(|secret| (shown.id.clone(), secret)),
                Content::Secret(shown, _) => shown
                    .secret
                    .clone()
                    .map(|secret| (trial.client.clone(), secret)),
                _ => None,
            };
            inspect(&world, &trial, fresh).await;
            cases += 1;
        }
    }
    world.manage(0, Manage::List).await.unwrap();
    if let Err(why) = checks::check(&world.log.take()) {
        panic!("{endpoint:?} with {plan:?}: {why}");
    }
    cases
}

/// Uses the client again without faults. The checks of the run verify the answers.
async fn inspect(world: &World, trial: &Trial, fresh: Option<(String, String)>) {
    let get = Manage::Get(trial.client.clone());
    world.manage(0, get).await.unwrap();
    for instance in [0, trial.instance] {
        world.token(instance, &trial.client, &trial.secret).await;
        if let Some((client, secret)) = &fresh {
            let token = world.token(instance, client, secret).await;
            assert!(token.is_some(), "a returned secret must authenticate");
        }
    }
}
