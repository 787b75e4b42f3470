//! One run: a deployment, its callers and the network, all determined by one seed.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tests::Damage;
use tokio::runtime::Builder;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::simulation::answer::Content;
use crate::simulation::ask::{Ask, Bearer, Manage, Rotating, Terms};
use crate::simulation::checks;
use crate::simulation::dice::Dice;
use crate::simulation::log::Event;
use crate::simulation::network::{Fate, Plan, Weather};
use crate::simulation::totals::Totals;
use crate::simulation::workload::{Action, Expects, Kind, Secret, actions, new_client};
use crate::simulation::world::World;

/// The maximum clock skew, in seconds, at which every promise holds.
const MAX_SKEW: u64 = 59;

/// A client as its callers know it.
#[derive(Clone, Debug)]
struct KnownClient {
    id: String,
    /// The newest last.
    secrets: Vec<String>,
    /// The newest last.
    revisions: Vec<String>,
    token: Option<Bearer>,
}

/// The clients as their callers know them.
type KnownClients = Arc<Mutex<Vec<KnownClient>>>;

/// Runs `work` on a virtual clock: it stops while a task can run, and jumps ahead when all tasks
/// wait.
pub(crate) fn on_a_virtual_clock<T>(seed: u64, work: impl Future<Output = T>) -> T {
    // The SDK takes its retry delays from `fastrand`.
    fastrand::seed(seed);
    let mut runtime = Builder::new_current_thread();
    runtime.enable_time().start_paused(true);
    runtime.build().unwrap().block_on(work)
}

/// All events of a seed.
pub(crate) fn events(seed: u64) -> Vec<Event> {
    on_a_virtual_clock(seed, simulate(seed))
}

