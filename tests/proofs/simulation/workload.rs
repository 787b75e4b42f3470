//! The actions of clients and administrators in a run, and their times.

use crate::simulation::ask::Attributes;
use crate::simulation::dice::Dice;

/// An action of a client or an administrator.
#[derive(Clone, Debug)]
pub(crate) struct Action {
    /// Its time, in milliseconds since the start of the workload.
    pub(crate) at: u64,
    pub(crate) instance: usize,
    /// Selects the client: its index among the known clients, modulo their number.
    pub(crate) client: u64,
    pub(crate) kind: Kind,
    /// Of a change, what it sends in `If-Match`.
    pub(crate) expects: Expects,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Token(Secret),
    Create(Attributes),
    Get,
    /// The client reads itself, with its last token.
    GetSelf,
    List,
    Patch(Attributes),
    /// Sets every attribute: these, and the defaults of the others.
    Put(Attributes),
    /// The same attributes again.
    PatchNothing,
    /// With an overlap in seconds, and the days until the end of the new secret.
    Rotate(Option<u64>, Option<Option<u64>>),
    ListSecrets,
    /// Ends in days.
    AddSecret(Option<u64>),
    EndSecret(Option<u64>),
    RemoveSecret,
    Delete,
}

/// The state that a change expects.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Expects {
    /// Any state: it sends no `If-Match`.
    AnyState,
    /// The newest one that a caller knows, which may be stale.
    Newest,
    /// The first one that a caller knew.
    Former,
}

/// The secret that is presented.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Secret {
    Newest,
    /// One that may have been replaced by a rotation.
    Former,
    /// One of another client.
    Foreign,
    Malformed,
}

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;

/// Overlaps of a rotation, in seconds.
const OVERLAPS: [u64; 7] = [0, 1, 10, 300, 3_600, 2_592_000, 2_592_000];

/// The actions after the clients are created: bursts, mostly on one client each, near the
/// boundaries of buckets and quota windows.
pub(crate) fn actions(dice: &mut Dice, instances: usize) -> Vec<Action> {
    let last = dice.between(HOUR, 3 * HOUR);
    let mut moments = vec![dice.between(1_000, 3 * MINUTE)];
    for _ in 0..dice.between(6, 13) {
        let earlier = *dice.pick(&moments);
        let next = match dice.between(0, 9) {
            // When a quota that was exceeded earlier becomes available again.
            0..=3 => (earlier + HOUR + dice.between(0, 4 * MINUTE)).saturating_sub(90_000),
            // When a bucket begins on some instance's clock.
            4..=5 => (earlier / MINUTE + dice.between(1, 3)) * MINUTE + dice.between(0, 2_000),
            6 => earlier + dice.between(500, 20_000),
            _ => dice.between(1_000, last),
        };
        moments.push(next.max(1_000));
    }
    let focus: Vec<_> = moments.iter().map(|_| dice.between(0, 9)).collect();
    let mut actions = Vec::new();
    for _ in 0..dice.between(30, 80) {
        let moment = dice.between(0, moments.len() as u64 - 1);
        let moment = usize::try_from(moment).unwrap();
        let spread = *dice.pick(&[30, 300, 3_000]);
        let at = moments[moment] + dice.between(0, spread);
        let client = if dice.chance(750) {
            focus[moment]
        } else {
            dice.between(0, 9)
        };
        let instance = instance(dice, instances);
        let kind = kind(dice);
        if is_disabling(&kind) && dice.chance(800) {
            actions.push(Action {
                at: at + dice.between(1, 8_000),
                instance: self::instance(dice, instances),
                client,
                kind: Kind::Patch(Attributes {
                    enabled: Some(true),
                    ..Attributes::default()
                }),
                expects: Expects::AnyState,
            });
        }
        actions.push(Action {
            at,
            instance,
            client,
            kind,
            expects: expects(dice),
        });
    }
    actions
}

fn expects(dice: &mut Dice) -> Expects {
    match dice.between(0, 9) {
        0..=4 => Expects::AnyState,
        5..=8 => Expects::Newest,
        _ => Expects::Former,
    }
}

fn instance(dice: &mut Dice, instances: usize) -> usize {
    usize::try_from(dice.between(0, instances as u64 - 1)).unwrap()
}

fn is_disabling(kind: &Kind) -> bool {
    matches!(kind, Kind::Patch(attributes) if attributes.enabled == Some(false))
}

fn kind(dice: &mut Dice) -> Kind {
    match dice.between(0, 99) {
        0..=67 => Kind::Token(match dice.between(0, 19) {
            0..=14 => Secret::Newest,
            15..=17 => Secret::Former,
            18 => Secret::Foreign,
            _ => Secret::Malformed,
        }),
        68..=74 => secrets(dice),
        75..=79 => Kind::Patch(Attributes {
            enabled: Some(dice.chance(300)),
            ..Attributes::default()
        }),
        80..=85 => Kind::Patch(Attributes {
            quota: Some(quota(dice)),
            ..Attributes::default()
        }),
        86 => Kind::Put(Attributes {
            quota: dice.chance(500).then(|| quota(dice)),
            ..new_client(dice)
        }),
        87 => match dice.between(0, 1) {
            0 => Kind::PatchNothing,
            _ => Kind::Patch(lifetime(dice)),
        },
        88 => Kind::Delete,
        89..=90 => Kind::Create(new_client(dice)),
        91..=94 => Kind::Get,
        95..=97 => Kind::GetSelf,
        _ => Kind::List,
    }
}

fn lifetime(dice: &mut Dice) -> Attributes {
    Attributes {
        lifetime: Some(dice.between(60, 7_200)),
        name: dice.chance(500).then(|| format!("Name {}", dice.next())),
        ..Attributes::default()
    }
}

/// A change of secrets, or their list.
fn secrets(dice: &mut Dice) -> Kind {
    let days = |dice: &mut Dice| dice.chance(500).then(|| *dice.pick(&[30, 30, 90, 365]));
    match dice.between(0, 9) {
        0..=1 => Kind::Rotate(None, None),
        2..=4 => {
            let overlap = dice.chance(800).then(|| *dice.pick(&OVERLAPS));
            let ends = dice.chance(200).then(|| days(dice));
            Kind::Rotate(overlap, ends)
        }
        5..=6 => Kind::AddSecret(days(dice)),
        7 => Kind::EndSecret(days(dice)),
        8 => Kind::RemoveSecret,
        _ => Kind::ListSecrets,
    }
}

fn quota(dice: &mut Dice) -> u64 {
    if dice.chance(200) {
        dice.between(1, 2)
    } else {
        dice.between(3, 12)
    }
}

pub(crate) fn new_client(dice: &mut Dice) -> Attributes {
    Attributes {
        name: Some(format!("Client {}", dice.between(1, 99))),
        quota: Some(quota(dice)),
        enabled: dice.chance(50).then_some(false),
        lifetime: dice.chance(300).then(|| dice.between(60, 86_400)),
    }
}
