//! Administrators that delete, disable, demote and restore each other and themselves, at once and on
//! several instances, while calls fail and the index shows earlier states.

use std::sync::Arc;
use std::time::Duration;

use shared::model::ManagedRole;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::simulation::answer::Content;
use crate::simulation::ask::{Ask, Attributes, Bearer, Manage, Terms};
use crate::simulation::checks;
use crate::simulation::dice::Dice;
use crate::simulation::log::Event;
use crate::simulation::network::Weather;
use crate::simulation::run::on_a_virtual_clock;
use crate::simulation::settings;
use crate::simulation::totals::Totals;
use crate::simulation::world::World;

/// A client with its secret.
type Member = (String, String);

#[test]
fn no_seed_leaves_an_org_without_an_administrator() {
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
    assert!(settings::seed().is_some() || answers(409) > 0 && totals.stale > 0);
}

fn print(events: &[Event]) {
    for Event { at, request, kind } in events {
        println!("{at:>9} ms, request {request:>3}: {kind:?}");
    }
}

async fn simulate(seed: u64) -> Vec<Event> {
    let mut dice = Dice::new(seed);
    let ahead: Vec<_> = (0..dice.between(2, 4))
        .map(|_| dice.between(0, 59))
        .collect();
    let world = World::start(&mut dice, &ahead).await;
    let mut members = vec![world.bootstrap.clone()];
    for _ in 0..dice.between(1, 3) {
        members.push(world.client(administrator()).await);
    }
    for _ in 0..dice.between(4, 8) {
        let bearers = bearers(&world, &members).await;
        // Without an administrator the checks fail.
        if bearers.is_empty() {
            break;
        }
        world.network.set_weather(*dice.pick(&Weather::ALL));
        remove_at_once(&world, &mut dice, &bearers).await;
        world.network.set_weather(Weather::CALM);
        // Late calls arrive.
        sleep(Duration::from_secs(40)).await;
        restore(&world, &mut dice, &mut members).await;
    }
    world.log.take()
}

/// The access tokens of the clients that get one.
async fn bearers(world: &World, members: &[Member]) -> Vec<Bearer> {
    let mut bearers = Vec::new();
    for (id, secret) in members {
        bearers.extend(world.token(0, id, secret).await);
    }
    bearers
}

/// Some changes at once. Most of them end the administration of a client.
async fn remove_at_once(world: &Arc<World>, dice: &mut Dice, bearers: &[Bearer]) {
    let spread = *dice.pick(&[5, 50, 500]);
    let mut tasks = JoinSet::new();
    for _ in 0..dice.between(2, 7) {
        let by = dice.pick(bearers).clone();
        let of = dice.pick(bearers).owner.clone();
        let manage = match dice.between(0, 9) {
            0..=2 => Manage::Delete(of),
            3..=5 => Manage::Patch(of, enabled(false)),
            6..=7 => Manage::Give(of, ManagedRole::CareTeamUser.id().to_string()),
            8 => Manage::Patch(of, enabled(true)),
            _ => Manage::Give(of, world.role()),
        };
        let instances = world.count_instances() as u64;
        let instance = usize::try_from(dice.between(0, instances - 1)).unwrap();
        let (world, pause) = (Arc::clone(world), dice.between(0, spread));
        tasks.spawn(async move {
            sleep(Duration::from_millis(pause)).await;
            world
                .ask(instance, Ask::Manage(by, manage, Terms::default()))
                .await;
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
}

/// An administrator restores some of the others, and creates a new one if only few are left.
async fn restore(world: &World, dice: &mut Dice, members: &mut Vec<Member>) {
    for by in bearers(world, members).await {
        let create = Ask::Manage(by.clone(), world.create(administrator()), Terms::default());
        let created = world.ask(0, create).await;
        if created.status != 201 {
            continue;
        }
        if let Content::Client(shown) = created.content
            && let Some(secret) = shown.secret
        {
            members.push((shown.id, secret));
        }
        for (id, _) in members.clone() {
            if dice.chance(500) {
                let enable = Manage::Patch(id.clone(), enabled(true));
                let terms = Terms::default();
                world.ask(0, Ask::Manage(by.clone(), enable, terms)).await;
                let promote = Manage::Give(id, world.role());
                let terms = Terms::default();
                world.ask(0, Ask::Manage(by.clone(), promote, terms)).await;
            }
        }
        return;
    }
}

fn administrator() -> Attributes {
    Attributes {
        name: Some("Administrator".to_owned()),
        ..Attributes::default()
    }
}

fn enabled(enabled: bool) -> Attributes {
    Attributes {
        enabled: Some(enabled),
        ..Attributes::default()
    }
}
