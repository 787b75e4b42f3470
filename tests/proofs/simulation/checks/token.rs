//! Checks the answers to token requests against the client's states during each request.

use shared::model::ManagedRole;

use super::{authenticates, ensure};
use crate::simulation::answer::Content;
use crate::simulation::record::{History, Record, Request};
use crate::simulation::writes::Write;

/// The longest time that a token counts against the quota, in milliseconds: 62 past buckets, the
/// current one, one bucket of clock skew, and the duration of a request.
const COUNTS_FOR_AT_MOST: u64 = (62 + 1 + 1) * 60_000 + 15_000;
/// The number of past buckets that count against the quota.
const PAST_BUCKETS: u64 = 62;
/// The maximum `Retry-After` after the quota is exceeded, in seconds.
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
    match (request.answer.status, &request.answer.content) {
        (200, Content::Token(claims)) => {
            let last = counted.last().ok_or("an uncounted token")?;
            let is_ambiguous = request.was_ambiguous();
            ensure(
                is_ambiguous || counted.len() == 1,
                "a token counted more than once",
            )?;
            let state = record.clients[client].at(*last);
            ensure(
                authenticates(secret, state, request.now()),
                "a token for invalid credentials",
            )?;
            ensure(
                claims.client_id == client.replace('-', ""),
                "a token for another client",
            )?;
            let is_its_role = |role: &&ManagedRole| role.name() == claims.role;
            let role = ManagedRole::ALL.iter().find(is_its_role);
            let role = role.map(|role| role.id().to_string());
            ensure(
                state.map(|state| &state.role) == role.as_ref(),
                "a token with another role",
            )?;
            let lifetime = state.map(|state| state.lifetime);
            ensure(
                lifetime == Some(claims.expires - claims.issued),
                "wrong lifetime",
            )?;
            let now = request.clock(request.asked_at);
            ensure(claims.issued == now, "wrong time of issue")?;
            ensure(
                request.was_ambiguous()
                    || states_what_is_left(request, &record.clients[client], *last),
                "wrong number of tokens left",
            )
        }
        (401, _) => {
            let now = request.now();
            let refusable = states
                .iter()
                .any(|state| !authenticates(secret, *state, now));
            ensure(refusable, "401 for valid credentials")?;
            ensure(
                request.was_ambiguous() || counted.is_empty(),
                "a 401 was counted",
            )
        }
        (429, _) => {
            ensure(
                request
                    .answer
                    .retry_after
                    .is_some_and(|wait| wait <= LONGEST_WAIT),
                "Retry-After too long",
            )?;
            ensure(
                states
                    .iter()
                    .any(|state| authenticates(secret, *state, request.now())),
                "429 for invalid credentials",
            )?;
            ensure(
                request.was_ambiguous() || counted.is_empty(),
                "a 429 was counted",
            )?;
            ensure(was_full(record, request, client), "429 below the quota")
        }
        (status, _) => Err(format!("status {status}")),
    }
}

/// Whether the answer states what the gate left of the quota after the count at `place`. Damage may
/// have changed the gate's counts.
fn states_what_is_left(request: &Request<'_>, history: &History<'_>, place: usize) -> bool {
    let counts = &history.counts;
    let Some(bucket) = counts.iter().find(|count| count.place == place) else {
        return false;
    };
    let bucket = bucket.bucket;
    let counted = counts.iter().filter(|count| count.place <= place);
    let counted = counted.filter(|count| count.bucket + PAST_BUCKETS >= bucket);
    let quota = history.at(place).map_or(0, |state| state.quota);
    let left = quota.saturating_sub(counted.count() as u64);
    history.was_damaged() || request.answer.left == Some(left)
}

fn was_full(record: &Record<'_>, request: &Request<'_>, client: &str) -> bool {
    let Some(history) = record.clients.get(client) else {
        return false;
    };
    let since = request.asked_at.saturating_sub(COUNTS_FOR_AT_MOST);
    let counts = history.counts.iter();
    let counted = counts.filter(|count| count.place < request.answered && count.at >= since);
    let counted = counted.count() as u64;
    let states = record.states_during(client, request);
    let mut quotas = states.iter().flatten().map(|state| state.quota);
    quotas.any(|quota| counted >= quota)
}
