//! An acknowledged change was made while it was asked for, a refused one was not; and a change
//! changes what it names and nothing else.

use shared::model::ClientSecret;

use super::ensure;
use super::management::shows;
use crate::simulation::answer::Said;
use crate::simulation::ask::{Attributes, Manage};
use crate::simulation::record::{Record, Request};
use crate::simulation::writes::{State, Write};

pub(super) fn check(request: &Request<'_>, manage: &Manage) -> Result<(), String> {
    let is_change = matches!(
        manage,
        Manage::Create(..) | Manage::Patch(..) | Manage::Rotate(_) | Manage::Delete(_)
    );
    let made = request.own_writes().count();
    if !is_change || request.answer.status >= 300 {
        return ensure(
            made == 0 || (is_change && request.was_in_doubt()),
            "a refused change was made",
        );
    }
    ensure(
        made == 1 || (made > 1 && request.was_in_doubt()),
        "an acknowledged change was made not once",
    )?;
    let last = request.own_writes().last();
    let is_what_was_answered = match (last, &request.answer.said) {
        (Some((_, Write::Gone)), _) => matches!(manage, Manage::Delete(_)),
        (Some((_, Write::Became(state))), Said::Client(shown)) => {
            let secret = shown.secret.as_deref().map(|secret| {
                let secret = ClientSecret::parse(secret);
                secret.map(|secret| secret.hash().to_stored())
            });
            let is_its_secret = secret.is_none_or(|secret| secret.as_ref() == Some(&state.secret));
            let hands_out = matches!(manage, Manage::Create(..) | Manage::Rotate(_));
            shows(shown, state) && is_its_secret && hands_out == shown.secret.is_some()
        }
        _ => false,
    };
    ensure(
        is_what_was_answered,
        "another change was made than answered",
    )
}

/// Checks every write of a request, also those whose answer nobody heard.
pub(super) fn nothing_else(
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
            _ => return Err("a write that was not asked for".to_owned()),
        };
        if let (Some(mut expected), Write::Became(state)) = (expected, *write) {
            expected.revision.clone_from(&state.revision);
            ensure(*state == expected, "a change of what was not to be changed")?;
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
