//! A client's secrets follow the rules of `secret_rules`, and each has the day of its last use.

use super::{ensure, hash_of};
use crate::secret_rules::{SecretChange, after, live};
use crate::simulation::answer::{Content, ShownSecret};
use crate::simulation::ask::{Ask, Manage};
use crate::simulation::record::{Count, History, Record, Request};
use crate::simulation::writes::{Along, State, StoredSecret};

const DAY: u64 = 86_400;
/// A bucket is counted on the day in which it begins.
const BUCKET: u64 = 60;

/// Checks a committed change of a client, and what was written with it.
pub(super) fn check_write(
    request: &Request<'_>,
    manage: &Manage,
    former: &State,
    state: &State,
    along: &Along,
) -> Result<(), String> {
    for secret in &state.secrets {
        let other = |other: &&StoredSecret| other.place == secret.place;
        let is_alone = state.secrets.iter().filter(other).count() == 1;
        ensure(is_alone, "two secrets in one place")?;
        let before = former.secrets.iter().find(|it| it.id == secret.id);
        let is_new = before.is_none();
        ensure(
            is_new == along.removed.contains(&secret.place),
            "a change keeps the day of another secret, or loses one",
        )?;
        let ends = secret.ends;
        let stays = before.is_none_or(|before| {
            StoredSecret {
                ends,
                ..before.clone()
            } == *secret
        });
        ensure(stays, "a change altered a secret")?;
    }
    let Some(change) = change_of(manage, state) else {
        let same = former.secrets == state.secrets;
        return ensure(same, "a change of secrets that was not named");
    };
    // The instance decided at some second of the request.
    let mut seconds = request.now()..=request.clock(request.answered_at);
    let follows = seconds
        .any(|now| after(&former.known(), change.clone(), now) == Ok(live(&state.known(), now)));
    ensure(follows, "a change left other secrets than the rules name")
}

/// The change of secrets that a request names. A new secret is the newest one in `state`.
fn change_of(manage: &Manage, state: &State) -> Option<SecretChange<String>> {
    let new = || state.secrets.last().map(|secret| secret.id.clone());
    Some(match manage {
        Manage::Rotate(_, rotating) => SecretChange::Rotate {
            new: new()?,
            ends: rotating.ends,
            overlap: rotating.overlap.unwrap_or(0),
        },
        Manage::AddSecret(_, ends) => SecretChange::Add {
            new: new()?,
            ends: *ends,
        },
        Manage::EndSecret(_, id, ends) => SecretChange::End(id.clone(), *ends),
        Manage::RemoveSecret(_, id) => SecretChange::Remove(id.clone()),
        _ => return None,
    })
}

/// Whether the answer to an acknowledged change shows the secret that it concerns, in this state of
/// the client.
pub(super) fn answer_shows(request: &Request<'_>, manage: &Manage, state: &State) -> bool {
    let newest = state.secrets.last();
    let is_newest = |plain: &str| {
        let end = plain.split_at_checked(plain.len().saturating_sub(4));
        let last_four = end.map(|(_, last_four)| last_four.to_owned());
        newest.is_some_and(|newest| {
            Some(&newest.hash) == hash_of(plain).as_ref() && newest.last_four == last_four
        })
    };
    let plain = request.answer.content.secret();
    let has_its_secret = match plain {
        Some(plain) => manage.returns_secret() && is_newest(plain),
        None => !manage.returns_secret(),
    };
    let shows_it = match (&request.answer.content, manage) {
        (Content::Secret(shown, _), Manage::AddSecret(..)) => {
            newest.is_some_and(|newest| shows(shown, newest))
        }
        (Content::Secret(shown, _), Manage::EndSecret(_, id, _)) => {
            let mut secrets = state.secrets.iter();
            shown.id == *id && secrets.any(|secret| shows(shown, secret))
        }
        (Content::Secret(..), _) => false,
        _ => true,
    };
    has_its_secret && shows_it
}

/// Whether `meta` names the secret that was replaced by an added one.
pub(super) fn names_replaced(request: &Request<'_>, former: &State, state: &State) -> bool {
    let Content::Secret(_, replaced) = &request.answer.content else {
        return true;
    };
    let added_at = state.secrets.last().map_or(0, |secret| secret.created_at);
    let live = live(&former.known(), added_at);
    let gone = live
        .iter()
        .find(|it| !state.secrets.iter().any(|kept| kept.id == it.name));
    replaced.as_ref() == gone.map(|secret| &secret.name)
}

fn shows(shown: &ShownSecret, secret: &StoredSecret) -> bool {
    shown.id == secret.id
        && shown.last_four == secret.last_four
        && shown.created_at == secret.created_at
        && shown.ends == secret.ends
}

/// Whether the request names a secret that does not exist, or has ended, at some moment.
pub(super) fn may_be_missing(
    request: &Request<'_>,
    manage: &Manage,
    states: &[Option<&State>],
) -> bool {
    let (Manage::EndSecret(_, id, _) | Manage::RemoveSecret(_, id)) = manage else {
        return false;
    };
    let now = request.clock(request.answered_at);
    let has_it = |state: &State| live(&state.known(), now).iter().any(|it| it.name == *id);
    !states.iter().flatten().all(|state| has_it(state))
}

