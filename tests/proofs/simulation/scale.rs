//! The cost of many clients and of many simultaneous requests, without faults.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::simulation::cost::{Cost, deployment, named};
use crate::simulation::dice::Dice;
use crate::simulation::run::on_a_virtual_clock;
use crate::simulation::settings;
use crate::simulation::world::World;

/// In milliseconds.
const BUCKET: u64 = 60_000;
/// In milliseconds.
const HOUR: u64 = 3_600_000;

/// A token request to an instance at a time.
struct Request {
    /// Milliseconds from now.
    after: u64,
    /// Instance 0 is the administrator's.
    instance: usize,
    id: String,
    secret: String,
}

/// Sends all requests at their times.
async fn ask(world: &Arc<World>, requests: impl IntoIterator<Item = Request>) {
    let mut tasks = JoinSet::new();
    for request in requests {
        let world = Arc::clone(world);
        tasks.spawn(async move {
            sleep(Duration::from_millis(request.after)).await;
            let Request {
                instance,
                id,
                secret,
                ..
            } = request;
            world.token(instance, &id, &secret).await;
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
}

/// Waits for the next bucket boundary in true time.
async fn bucket_boundary(world: &World) {
    sleep(Duration::from_millis(BUCKET - world.log.now() % BUCKET)).await;
}

#[test]
fn many_clients_with_a_token_an_hour_each_cost_two_calls_a_token() {
    const INSTANCES: usize = 16;
    const HOURS: u64 = 3;
    let clients = settings::clients();
    let cost = on_a_virtual_clock(0, async {
        let (world, ..) = deployment(INSTANCES as u64).await;
        let mut dice = Dice::new(16);
        let mut requests = Vec::new();
        for _ in 0..clients {
            let (id, secret) = world.client(named("One of many", 200)).await;
            let second = dice.between(0, HOUR - 1);
            for hour in 0..HOURS {
                requests.push(Request {
                    after: hour * HOUR + second,
                    instance: 1 + usize::try_from(dice.between(0, INSTANCES as u64 - 1)).unwrap(),
                    id: id.clone(),
                    secret: secret.clone(),
                });
            }
        }
        let from = world.log.len();
        ask(&world, requests).await;
        Cost::since(&world, from)
    });
    cost.print(&format!(
        "{clients} clients with a token an hour each over {INSTANCES} instances"
    ));
    assert_eq!(cost.tokens as u64, clients * HOURS);
    // A client's first token on an instance reads the client. A later one finds the gate in another
    // bucket.
    let for_clients = cost.of("Query") + cost.of("UpdateItem");
    assert!(for_clients <= 2 * cost.tokens, "{cost}");
}

#[test]
fn sixty_four_workers_without_a_pause_get_exactly_the_quota_of_their_client() {
    const INSTANCES: usize = 16;
    const QUOTA: u64 = 2_000;
    let cost = on_a_virtual_clock(0, async {
        let (world, ..) = deployment(INSTANCES as u64).await;
        let (id, secret) = world.client(named("Shared", QUOTA)).await;
        let from = world.log.len();
        let mut workers = JoinSet::new();
        for worker in 0..64 {
            let (world, id, secret) = (Arc::clone(&world), id.clone(), secret.clone());
            workers.spawn(async move {
                while world
                    .token(1 + worker % INSTANCES, &id, &secret)
                    .await
                    .is_some()
                {}
            });
        }
        while let Some(done) = workers.join_next().await {
            done.unwrap();
        }
        Cost::since(&world, from)
    });
    cost.print("64 workers without a pause over 16 instances, until 429");
    assert_eq!(cost.tokens as u64, QUOTA);
    assert_eq!(cost.over_quota, 64);
}

#[test]
fn a_stampede_at_the_bucket_boundary_costs_each_request_at_most_one_more_write() {
    const INSTANCES: usize = 16;
    let cost = on_a_virtual_clock(0, async {
        let ahead = vec![0; INSTANCES + 1];
        let world = World::start(&mut Dice::new(0), &ahead).await;
        let (id, secret) = world.client(named("Stampede", 100_000)).await;
        let at_once = |of_each| {
            (0..INSTANCES * of_each).map(|number| Request {
                after: 0,
                instance: 1 + number % INSTANCES,
                id: id.clone(),
                secret: secret.clone(),
            })
        };
        ask(&world, at_once(1)).await;
        bucket_boundary(&world).await;
        let from = world.log.len();
        ask(&world, at_once(4)).await;
        Cost::since(&world, from)
    });
    cost.print("64 requests over 16 instances at the bucket boundary");
    assert_eq!(cost.tokens, 64);
    // Every request starts from the previous bucket; only the one that rolls the gate succeeds at
    // once.
    assert_eq!(cost.of("UpdateItem"), 64 + 63);
    assert_eq!(cost.of("Query"), 0);
}

#[test]
fn simultaneous_cold_starts_cost_three_calls_a_token_and_at_most_one_more_write() {
    const INSTANCES: usize = 64;
    let cost = on_a_virtual_clock(0, async {
        let (world, id, secret) = deployment(INSTANCES as u64).await;
        bucket_boundary(&world).await;
        let from = world.log.len();
        let requests = (1..=INSTANCES).map(|instance| Request {
            after: 0,
            instance,
            id: id.clone(),
            secret: secret.clone(),
        });
        ask(&world, requests).await;
        Cost::since(&world, from)
    });
    cost.print("64 cold instances, one request each for the same client");
    assert_eq!(cost.tokens, INSTANCES);
    assert_eq!(cost.of("GetSecretValue"), INSTANCES);
    assert_eq!(cost.of("Query"), INSTANCES);
    assert!(cost.failed_conditions() <= INSTANCES, "{cost}");
}
