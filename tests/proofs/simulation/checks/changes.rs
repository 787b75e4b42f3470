//! An acknowledged change was committed during its request, unless it changes nothing, and a refused one
//! was not. A change affects only the attributes that it names, and replaces only a state that its
//! request expects.

use shared::model::ClientSecret;

use super::ensure;
use super::management::shows;
use crate::simulation::answer::Content;
use crate::simulation::ask::{Attributes, Manage};
use crate::simulation::record::{Record, Request};
use crate::simulation::writes::{State, Write};

pub(super) fn check(
    record: &Record<'_>,
    request: &Request<'_>,
    manage: &Manage,
) -> Result<(), String> {
    let is_change = matches!(
        manage,
        Manage::Create(..)
            | Manage::Patch(..)
            | Manage::Give(..)
            | Manage::Rotate(_)
            | Manage::Delete(_)
    );
    let committed = request.own_writes().count();
    if request.answer.status == 412 {
        return ensure(
            committed == 0 || (request.was_ambiguous() && !is_own_state_current(record, request)),
            "412 for a change that was made",
        );
    }
    if !is_change || request.answer.status >= 300 {
        return ensure(
            committed == 0 || (is_change && request.was_ambiguous()),
            "a refused change was committed",
        );
    }
    if (committed == 0 || request.was_ambiguous()) && changes_nothing(record, request, manage) {
        return Ok(());
    }
    ensure(
        committed == 1 || (committed > 1 && request.was_ambiguous()),
        "an acknowledged change was not committed exactly once",
    )?;
    let last = request.own_writes().last();
    let matches_answer = match (last, &request.answer.content) {
        (Some((_, Write::Gone)), _) => matches!(manage, Manage::Delete(_)),
        (Some((_, Write::Became(state))), Content::Client(shown)) => {
            let secret = shown.secret.as_deref().map(|secret| {
                let secret = ClientSecret::parse(secret);
                secret.map(|secret| secret.hash().to_stored())
            });
            let is_its_secret = secret.is_none_or(|secret| secret.as_ref() == Some(&state.secret));
            let returns_secret = matches!(manage, Manage::Create(..) | Manage::Rotate(_));
            let has_its_tag = request.answer.revision.as_ref() == Some(&state.revision);
            shows(shown, state)
                && has_its_tag
                && is_its_secret
                && returns_secret == shown.secret.is_some()
        }
        _ => false,
    };
    ensure(
        matches_answer,
        "the committed change differs from the answer",
    )
}

/// Whether the answer shows a state in which the change changes nothing. A damaged client is written all
/// the same, because any change mends it.
fn changes_nothing(record: &Record<'_>, request: &Request<'_>, manage: &Manage) -> bool {
    let (Some(client), Content::Client(shown)) = (request.ask.client(), &request.answer.content)
    else {
        return false;
    };
    let is_unchanged = |state: &State| match manage {
        Manage::Patch(_, attributes) => patched(state, attributes) == *state,
        Manage::Give(_, role) => state.role == *role,
        _ => false,
    };
    let stayed_damaged = record
        .clients
        .get(client)
        .is_some_and(|history| history.stayed_damaged_during(request));
    let states = record.states_during(client, request);
    let mut states = states.into_iter().flatten();
    !stayed_damaged
        && states.any(|state| {
            is_unchanged(state)
                && shows(shown, state)
                && request.answer.revision.as_ref() == Some(&state.revision)
        })
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
        Write::Became(state) => current.is_some_and(|it| it.revision == state.revision),
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
        let former = request
            .ask
            .client()
            .and_then(|client| record.clients.get(client)?.at(*place));
        let replaces_expected = match (expected_revision, former) {
            (None, _) => true,
            (Some(revision), former) => former.is_some_and(|it| it.revision == revision),
        };
        ensure(
            replaces_expected,
            "a change overwrote a state other than the expected one",
        )?;
        let expected = match (write, manage, former) {
            (Write::Became(state), Manage::Rotate(_), Some(former)) => Some(State {
                secret: state.secret.clone(),
                ..former.clone()
            }),
            (Write::Became(_), Manage::Patch(_, attributes), Some(former)) => {
                Some(patched(former, attributes))
            }
            (Write::Became(_), Manage::Give(_, role), Some(former)) => Some(State {
                role: role.clone(),
                ..former.clone()
            }),
            (Write::Became(state), Manage::Create(attributes, role), None) => Some(State {
                role: role.clone(),
                ..patched(state, attributes)
            }),
            (Write::Gone, Manage::Delete(_), Some(_)) => None,
            _ => return Err("an unrequested write".to_owned()),
        };
        if let (Some(mut expected), Write::Became(state)) = (expected, *write) {
            let mends = request
                .ask
                .client()
                .and_then(|client| record.clients.get(client))
                .is_some_and(|history| history.was_damaged_during(request));
            ensure(
                mends || former != Some(&expected) || matches!(manage, Manage::Rotate(_)),
                "a change that changes nothing was written",
            )?;
            expected.revision.clone_from(&state.revision);
            ensure(
                *state == expected,
                "a change of an attribute that was not named",
            )?;
            let is_new = former.is_none_or(|former| former.revision != state.revision);
            ensure(is_new, "a change without a new revision")?;
        }
    }
    Ok(())
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
