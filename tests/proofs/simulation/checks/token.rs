//! What a token request was answered, and what was true meanwhile.

use super::{ensure, lets_in};
use crate::simulation::answer::Said;
use crate::simulation::record::{Record, Request};
use crate::simulation::writes::Write;

/// Tokens that are older than this, in milliseconds, do not weigh on a new one: 62 buckets, the
/// current one, clocks that are a bucket apart, and the time of a request.
const WEIGHS_AT_MOST: u64 = (62 + 1 + 1) * 60_000 + 15_000;
/// The longest that a client whose quota is spent is told to wait, in seconds.
const LONGEST_WAIT: u64 = 3_600 + 5 * 60;

pub(super) fn check(
    record: &Record<'_>,
    request: &Request<'_>,
    client: &str,
    secret: &str,
) -> Result<(), String> {
    let counted = request.own_writes();
    let counted = counted.filter(|(_, write)| matches!(write, Write::Counted { .. }));
    let counted: Vec<_> = counted.map(|(place, _)| place).collect();
    let states = record.states_during(client, request);
    match (request.answer.status, &request.answer.said) {
        (200, Said::Token(claims)) => {
            let last = counted.last().ok_or("a token that was not counted")?;
            let in_doubt = request.was_in_doubt();
            ensure(
                in_doubt || counted.len() == 1,
                "a token that was counted twice",
            )?;
            let state = record.clients[client].at(*last);
            ensure(lets_in(secret, state), "a token for nothing")?;
            ensure(
                claims.client_id == client.replace('-', ""),
                "a token for somebody else",
            )?;
            let lifetime = state.map(|state| state.lifetime);
            ensure(
                lifetime == Some(claims.expires - claims.issued),
                "another lifetime",
            )?;
            let now = request.clock(request.asked_at);
            ensure(claims.issued == now, "issued at another time")
        }
        (401, _) => {
            let refusable = states.iter().any(|state| !lets_in(secret, *state));
            ensure(refusable, "401 for good credentials")?;
            ensure(
                request.was_in_doubt() || counted.is_empty(),
                "a 401 was counted",
            )
        }
        (429, _) => {
            ensure(
                request
                    .answer
                    .retry_after
                    .is_some_and(|wait| wait <= LONGEST_WAIT),
                "too long a wait",
            )?;
            ensure(
                states.iter().any(|state| lets_in(secret, *state)),
                "429 for false credentials",
            )?;
            ensure(
                request.was_in_doubt() || counted.is_empty(),
                "a 429 was counted",
            )?;
            ensure(was_full(record, request, client), "429 with room")
        }
        (status, _) => Err(format!("status {status}")),
    }
}

fn was_full(record: &Record<'_>, request: &Request<'_>, client: &str) -> bool {
    let Some(life) = record.clients.get(client) else {
        return false;
    };
    let since = request.asked_at.saturating_sub(WEIGHS_AT_MOST);
    let counts = life.counts.iter();
    let weighing = counts.filter(|count| count.place < request.answered && count.at >= since);
    let weighing = weighing.count() as u64;
    let states = record.states_during(client, request);
    let mut quotas = states.iter().flatten().map(|state| state.quota);
    quotas.any(|quota| weighing >= quota)
}
