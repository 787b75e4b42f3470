//! Every AWS call of every endpoint is failed in turn, in every way: once, twice and always.

mod endpoint;

use std::time::Duration;

use tokio::time::sleep;

use crate::simulation::answer::Said;
use crate::simulation::ask::Manage;
use crate::simulation::checks;
use crate::simulation::dice::Dice;
use crate::simulation::log::What;
use crate::simulation::network::{Fate, Plan};
use crate::simulation::run::on_a_clock_of_its_own;
use crate::simulation::world::World;
use endpoint::{Endpoint, Trial};

/// How often in a row a call fails; it is tried three times.
const TIMES: [usize; 3] = [1, 2, usize::MAX];

#[test]
fn every_call_of_every_endpoint_may_fail_once_or_twice_unnoticed_and_always_with_503() {
    let mut cases = 0;
    for endpoint in Endpoint::EVERY {
        let calls = on_a_clock_of_its_own(0, calls(endpoint));
        for (number, operation) in calls.iter().enumerate() {
            let earlier = calls[..number].iter();
            let plan = Plan {
                operation: operation.clone(),
                after: earlier.filter(|other| *other == operation).count(),
                times: 0,
                fate: Fate::Fine,
            };
            let seed = number as u64;
            cases += on_a_clock_of_its_own(seed, fail(endpoint, plan, seed));
        }
        println!("{endpoint:?}: {}", calls.join(", "));
    }
    println!("{cases} cases");
}

/// The calls that an endpoint makes when nothing goes wrong.
async fn calls(endpoint: Endpoint) -> Vec<String> {
    let world = World::start(0, &mut Dice::new(0), &[0]).await;
    let trial = endpoint.prepare(&world).await;
    let from = world.log.len();
    let answer = world.ask(trial.instance, trial.ask).await;
    assert_eq!(answer.status, endpoint.status(), "{endpoint:?}");
    world.log.since(from, |events| {
        let calls = events.iter().filter_map(|event| match &event.what {
            What::Called { operation, .. } => Some(operation.clone()),
            _ => None,
        });
        calls.collect()
    })
}

/// Fails one call in every way; how many cases that was.
async fn fail(endpoint: Endpoint, plan: Plan, seed: u64) -> usize {
    let world = World::start(seed, &mut Dice::new(seed), &[0]).await;
    let mut cases = 0;
    for fate in Fate::EVERY_FAULT {
        if !fate.befalls(&plan.operation) {
            continue;
        }
        for times in TIMES {
            let plan = Plan {
                fate,
                times,
                ..plan.clone()
            };
            let what = format!("{endpoint:?} with {plan:?}");
            let trial = endpoint.prepare(&world).await;
            world.network.set_plan(Some(plan));
            let answer = world.ask(trial.instance, trial.ask.clone()).await;
            world.network.set_plan(None);
            let nothing_can_be_done = times == usize::MAX;
            // Two silences may last as long as a call of AWS has.
            let may_be_given_up = nothing_can_be_done || (times > 1 && fate.is_silent());
            let is_as_ever = answer.status == endpoint.status() && !nothing_can_be_done;
            let is_given_up = answer.status == 503 && may_be_given_up;
            assert!(is_as_ever || is_given_up, "{what}: {answer:?}");
            // What is late arrives.
            sleep(Duration::from_secs(8)).await;
            let fresh = match &answer.said {
                Said::Client(shown) => shown
                    .secret
                    .clone()
                    .map(|secret| (shown.id.clone(), secret)),
                _ => None,
            };
            look(&world, &trial, fresh).await;
            cases += 1;
        }
    }
    world.manage(0, Manage::List).await.unwrap();
    if let Err(why) = checks::check(&world.log.take()) {
        panic!("{endpoint:?} with {plan:?}: {why}");
    }
    cases
}

/// Looks at the client with AWS whole again; the checks of every run judge what is seen.
async fn look(world: &World, trial: &Trial, fresh: Option<(String, String)>) {
    let get = Manage::Get(trial.client.clone());
    world.manage(0, get).await.unwrap();
    for instance in [0, trial.instance] {
        world.token(instance, &trial.client, &trial.secret).await;
        if let Some((client, secret)) = &fresh {
            let token = world.token(instance, client, secret).await;
            assert!(token.is_some(), "a secret that was handed out is good");
        }
    }
}
