//! An outage of Secrets Manager, while strangers and a client ask every second.

use std::time::Duration;

use tokio::time::sleep;

use crate::simulation::answer::Content;
use crate::simulation::ask::Ask;
use crate::simulation::checks;
use crate::simulation::checks::keys::least_pause;
use crate::simulation::cost::deployment;
use crate::simulation::log::EventKind;
use crate::simulation::network::{Fate, Plan};
use crate::simulation::run::on_a_virtual_clock;

/// The number of rounds of requests, with a second between them.
const ROUNDS: u64 = 900;
/// An instance that is cold when the outage begins, and one that is warm.
const INSTANCES: [usize; 2] = [1, 2];

/// The most calls of one instance in the outage, in milliseconds: three for each read.
fn most_calls(outage: u64) -> usize {
    let (mut reads, mut at) = (0, 0);
    while at <= outage {
        reads += 1;
        at += least_pause(reads);
    }
    3 * usize::try_from(reads).unwrap()
}

#[test]
fn while_secrets_manager_fails_an_instance_makes_few_calls_whoever_asks() {
    for fate in [Fate::Failed, Fate::Throttled, Fate::Unreached] {
        on_a_virtual_clock(0, async {
            let (world, id, secret) = deployment(2).await;
            let foreign = world.bootstrap.1.clone();
            world.token(2, &id, &secret).await.unwrap();
            let plan = Plan {
                operation: "GetSecretValue".to_owned(),
                after: 0,
                times: usize::MAX,
                fate,
            };
            world.network.set_plan(Some(plan));
            let (from, began) = (world.log.len(), world.log.now());
            let mut tokens = 0;
            for _ in 0..ROUNDS {
                for instance in INSTANCES {
                    for client in [&id, "00000000-0000-4000-8000-000000000000"] {
                        let (client, secret) = (client.to_owned(), foreign.clone());
                        let ask = Ask::Token { client, secret };
                        assert_eq!(world.ask(instance, ask).await.status, 401);
                    }
                    assert_eq!(world.ask(instance, Ask::KeySet).await.status, 200);
                    tokens += u64::from(world.token(instance, &id, &secret).await.is_some());
                }
                sleep(Duration::from_secs(1)).await;
            }
            // The warm instance signs until its keys are five minutes old.
            assert!((200..=300).contains(&tokens), "{tokens}");
            let calls = world.log.since(from, |events| {
                let reads = events.iter().filter(|event| {
                    matches!(&event.kind, EventKind::Called { operation, .. }
                        if operation == "GetSecretValue")
                });
                reads.count()
            });
            let lasted = world.log.now() - began;
            let most = INSTANCES.len() * most_calls(lasted);
            println!("{fate:?}: {calls} calls in {lasted} ms of outage, at most {most}");
            // When its budget for retries is used up, the SDK makes one attempt instead of three.
            assert!((most / 6..=most).contains(&calls), "{calls}, {most}");
            world.network.set_plan(None);
            sleep(Duration::from_secs(32)).await;
            for instance in INSTANCES {
                let (client, secret) = (id.clone(), secret.clone());
                let answer = world.ask(instance, Ask::Token { client, secret }).await;
                assert!(matches!(answer.content, Content::Token(_)), "{answer:?}");
            }
            checks::check(&world.log.take()).unwrap();
        });
    }
}
