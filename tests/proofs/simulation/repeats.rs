//! Requests with idempotency keys, while answers are lost, instances crash, and other requests
//! supersede their secrets.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::simulation::answer::{Answer, Content};
use crate::simulation::ask::{Ask, Attributes, Bearer, Manage, Rotating, Terms};
use crate::simulation::checks;
use crate::simulation::dice::Dice;
use crate::simulation::log::Event;
use crate::simulation::network::Weather;
use crate::simulation::run::on_a_virtual_clock;
use crate::simulation::settings;
use crate::simulation::totals::Totals;
use crate::simulation::world::World;

#[test]
fn no_seed_repeats_a_change_or_loses_an_answer() {
    let seeds = match settings::seed() {
        Some(seed) => seed..seed + 1,
        None => 0..settings::seeds(),
    };
    let mut totals = Totals::default();
    for seed in seeds {
        let events = on_a_virtual_clock(seed, simulate(seed));
        if settings::seed().is_some() {
            print(&events);
        }
        if let Err(why) = checks::check(&events) {
            panic!("seed {seed}: {why}; replay with LATCHKEY_SIMULATION_SEED={seed}");
        }
        totals += Totals::of(&events);
    }
    println!("{totals}");
    let answers = |status: u16| totals.answers.get(&status).copied().unwrap_or_default();
    let has_all = answers(409) > 0 && answers(422) > 0 && totals.crashed > 0;
    assert!(settings::seed().is_some() || has_all);
}

fn print(events: &[Event]) {
    for Event { at, request, kind } in events {
        println!("{at:>9} ms, request {request:>3}: {kind:?}");
    }
}

/// A request that its caller repeats until it has an answer.
#[derive(Clone)]
struct Keyed {
    by: Bearer,
    manage: Manage,
    key: String,
}

async fn simulate(seed: u64) -> Vec<Event> {
    let mut dice = Dice::new(seed);
    let ahead: Vec<_> = (0..dice.between(2, 3))
        .map(|_| dice.between(0, 59))
        .collect();
    let world = World::start(&mut dice, &ahead).await;
    let mut administrators = vec![world.bootstrap.clone()];
    administrators.push(world.client(named("Administrator")).await);
    let mut clients = Vec::new();
    for _ in 0..2 {
        clients.push(world.client(named("Client")).await.0);
    }
    let mut keys = 0;
    for _ in 0..dice.between(3, 6) {
        let (id, secret) = dice.pick(&administrators).clone();
        let Some(by) = world.token(0, &id, &secret).await else {
            continue;
        };
        // Sometimes a key that was used before.
        if !dice.chance(200) {
            keys += 1;
        }
        let client = dice.pick(&clients).clone();
        let manage = change(&world, &mut dice, &client);
        let key = format!("key-{keys}");
        let keyed = Keyed { by, manage, key };
        world.network.set_weather(*dice.pick(&Weather::ALL));
        send_until_answered(&world, &mut dice, &keyed, &client).await;
        world.network.set_weather(Weather::CALM);
        // Late calls arrive.
        sleep(Duration::from_secs(40)).await;
        let answer = send(&world, &mut dice.fork(), &keyed, false).await;
        if let (Content::Client(shown), Some(secret)) = (&answer.content, answer.content.secret()) {
            world.token(0, &shown.id, secret).await;
        } else if let Some(secret) = answer.content.secret() {
            world.token(0, &client, secret).await;
        }
        if dice.chance(200) {
            // The key is kept for 24 hours, and then it is free.
            sleep(Duration::from_secs(*dice.pick(&[2, 25]) * 3_600)).await;
            if let Some(by) = world.token(0, &id, &secret).await {
                send(&world, &mut dice.fork(), &Keyed { by, ..keyed }, false).await;
            }
        }
    }
    world.log.take()
}

/// Several attempts, some of them at once.
async fn send_until_answered(world: &Arc<World>, dice: &mut Dice, keyed: &Keyed, client: &str) {
    let mut tasks = JoinSet::new();
    for _ in 0..dice.between(1, 4) {
        let (world, mut dice, mut keyed) = (Arc::clone(world), dice.fork(), keyed.clone());
        let client = client.to_owned();
        tasks.spawn(async move {
            let pause = *dice.pick(&[0, 30, 300, 20_000]);
            sleep(Duration::from_millis(dice.between(0, pause))).await;
            match dice.between(0, 9) {
                // Another request under the key.
                0 => {
                    keyed.manage = change(&world, &mut dice, &client);
                    send(&world, &mut dice, &keyed, false).await;
                }
                // A request without a key, which may supersede the secret.
                1 => {
                    let rotate = Manage::Rotate(client, Rotating::default());
                    let ask = Ask::Manage(keyed.by, rotate, Terms::default());
                    world.ask(0, ask).await;
                }
                _ => {
                    send(&world, &mut dice, &keyed, true).await;
                }
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
}

/// Sends a request with its key. The instance may crash.
async fn send(world: &World, dice: &mut Dice, keyed: &Keyed, may_crash: bool) -> Answer {
    let instances = world.count_instances() as u64;
    let instance = usize::try_from(dice.between(0, instances - 1)).unwrap();
    // A repeat is recognized before its precondition: this one never holds.
    let expected = dice.chance(100).then(|| "0".repeat(32));
    let terms = Terms {
        expected,
        key: Some(keyed.key.clone()),
    };
    let ask = Ask::Manage(keyed.by.clone(), keyed.manage.clone(), terms);
    if may_crash && dice.chance(400) {
        let after = Duration::from_millis(dice.between(0, 250));
        return world.ask_and_crash(instance, ask, after).await;
    }
    world.ask(instance, ask).await
}

fn change(world: &World, dice: &mut Dice, client: &str) -> Manage {
    let client = client.to_owned();
    match dice.between(0, 3) {
        0 => world.create(named(dice.pick::<&str>(&["New", "Other"]))),
        1 => {
            let ends = dice.chance(500).then(|| world.in_days(30));
            Manage::AddSecret(client, ends)
        }
        2 => Manage::Rotate(client, Rotating::default()),
        _ => {
            let overlap = Some(*dice.pick(&[3_600, 2_592_000]));
            Manage::Rotate(
                client,
                Rotating {
                    overlap,
                    ends: None,
                },
            )
        }
    }
}

fn named(name: &str) -> Attributes {
    Attributes {
        name: Some(name.to_owned()),
        ..Attributes::default()
    }
}
