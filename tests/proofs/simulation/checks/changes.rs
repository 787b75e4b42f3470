//! An acknowledged change was committed during its request, unless it changes nothing, and a refused one
//! was not. A change affects only the attributes that it names, and replaces only a state that its
//! request expects.

use super::management::shows;
use super::{ensure, repeats, secrets};
use crate::simulation::answer::Content;
use crate::simulation::ask::{Attributes, Manage};
use crate::simulation::record::{Record, Request};
use crate::simulation::writes::{State, Write};

/// The quota, in tokens, and the lifetime, in seconds, to which an update returns.
const DEFAULT_QUOTA: u64 = 200;
const DEFAULT_LIFETIME: u64 = 3_600;

pub(super) fn check(
    record: &Record<'_>,
    request: &Request<'_>,
    manage: &Manage,
) -> Result<(), String> {
    let is_change = manage.is_change();
    let committed = request.own_writes().count();
    let is_overtaken = match &request.answer.content {
        Content::Error(code) => code == "secrets_changed",
        _ => false,
    };
    if request.answer.status == 412 || is_overtaken {
        return ensure(
            committed == 0 || (request.was_ambiguous() && !is_own_state_current(record, request)),
            "412 or 409 for a change that was made",
        );
    }
    if !is_change || request.answer.status >= 300 {
        return ensure(
            committed == 0 || (is_change && request.was_ambiguous()),
            "a refused change was committed",
        );
    }
    let is_done = (committed == 0 || request.was_ambiguous())
        && (changes_nothing(record, request, manage) || repeats::is_repeat(record, request));
    if is_done {
        return Ok(());
    }
    ensure(
        committed == 1 || (committed > 1 && request.was_ambiguous()),
        "an acknowledged change was not committed exactly once",
    )?;
    let last = request.own_writes().last();
    let matches_answer = match (last, &request.answer.content) {
        (Some((_, Write::Gone)), _) => matches!(manage, Manage::Delete(_)),
        (Some((place, Write::Became(state, _))), content) => {
            let shows_state = match content {
                Content::Client(shown) => shows(shown, state),
                Content::Secret(..) => former_of(record, request, place)
                    .is_some_and(|former| secrets::names_replaced(request, former, state)),
                _ => matches!(manage, Manage::RemoveSecret(..)),
            };
            let revision = request.answer.revision.as_ref();
            shows_state
                && revision.is_none_or(|revision| *revision == state.revision)
                && secrets::answer_shows(request, manage, state)
        }
        _ => false,
    };
    ensure(
        matches_answer,
        "the committed change differs from the answer",
    )
}

/// Whether the client is in a state that the request wrote, when it is answered. If another change
/// overtook that state and the response to the write was lost, no request can know of it.
fn is_own_state_current(record: &Record<'_>, request: &Request<'_>) -> bool {
    let history = request
        .ask
        .client()
        .and_then(|client| record.clients.get(client));
    let current = history.and_then(|history| history.at(request.answered));
    request.own_writes().any(|(_, write)| match write {
        Write::Became(state, _) => current.is_some_and(|it| it.revision == state.revision),
        _ => current.is_none(),
    })
}

