//! The cost of a token by kind of client, without faults.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::simulation::cost::{Cost, deployment};
use crate::simulation::dice::Dice;
use crate::simulation::run::on_a_virtual_clock;

#[test]
fn a_client_with_one_token_an_hour_over_many_instances_costs_three_calls_a_token() {
    let cost = on_a_virtual_clock(0, async {
        let (world, id, secret) = deployment(8).await;
        let from = world.log.len();
        for hour in 0..48 {
            world.token(1 + hour % 8, &id, &secret).await.unwrap();
            sleep(Duration::from_secs(3_600)).await;
        }
        Cost::since(&world, from)
    });
    cost.print("one token an hour over 8 instances");
    // Every instance reads its keys again for each token, and the client only once. After that, its
    // first write fails because another instance rolled the bucket; the response contains the
    // current gate for the second write.
    assert_eq!(cost.of("GetSecretValue"), 48);
    assert_eq!(cost.of("Query"), 8);
    assert_eq!(cost.of("UpdateItem"), 8 + 2 * 40);
    assert_eq!(cost.all(), 3 * 48);
}

#[test]
fn a_busy_client_on_one_instance_costs_one_call_a_token() {
    let cost = on_a_virtual_clock(0, async {
        let (world, id, secret) = deployment(1).await;
        let from = world.log.len();
        for _ in 0..360 {
            world.token(1, &id, &secret).await.unwrap();
            sleep(Duration::from_secs(10)).await;
        }
        Cost::since(&world, from)
    });
    cost.print("busy on one instance");
    // In addition to the counts, the keys are read every five minutes.
    assert_eq!(cost.of("UpdateItem"), 360);
    assert_eq!(cost.of("Query"), 1);
    assert_eq!(cost.of("GetSecretValue"), 12);
    assert_eq!(cost.all(), 360 + 1 + 12);
}

#[test]
fn a_client_shared_by_64_workers_costs_little_more_than_one_call_a_token() {
    const INSTANCES: usize = 4;
    let cost = on_a_virtual_clock(0, async {
        let (world, id, secret) = deployment(INSTANCES as u64).await;
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
        Cost::since(&world, from)
    });
    cost.print("shared by 64 workers over 4 instances");
    assert_eq!(cost.tokens, 64 * 20);
    // In each bucket, each instance finds the gate in another bucket at least once.
    let failed = cost.of("UpdateItem") - cost.tokens;
    println!("the condition failed in {failed} writes, which were retried");
    assert!(cost.all() * 10 < cost.tokens * 14);
}