/// Checks the refusal of an end that was within its bounds when the request was prepared. By the clock
/// of its instance, 30 days may be more than the slack of a minute away.
pub(super) fn check_bounds(request: &Request<'_>, manage: &Manage) -> Result<(), String> {
    let ends = match manage {
        Manage::Rotate(_, rotating) => rotating.ends.flatten(),
        Manage::AddSecret(_, ends) | Manage::EndSecret(_, _, ends) => *ends,
        _ => None,
    };
    let earliest = request.clock(request.answered_at) + 30 * DAY;
    let is_early = ends.is_some_and(|ends| ends + 60 < earliest);
    ensure(is_early, "an end within its bounds was refused")
}

/// Checks a refused change of secrets.
pub(super) fn check_conflict(
    request: &Request<'_>,
    manage: &Manage,
    states: &[Option<&State>],
    code: &str,
) -> Result<(), String> {
    let now = request.clock(request.answered_at);
    let mut states = states.iter().flatten();
    let is_possible = match (code, manage) {
        // Its own write may be the other change, if its response was lost.
        ("secrets_changed", Manage::Rotate(..) | Manage::AddSecret(..)) => {
            let first = states.next();
            states.any(|state| first.is_some_and(|first| first.secrets != state.secrets))
        }
        ("nothing_to_overlap", Manage::Rotate(_, rotating)) => {
            rotating.overlap.is_some_and(|overlap| overlap > 0)
                && states.any(|state| live(&state.known(), now).is_empty())
        }
        _ => false,
    };
    if is_possible {
        Ok(())
    } else {
        Err(format!("409 {code} without a reason"))
    }
}

/// Checks that the listed secrets are the live ones at some moment of the request.
pub(super) fn check_list(
    record: &Record<'_>,
    request: &Request<'_>,
    states: &[Option<&State>],
    listed: &[ShownSecret],
) -> Result<(), String> {
    let is_list_of = |state: &State, now: u64| {
        let live = live(&state.known(), now);
        let mut pairs = live.iter().zip(listed);
        live.len() == listed.len()
            && pairs.all(|(live, shown)| {
                let mut stored = state.secrets.iter();
                live.name == shown.id && stored.any(|secret| shows(shown, secret))
            })
    };
    let mut seconds = request.now()..=request.clock(request.answered_at);
    let is_one = seconds.any(|now| {
        let mut states = states.iter().flatten();
        states.any(|state| is_list_of(state, now))
    });
    ensure(is_one, "the listed secrets were never the client's")?;
    for shown in listed {
        ensure(shown.secret.is_none(), "a secret was shown again")?;
        let states = states.iter().flatten();
        let hash = states
            .flat_map(|state| &state.secrets)
            .find_map(|secret| (secret.id == shown.id).then_some(secret.hash.as_str()));
        check_shown_use(record, request, hash, shown.last_used)?;
    }
    Ok(())
}

/// Checks the shown time of the last use of a secret, or of the client.
pub(super) fn check_shown_use(
    record: &Record<'_>,
    request: &Request<'_>,
    hash: Option<&str>,
    shown: Option<u64>,
) -> Result<(), String> {
    let client = request.ask.client();
    let Some(history) = client.and_then(|client| record.clients.get(client)) else {
        return ensure(shown.is_none(), "a last use without a client");
    };
    let uses = history.counts.iter().filter_map(|count| {
        let day = day_of(record, count, hash)?;
        (count.place < request.answered).then_some((count.place, day))
    });
    let uses: Vec<_> = uses.collect();
    let before = uses.iter().rfind(|(place, _)| *place < request.asked);
    let during = uses.iter().filter(|(place, _)| *place >= request.asked);
    // While a change commits, record and gate may be of different states. Then none is shown.
    let may_be_none = before.is_none()
        || history.was_damaged()
        || history.changed_during(request.asked, request.answered);
    let is_right = match shown {
        None => may_be_none,
        Some(shown) => during.chain(before).any(|(_, day)| shown == day * DAY),
    };
    ensure(is_right, "a last use on another day")
}

/// The day of a count, if it is one for this secret; without a secret, for any.
fn day_of(record: &Record<'_>, count: &Count<'_>, hash: Option<&str>) -> Option<u64> {
    let mut requests = record.requests.iter();
    let request = requests.find(|request| request.number == count.request)?;
    let Ask::Token { secret, .. } = request.ask else {
        return None;
    };
    let is_its = hash.is_none_or(|hash| hash_of(secret).as_deref() == Some(hash));
    is_its.then_some(count.bucket * BUCKET / DAY)
}

/// Checks the days of last use in a gate that has just counted a token.
pub(super) fn check_uses(
    record: &Record<'_>,
    history: &History<'_>,
    count: &Count<'_>,
) -> Result<(), String> {
    // Damage may have removed them.
    if history.was_damaged() {
        return Ok(());
    }
    let state = history.at(count.place);
    for secret in state.iter().flat_map(|state| &state.secrets) {
        let counts = history.counts.iter();
        let mut latest = counts.filter(|other| other.place <= count.place).rev();
        let expected = latest.find_map(|it| day_of(record, it, Some(&secret.hash)));
        ensure(
            count.uses.get(&secret.place).copied() == expected,
            "a secret does not have the day of its last use",
        )?;
    }
    Ok(())
}
