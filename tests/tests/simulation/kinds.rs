//! What a token costs, by kind of client, while nothing goes wrong.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::ask::Attributes;
use crate::checks;
use crate::dice::Dice;
use crate::log::What;
use crate::run::on_a_clock_of_its_own;
use crate::world::World;

/// How often each operation was called for one client's tokens.
struct Cost {
    tokens: usize,
    calls: BTreeMap<String, usize>,
}

impl Cost {
    fn of(&self, operation: &str) -> usize {
        self.calls.get(operation).copied().unwrap_or(0)
    }

    fn all(&self) -> usize {
        self.calls.values().sum()
    }

    fn print(&self, kind: &str) {
        #[expect(clippy::cast_precision_loss, reason = "it is for people to read")]
        let ratio = self.all() as f64 / self.tokens as f64;
        println!(
            "{kind}: {ratio:.3} calls per token; {} tokens, {:?}",
            self.tokens, self.calls
        );
    }
}

/// A deployment with an instance for the administrator, which is the first, and so many more, whose
/// clocks differ by some seconds; and a client.
async fn world(instances: u64) -> (Arc<World>, String, String) {
    let ahead: Vec<_> = (0..=instances).map(|number| number * 7 % 50).collect();
    let world = World::start(0, &mut Dice::new(0), &ahead).await;
    let attributes = Attributes {
        name: Some("Counted".to_owned()),
        quota: Some(100_000),
        ..Attributes::default()
    };
    let (id, secret) = world.client(attributes).await;
    (world, id, secret)
}

/// Checks the run, and counts what was called since a place.
fn cost(world: &World, from: usize) -> Cost {
    let events = world.log.take();
    checks::check(&events).unwrap();
    let mut cost = Cost {
        tokens: 0,
        calls: BTreeMap::new(),
    };
    for event in &events[from..] {
        match &event.what {
            What::Called { operation, .. } => {
                *cost.calls.entry(operation.clone()).or_default() += 1;
            }
            What::Answered(answer) => {
                assert_eq!(answer.status, 200);
                cost.tokens += 1;
            }
            _ => {}
        }
    }
    cost
}

#[test]
fn a_client_with_one_token_an_hour_over_many_instances_costs_three_calls_a_token() {
    let cost = on_a_clock_of_its_own(0, async {
        let (world, id, secret) = world(8).await;
        let from = world.log.len();
        for hour in 0..48 {
            world.token(1 + hour % 8, &id, &secret).await.unwrap();
            sleep(Duration::from_secs(3_600)).await;
        }
        cost(&world, from)
    });
    cost.print("one token an hour over 8 instances");
    // Every instance reads its keys again, and the client the first time. Later its first write is
    // refused, because another has rolled the slot, and says what the second needs.
    assert_eq!(cost.of("GetSecretValue"), 48);
    assert_eq!(cost.of("Query"), 8);
    assert_eq!(cost.of("UpdateItem"), 8 + 2 * 40);
    assert_eq!(cost.all(), 3 * 48);
}

#[test]
fn a_client_that_is_busy_on_one_instance_costs_one_call_a_token() {
    let cost = on_a_clock_of_its_own(0, async {
        let (world, id, secret) = world(1).await;
        let from = world.log.len();
        for _ in 0..360 {
            world.token(1, &id, &secret).await.unwrap();
            sleep(Duration::from_secs(10)).await;
        }
        cost(&world, from)
    });
    cost.print("busy on one instance");
    // Beside the counts, the keys are read every five minutes.
    assert_eq!(cost.of("UpdateItem"), 360);
    assert_eq!(cost.of("Query"), 1);
    assert_eq!(cost.of("GetSecretValue"), 12);
    assert_eq!(cost.all(), 360 + 1 + 12);
}

#[test]
fn a_client_that_64_workers_share_over_several_instances_costs_little_more_than_one_call() {
    const INSTANCES: usize = 4;
    let cost = on_a_clock_of_its_own(0, async {
        let (world, id, secret) = world(INSTANCES as u64).await;
        let from = world.log.len();
        let mut workers = JoinSet::new();
        let mut dice = Dice::new(64);
        for worker in 0..64 {
            let (world, id, secret, mut dice) =
                (Arc::clone(&world), id.clone(), secret.clone(), dice.fork());
            workers.spawn(async move {
                for _ in 0..20 {
                    sleep(Duration::from_millis(dice.between(0, 60_000))).await;
                    world
                        .token(1 + worker % INSTANCES, &id, &secret)
                        .await
                        .unwrap();
                }
            });
        }
        while let Some(done) = workers.join_next().await {
            done.unwrap();
        }
        cost(&world, from)
    });
    cost.print("shared by 64 workers over 4 instances");
    assert_eq!(cost.tokens, 64 * 20);
    // In each slot each instance meets the gate in another one at least once.
    let refused = cost.of("UpdateItem") - cost.tokens;
    println!("of them, {refused} writes were refused and tried again");
    assert!(cost.all() * 10 < cost.tokens * 14);
}