/// Runs and checks a seed. Returns the totals, or the first error.
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
    let most = *dice.pick(&[0, 20, MAX_SKEW, MAX_SKEW]);
    let ahead: Vec<_> = (0..dice.between(2, 4))
        .map(|_| dice.between(0, most))
        .collect();
    let world = World::start(&mut dice, &ahead).await;
    // A run need not begin at a bucket boundary.
    sleep(Duration::from_millis(dice.between(0, 60_000))).await;
    let knowledge = KnownClients::default();
    // These dice throw only for damage, so that the other events of a seed do not depend on it.
    let mut damage_dice = Dice::new(!seed);
    for _ in 0..dice.between(2, 4) {
        let (id, secret) = world.client(new_client(&mut dice)).await;
        if damage_dice.chance(200) {
            let damage = *damage_dice.pick(&Damage::ALL);
            world.damage(&id, damage).await;
        }
        remember(&knowledge, id, Some(secret), None);
    }
    world.network.set_weather(*dice.pick(&Weather::ALL));
    world
        .network
        .set_plan(dice.chance(500).then(|| outage(&mut dice)));
    let began = world.log.now();
    let mut tasks = JoinSet::new();
    for action in actions(&mut dice, ahead.len()) {
        let (world, knowledge, dice) = (Arc::clone(&world), Arc::clone(&knowledge), dice.fork());
        tasks.spawn(async move {
            let left = (began + action.at).saturating_sub(world.log.now());
            sleep(Duration::from_millis(left)).await;
            perform(&world, &knowledge, dice, action).await;
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    world.network.set_weather(Weather::CALM);
    world.network.set_plan(None);
    // Late calls arrive, and the keys may be read again.
    sleep(Duration::from_secs(40)).await;
    inspect_everything(&world, &knowledge, &mut dice).await;
    world.log.take()
}

/// Some time in which Secrets Manager fails.
fn outage(dice: &mut Dice) -> Plan {
    let number = |dice: &mut Dice, most| usize::try_from(dice.between(0, most)).unwrap();
    Plan {
        operation: "GetSecretValue".to_owned(),
        after: number(dice, 4),
        times: number(dice, 60),
        fate: *dice.pick(&[
            Fate::Throttled,
            Fate::Failed,
            Fate::Unreached,
            Fate::RequestDropped,
        ]),
    }
}

async fn perform(world: &Arc<World>, knowledge: &KnownClients, mut dice: Dice, action: Action) {
    let (known, place) = {
        let all = knowledge.lock().unwrap();
        let place = usize::try_from(action.client).unwrap() % all.len();
        (all[place].clone(), place)
    };
    let id = known.id.clone();
    let manage = match action.kind {
        Kind::Token(secret) => {
            let secret = shown_secret(knowledge, &known, secret, &mut dice);
            let token = world.token(action.instance, &id, &secret).await;
            if token.is_some() {
                knowledge.lock().unwrap()[place].token = token;
            }
            return;
        }
        Kind::GetSelf => {
            if let Some(token) = known.token {
                let ask = Ask::Manage(token, Manage::Get(id), Terms::default());
                world.ask(action.instance, ask).await;
            }
            return;
        }
        Kind::Create(attributes) => world.create(attributes),
        Kind::Get => Manage::Get(id.clone()),
        Kind::List => Manage::List,
        Kind::Patch(attributes) => Manage::Patch(id.clone(), attributes),
        Kind::Put(attributes) => Manage::Put(id.clone(), attributes, world.role()),
        Kind::PatchNothing => Manage::Patch(id.clone(), world.attributes(&id)),
        Kind::Rotate(overlap, ends) => {
            let ends = ends.map(|days| days.map(|days| world.in_days(days)));
            Manage::Rotate(id.clone(), Rotating { overlap, ends })
        }
        Kind::ListSecrets => Manage::Secrets(id.clone()),
        Kind::AddSecret(days) => {
            let ends = days.map(|days| world.in_days(days));
            Manage::AddSecret(id.clone(), ends)
        }
        Kind::EndSecret(days) => match world.any_secret(&id, &mut dice) {
            Some(secret) => {
                let ends = days.map(|days| world.in_days(days));
                Manage::EndSecret(id.clone(), secret, ends)
            }
            None => return,
        },
        Kind::RemoveSecret => match world.any_secret(&id, &mut dice) {
            Some(secret) => Manage::RemoveSecret(id.clone(), secret),
            None => return,
        },
        Kind::Delete => Manage::Delete(id.clone()),
    };
    let is_change = manage.is_change() && !matches!(manage, Manage::Create(..));
    let expected = match action.expects {
        Expects::AnyState => None,
        Expects::Newest => known.revisions.last(),
        Expects::Former => known.revisions.first(),
    };
    let terms = Terms {
        expected: expected.filter(|_| is_change).cloned(),
        key: None,
    };
    let answer = world.manage_on(action.instance, manage, terms).await;
    let Some(answer) = answer else {
        return;
    };
    match answer.content {
        Content::Client(shown) => remember(knowledge, shown.id, shown.secret, answer.revision),
        Content::Secret(shown, _) => remember(knowledge, id, shown.secret, answer.revision),
        _ => {}
    }
    if is_change && answer.status < 300 && dice.chance(600) {
        // From now on, no instance may issue a token under the previous state.
        try_everywhere(world, &known).await;
    }
}

/// Presents the secret from before a change to every instance at once.
async fn try_everywhere(world: &Arc<World>, known: &KnownClient) {
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

fn remember(
    knowledge: &KnownClients,
    id: String,
    secret: Option<String>,
    revision: Option<String>,
) {
    let mut all = knowledge.lock().unwrap();
    if let Some(known) = all.iter_mut().find(|known| known.id == id) {
        known.secrets.extend(secret);
        known.revisions.extend(revision);
    } else {
        all.push(KnownClient {
            id,
            secrets: secret.into_iter().collect(),
            revisions: revision.into_iter().collect(),
            token: None,
        });
    }
}

fn shown_secret(
    knowledge: &KnownClients,
    known: &KnownClient,
    which: Secret,
    dice: &mut Dice,
) -> String {
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

/// At the end, without faults: reads every client, and tries its last secrets.
async fn inspect_everything(world: &Arc<World>, knowledge: &KnownClients, dice: &mut Dice) {
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
