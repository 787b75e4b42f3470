//! What the management API was asked, answered, and what was true meanwhile.

use super::ensure;
use crate::simulation::answer::{Said, Shown};
use crate::simulation::ask::{Bearer, Manage};
use crate::simulation::record::{Record, Request};
use crate::simulation::writes::State;

pub(super) fn check(
    record: &Record<'_>,
    request: &Request<'_>,
    bearer: &Bearer,
    manage: &Manage,
) -> Result<(), String> {
    let status = request.answer.status;
    let callers = record.states_during(&bearer.owner, request);
    let is_let_in = |state: &Option<&State>| state.is_some_and(|state| state.enabled);
    if status == 401 {
        let latest = request.clock(request.answered_at);
        let refusable = bearer.expires <= latest || !callers.iter().all(is_let_in);
        return ensure(refusable, "401 for a good token");
    }
    ensure(callers.iter().any(is_let_in), "a caller that may not call")?;
    let earliest = request.clock(request.asked_at);
    ensure(bearer.expires > earliest, "a token that has expired")?;
    let states = request
        .ask
        .client()
        .map(|client| record.states_during(client, request));
    match (manage, status, &request.answer.said) {
        (_, 404, _) => {
            let was_gone = states.is_some_and(|states| states.contains(&None));
            ensure(was_gone, "404 for a client that is there")
        }
        (Manage::Get(_), 200, Said::Client(shown)) => {
            let mut states = states.into_iter().flatten().flatten();
            ensure(
                states.any(|state| shows(shown, state)),
                "a client that never was so",
            )?;
            ensure(shown.secret.is_none(), "a secret that is shown again")
        }
        (Manage::List, 200, Said::Clients(all)) => list(record, request, all),
        (Manage::Create(..), 201, Said::Client(_))
        | (Manage::Patch(..) | Manage::Rotate(_), 200, Said::Client(_))
        | (Manage::Delete(_), 204, _)
        | (Manage::Roles | Manage::Role(_), 200, _) => Ok(()),
        _ => Err(format!("status {status}")),
    }
}

/// Every client that was there all the time is listed, and none that was not there at any time.
fn list(record: &Record<'_>, request: &Request<'_>, all: &[Shown]) -> Result<(), String> {
    for shown in all {
        let states = record.states_during(&shown.id, request);
        let mut states = states.into_iter().flatten();
        ensure(
            states.any(|state| shows(shown, state)) && shown.secret.is_none(),
            "a client is listed that never was so",
        )?;
    }
    for client in record.clients.keys() {
        let was_there = !record.states_during(client, request).contains(&None);
        let is_listed = all.iter().any(|shown| shown.id == **client);
        ensure(is_listed || !was_there, "a client is not listed")?;
    }
    Ok(())
}

/// Whether that is how a client in that state is shown.
pub(super) fn shows(shown: &Shown, state: &State) -> bool {
    shown.name == state.name
        && shown.enabled == state.enabled
        && shown.quota == state.quota
        && shown.lifetime == state.lifetime
}