/// Checks every write of a request, including those without a response.
pub(super) fn check_writes(
    record: &Record<'_>,
    request: &Request<'_>,
    manage: &Manage,
    expected_revision: Option<&str>,
) -> Result<(), String> {
    for (place, write) in &request.writes {
        let former = former_of(record, request, *place);
        let replaces_expected = match (expected_revision, former) {
            (None, _) => true,
            (Some(revision), former) => former.is_some_and(|it| it.revision == revision),
        };
        ensure(
            replaces_expected,
            "a change overwrote a state other than the expected one",
        )?;
        let expected = match (write, manage, former) {
            (Write::Became(state, along), _, Some(former)) => {
                secrets::check_write(request, manage, former, state, along)?;
                let changed = changed(former, manage).ok_or("an unrequested write")?;
                Some(State {
                    secrets: state.secrets.clone(),
                    ..changed
                })
            }
            (Write::Became(state, _), Manage::Create(attributes, role), None) => {
                ensure(state.secrets.len() == 1, "a new client has one secret")?;
                Some(State {
                    role: role.clone(),
                    ..patched(state, attributes)
                })
            }
            (Write::Gone, Manage::Delete(_), Some(_)) => None,
            _ => return Err("an unrequested write".to_owned()),
        };
        if let (Some(mut expected), Write::Became(state, _)) = (expected, *write) {
            expected.revision.clone_from(&state.revision);
            ensure(
                *state == expected,
                "a change of an attribute that was not named",
            )?;
            let is_new = former.is_none_or(|former| former.revision != state.revision);
            ensure(is_new, "a change without a new revision")?;
            let changes = former.is_none_or(|former| {
                let revision = former.revision.clone();
                let same = State {
                    revision,
                    ..state.clone()
                };
                same != *former
            });
            // What changes nothing still mends a damaged client.
            let client = request.ask.client();
            let history = client.and_then(|client| record.clients.get(client));
            let mends = history.is_some_and(|history| history.is_damaged_at(*place));
            ensure(changes || mends, "a write that changes nothing")?;
        }
    }
    Ok(())
}

/// The client's state before a write of the request.
fn former_of<'a>(record: &Record<'a>, request: &Request<'_>, place: usize) -> Option<&'a State> {
    let client = request.ask.client()?;
    record.clients.get(client)?.at(place)
}

/// Whether the answer shows a state in which the change changes nothing. A damaged client is written
/// all the same, because any change of the client mends it.
fn changes_nothing(record: &Record<'_>, request: &Request<'_>, manage: &Manage) -> bool {
    let client = request.ask.client().unwrap_or_default();
    let states = record.states_during(client, request);
    let revision = request.answer.revision.as_ref();
    let history = record.clients.get(client);
    let is_mended = !matches!(manage, Manage::EndSecret(..));
    if is_mended && history.is_some_and(|history| history.stayed_damaged_during(request)) {
        return false;
    }
    states.into_iter().flatten().any(|state| {
        let is_the_same = match manage {
            Manage::EndSecret(_, id, ends) => {
                let mut secrets = state.secrets.iter();
                secrets.any(|secret| secret.id == *id && secret.ends == *ends)
            }
            _ if manage.returns_secret() => false,
            _ => changed(state, manage).as_ref() == Some(state),
        };
        let shows_it = match &request.answer.content {
            Content::Client(shown) => shows(shown, state),
            _ => true,
        };
        is_the_same && shows_it && revision == Some(&state.revision)
    })
}

/// The client after a change, except for its secrets and its revision. `None` if the request changes
/// no client.
fn changed(former: &State, manage: &Manage) -> Option<State> {
    Some(match manage {
        Manage::Patch(_, attributes) => patched(former, attributes),
        Manage::Put(_, attributes, role) => State {
            quota: attributes.quota.unwrap_or(DEFAULT_QUOTA),
            lifetime: attributes.lifetime.unwrap_or(DEFAULT_LIFETIME),
            role: role.clone(),
            ..patched(former, attributes)
        },
        Manage::Give(_, role) => State {
            role: role.clone(),
            ..former.clone()
        },
        Manage::Rotate(..)
        | Manage::AddSecret(..)
        | Manage::EndSecret(..)
        | Manage::RemoveSecret(..) => former.clone(),
        _ => return None,
    })
}

fn patched(former: &State, attributes: &Attributes) -> State {
    let former = former.clone();
    State {
        name: attributes.name.clone().unwrap_or(former.name),
        quota: attributes.quota.unwrap_or(former.quota),
        enabled: attributes.enabled.unwrap_or(former.enabled),
        lifetime: attributes.lifetime.unwrap_or(former.lifetime),
        ..former
    }
}
