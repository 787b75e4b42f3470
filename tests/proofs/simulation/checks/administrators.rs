//! An org that has an administrator keeps one, and only the last one is refused.

use std::collections::BTreeSet;

use super::ensure;
use crate::simulation::record::{Record, Request};
use crate::simulation::writes::State;

/// A time before every end: where it matters who administers, no secret has an end.
const NO_ENDS: u64 = 0;

/// Checks every commit. A run has one org, and begins with its first administrator.
pub(super) fn check(record: &Record<'_>) -> Result<(), String> {
    let mut commits: Vec<_> = record
        .clients
        .iter()
        .flat_map(|(client, history)| {
            let states = history.states.iter();
            states.map(move |(place, state)| (*place, *client, *state))
        })
        .collect();
    commits.sort_by_key(|(place, ..)| *place);
    let mut administrators = BTreeSet::new();
    for (place, client, state) in commits {
        if state.is_some_and(|state| state.administers(NO_ENDS)) {
            administrators.insert(client);
        } else {
            administrators.remove(client);
        }
        if administrators.is_empty() {
            return Err(format!(
                "event {place} ends the administration of {client}, the last administrator"
            ));
        }
    }
    Ok(())
}

/// Checks that the client could be the last administrator: it was one, and every other client was
/// none at some time. The list of candidates may be as old as the index.
pub(super) fn check_last(record: &Record<'_>, request: &Request<'_>) -> Result<(), String> {
    let (early, late) = (request.now(), request.clock(request.answered_at));
    let administers =
        |state: &Option<&State>, now: u64| state.is_some_and(|state| state.administers(now));
    let client = request.ask.client().unwrap_or_default();
    let states = record.states_during(client, request);
    ensure(
        states.iter().any(|state| administers(state, early)),
        "409 for a client that was no administrator",
    )?;
    let mut others = record.clients.keys().filter(|other| **other != client);
    ensure(
        others.all(|other| {
            !record
                .indexed_states(other, request)
                .iter()
                .all(|state| administers(state, late))
        }),
        "409 although another administrator remained",
    )
}
