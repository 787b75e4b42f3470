//! Checks the answers of the management API against the clients' states during each request.

use super::{administrators, ensure, secrets};
use crate::simulation::answer::{Content, Shown};
use crate::simulation::ask::{Bearer, Manage};
use crate::simulation::record::{Record, Request};
use crate::simulation::writes::State;

pub(super) fn check(
    record: &Record<'_>,
    request: &Request<'_>,
    bearer: &Bearer,
    manage: &Manage,
    expected: Option<&str>,
) -> Result<(), String> {
    let status = request.answer.status;
    let callers = record.states_during(&bearer.owner, request);
    let is_enabled = |state: &Option<&State>| state.is_some_and(|state| state.enabled);
    if status == 401 {
        let latest = request.clock(request.answered_at);
        let refusable = bearer.expires <= latest || !callers.iter().all(is_enabled);
        return ensure(refusable, "401 for a valid token");
    }
    ensure(
        callers.iter().any(is_enabled),
        "a disabled or deleted caller was accepted",
    )?;
    let administers = |state: &Option<&State>| state.is_some_and(State::may_manage);
    if status == 403 {
        return ensure(!callers.iter().all(administers), "403 for an administrator");
    }
    let earliest = request.clock(request.asked_at);
    ensure(bearer.expires > earliest, "an expired token was accepted")?;
    let states = request
        .ask
        .client()
        .map(|client| record.states_during(client, request));
    match (manage, status, &request.answer.content) {
        (_, 404, _) => {
            let was_gone = states.is_some_and(|states| {
                states.contains(&None) || secrets::may_be_missing(request, manage, &states)
            });
            ensure(was_gone, "404 for an existing client")
        }
        // `repeats` checks them.
        (_, 409, Content::Error(code)) if code == "result_unavailable" => Ok(()),
        (_, 422, Content::Error(code)) if code == "idempotency_key_reused" => Ok(()),
        (_, 422, Content::Error(code)) if code == "invalid_value" => {
            secrets::check_bounds(request, manage)
        }
        (_, 409, Content::Error(code)) if code == "caller_changed" => {
            ensure(callers.len() > 1, "the caller's own client did not change")
        }
        (_, 409, Content::Error(code)) if code == "grants_changed" => {
            let states = states.unwrap_or_default();
            let mut roles = states.iter().flatten().map(|state| &state.role);
            let first = roles.next();
            ensure(
                roles.any(|role| Some(role) != first),
                "the client's role did not change",
            )
        }
        (_, 409, Content::Error(code)) if code != "last_administrator" => {
            let states = states.unwrap_or_default();
            secrets::check_conflict(request, manage, &states, code)
        }
        (_, 412, _) if manage.is_change() => {
            let mut states = states.into_iter().flatten().flatten();
            let is_other = |state: &State| expected.is_some_and(|other| other != state.revision);
            // A new client has no state.
            let is_new = matches!(manage, Manage::Create(..)) && expected.is_some();
            ensure(is_new || states.any(is_other), "412 for the expected state")
        }
        (
            Manage::Patch(..)
            | Manage::Put(..)
            | Manage::Give(..)
            | Manage::RemoveSecret(..)
            | Manage::Delete(_),
            409,
            _,
        ) => administrators::check_last(record, request),
        (Manage::Get(_), 200, Content::Client(shown)) => {
            let mut states = states.into_iter().flatten().flatten();
            let revision = request.answer.revision.as_ref();
            ensure(
                states.any(|state| shows(shown, state) && revision == Some(&state.revision)),
                "the client was never in this state",
            )?;
            ensure(shown.secret.is_none(), "a secret was shown again")?;
            secrets::check_shown_use(record, request, None, shown.last_used)
        }
        (Manage::Secrets(_), 200, Content::Secrets(listed)) => {
            secrets::check_list(record, request, &states.unwrap_or_default(), listed)
        }
        (Manage::List, 200, Content::Clients(all)) => list(record, request, all),
        (Manage::Create(..), 201, Content::Client(_))
        | (
            Manage::Patch(..) | Manage::Put(..) | Manage::Give(..) | Manage::Rotate(..),
            200,
            Content::Client(_),
        )
        | (Manage::AddSecret(..), 201, Content::Secret(..))
        | (Manage::EndSecret(..), 200, Content::Secret(..))
        | (Manage::RemoveSecret(..) | Manage::Delete(_), 204, _) => ensure(
            callers.iter().any(administers),
            "a change by a caller that was never an administrator",
        ),
        (Manage::Roles | Manage::Role(_), 200, _) => Ok(()),
        _ => Err(format!("status {status}")),
    }
}

/// The list contains every client that existed throughout, and shows each as it was during the
/// request. Only the presence of a client comes from the index, and may be behind.
fn list(record: &Record<'_>, request: &Request<'_>, all: &[Shown]) -> Result<(), String> {
    for shown in all {
        let states = record.states_during(&shown.id, request);
        let mut states = states.into_iter().flatten();
        ensure(
            states.any(|state| shows(shown, state)) && shown.secret.is_none(),
            "a listed client was never in this state",
        )?;
    }
    for client in record.clients.keys() {
        let was_there = !record.indexed_states(client, request).contains(&None);
        let is_listed = all.iter().any(|shown| shown.id == **client);
        ensure(is_listed || !was_there, "an existing client is not listed")?;
    }
    Ok(())
}

/// Whether `shown` represents a client in this state.
pub(super) fn shows(shown: &Shown, state: &State) -> bool {
    shown.name == state.name
        && shown.enabled == state.enabled
        && shown.quota == state.quota
        && shown.lifetime == state.lifetime
}
