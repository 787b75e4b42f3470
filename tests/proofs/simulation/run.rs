//! One run: a deployment, its callers, and the weather, all from one seed.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::simulation::answer::Said;
use crate::simulation::ask::{Ask, Bearer, Manage};
use crate::simulation::checks;
use crate::simulation::dice::Dice;
use crate::simulation::log::Event;
use crate::simulation::network::Weather;
use crate::simulation::totals::Totals;
use crate::simulation::workload::{Deed, Kind, Secret, deeds, new_client};
use crate::simulation::world::World;

/// By how many seconds the clocks of instances may differ and everything be as promised.
const MOST_SKEW: u64 = 59;

/// What the callers know of a client.
#[derive(Clone, Debug)]
struct Known {
    id: String,
    /// The newest last.
    secrets: Vec<String>,
    token: Option<Bearer>,
}

/// The clients, as their callers know them.
type Knowledge = Arc<Mutex<Vec<Known>>>;

/// Runs something on a clock that stands still while there is something to do, and jumps when
/// everybody waits.
pub(crate) fn on_a_clock_of_its_own<T>(seed: u64, work: impl Future<Output = T>) -> T {
    // The SDK's pauses between attempts come from here.
    fastrand::seed(seed);
    let mut runtime = Builder::new_current_thread();
    runtime.enable_time().start_paused(true);
    runtime.build().unwrap().block_on(work)
}

/// Everything that happens with that seed.
pub(crate) fn events(seed: u64) -> Vec<Event> {
    on_a_clock_of_its_own(seed, simulate(seed))
}

/// Runs a seed and checks it; what was counted, or what is wrong.
pub(crate) fn run(seed: u64) -> Result<Totals, String> {
    let events = std::panic::catch_unwind(|| events(seed)).map_err(|panic| {
        let message = panic.downcast_ref::<String>().map(String::as_str);
        let message = message.or_else(|| panic.downcast_ref::<&str>().copied());
        format!("panicked: {}", message.unwrap_or_default())
    })?;
    checks::check(&events)?;
    Ok(Totals::of(&events))
}

async fn simulate(seed: u64) -> Vec<Event> {
    let mut dice = Dice::new(seed);
    let most = *dice.pick(&[0, 20, MOST_SKEW, MOST_SKEW]);
    let ahead: Vec<_> = (0..dice.between(2, 4))
        .map(|_| dice.between(0, most))
        .collect();
    let world = World::start(seed, &mut dice, &ahead).await;
    // A run does not always begin with a bucket.
    sleep(Duration::from_millis(dice.between(0, 60_000))).await;
    let knowledge = Knowledge::default();
    for _ in 0..dice.between(2, 4) {
        let (id, secret) = world.client(new_client(&mut dice)).await;
        learn(&knowledge, id, secret);
    }
    world.network.set_weather(*dice.pick(&Weather::EVERY));
    let began = world.log.now();
    let mut tasks = JoinSet::new();
    for deed in deeds(&mut dice, ahead.len()) {
        let (world, knowledge, dice) = (Arc::clone(&world), Arc::clone(&knowledge), dice.fork());
        tasks.spawn(async move {
            let left = (began + deed.at).saturating_sub(world.log.now());
            sleep(Duration::from_millis(left)).await;
            perform(&world, &knowledge, dice, deed).await;
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    world.network.set_weather(Weather::FAIR);
    // What is late arrives.
    sleep(Duration::from_secs(20)).await;
    look_at_everything(&world, &knowledge, &mut dice).await;
    world.log.take()
}

async fn perform(world: &Arc<World>, knowledge: &Knowledge, mut dice: Dice, deed: Deed) {
    let (known, place) = {
        let all = knowledge.lock().unwrap();
        let place = usize::try_from(deed.client).unwrap() % all.len();
        (all[place].clone(), place)
    };
    let id = known.id.clone();
    let manage = match deed.kind {
        Kind::Token(secret) => {
            let secret = shown_secret(knowledge, &known, secret, &mut dice);
            let token = world.token(deed.instance, &id, &secret).await;
            if token.is_some() {
                knowledge.lock().unwrap()[place].token = token;
            }
            return;
        }
        Kind::GetItself => {
            if let Some(token) = known.token {
                let ask = Ask::Manage(token, Manage::Get(id));
                world.ask(deed.instance, ask).await;
            }
            return;
        }
        Kind::Create(attributes) => world.create(attributes),
        Kind::Get => Manage::Get(id.clone()),
        Kind::List => Manage::List,
        Kind::Patch(attributes) => Manage::Patch(id.clone(), attributes),
        Kind::Rotate => Manage::Rotate(id.clone()),
        Kind::Delete => Manage::Delete(id.clone()),
    };
    let is_change = !matches!(manage, Manage::Get(_) | Manage::List | Manage::Create(..));
    let Some(answer) = world.manage(deed.instance, manage).await else {
        return;
    };
    if let Said::Client(shown) = answer.said
        && let Some(secret) = shown.secret
    {
        learn(knowledge, shown.id, secret);
    }
    if is_change && answer.status < 300 && dice.chance(600) {
        // From this moment the former state is dead, everywhere.
        ask_everywhere(world, &known).await;
    }
}

/// Shows what was the secret before a change to every instance at once.
async fn ask_everywhere(world: &Arc<World>, known: &Known) {
    let mut tasks = JoinSet::new();
    for instance in 0..world.count_instances() {
        let (world, known) = (Arc::clone(world), known.clone());
        tasks.spawn(async move {
            let secret = known.secrets.last().unwrap();
            world.token(instance, &known.id, secret).await;
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
}

fn learn(knowledge: &Knowledge, id: String, secret: String) {
    let mut all = knowledge.lock().unwrap();
    if let Some(known) = all.iter_mut().find(|known| known.id == id) {
        known.secrets.push(secret);
    } else {
        all.push(Known {
            id,
            secrets: vec![secret],
            token: None,
        });
    }
}

fn shown_secret(knowledge: &Knowledge, known: &Known, which: Secret, dice: &mut Dice) -> String {
    match which {
        Secret::Newest => known.secrets.last().unwrap().clone(),
        Secret::Former => dice.pick(&known.secrets).clone(),
        Secret::Foreign => {
            let all = knowledge.lock().unwrap();
            let other = dice.pick(&all);
            other.secrets.last().unwrap().clone()
        }
        Secret::Malformed => format!("{}x", known.secrets.last().unwrap()),
    }
}

/// At the end, and with AWS whole again: whatever is known of any client is tried.
async fn look_at_everything(world: &Arc<World>, knowledge: &Knowledge, dice: &mut Dice) {
    let all = knowledge.lock().unwrap().clone();
    let instances: Vec<_> = (0..world.count_instances()).collect();
    for known in all {
        world
            .manage(*dice.pick(&instances), Manage::Get(known.id.clone()))
            .await;
        for secret in known.secrets.iter().rev().take(3) {
            world.token(*dice.pick(&instances), &known.id, secret).await;
        }
    }
    world.manage(*dice.pick(&instances), Manage::List).await;
}
