//! An acknowledged change was committed during its request, and a refused one was not. A change
//! affects only the attributes that it names.

use shared::model::ClientSecret;

use super::ensure;
use super::management::shows;
use crate::simulation::answer::Content;
use crate::simulation::ask::{Attributes, Manage};
use crate::simulation::record::{Record, Request};
use crate::simulation::writes::{State, Write};

pub(super) fn check(request: &Request<'_>, manage: &Manage) -> Result<(), String> {
    let is_change = matches!(
        manage,
        Manage::Create(..) | Manage::Patch(..) | Manage::Rotate(_) | Manage::Delete(_)
    );
    let committed = request.own_writes().count();
    if !is_change || request.answer.status >= 300 {
        return ensure(
            committed == 0 || (is_change && request.was_ambiguous()),
            "a refused change was committed",
        );
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
            shows(shown, state) && is_its_secret && returns_secret == shown.secret.is_some()
        }
        _ => false,
    };
    ensure(
        matches_answer,
        "the committed change differs from the answer",
    )
}

/// Checks every write of a request, including those without a response.
pub(super) fn check_writes(
    record: &Record<'_>,
    request: &Request<'_>,
    manage: &Manage,
) -> Result<(), String> {
    for (place, write) in &request.writes {
        let former = request
            .ask
            .client()
            .and_then(|client| record.clients.get(client)?.at(*place));
        let expected = match (write, manage, former) {
            (Write::Became(state), Manage::Rotate(_), Some(former)) => Some(State {
                secret: state.secret.clone(),
                ..former.clone()
            }),
            (Write::Became(_), Manage::Patch(_, attributes), Some(former)) => {
                Some(patched(former, attributes))
            }
            (Write::Became(state), Manage::Create(attributes, _), None) => {
                Some(patched(state, attributes))
            }
            (Write::Gone, Manage::Delete(_), Some(_)) => None,
            _ => return Err("an unrequested write".to_owned()),
        };
        if let (Some(mut expected), Write::Became(state)) = (expected, *write) {
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
