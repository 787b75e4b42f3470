//! The checks that every run must pass, on any network.

mod administrators;
mod callers;
mod calls;
mod changes;
mod gate;
pub(crate) mod keys;
mod management;
mod repeats;
mod secrets;
mod token;

use std::collections::BTreeSet;

use shared::model::ClientSecret;

use crate::secret_rules::is_live;
use crate::simulation::answer::{Answer, Content};
use crate::simulation::ask::Ask;
use crate::simulation::log::Event;
use crate::simulation::record::{Record, Request};
use crate::simulation::writes::State;

/// The time limit of a request plus a margin for timer rounding, in milliseconds.
const REQUEST_TIME: u64 = 8_010;

/// Checks a run.
///
/// # Errors
/// The first error, with its request or client.
pub(crate) fn check(events: &[Event]) -> Result<(), String> {
    let record = Record::of(events)?;
    let mut jtis = BTreeSet::new();
    for request in &record.requests {
        let found = check_answer(&record, request).and_then(|()| match &request.answer.content {
            Content::Token(claims) if !jtis.insert(&claims.jti) => {
                Err("a duplicate jti".to_owned())
            }
            _ => Ok(()),
        });
        found.map_err(|why| {
            let (number, instance) = (request.number, request.instance);
            format!("request {number} to instance {instance}: {why}")
        })?;
    }
    for (client, history) in &record.clients {
        gate::check(&record, history).map_err(|why| format!("client {client}: {why}"))?;
    }
    administrators::check(&record)?;
    keys::check(&record)?;
    repeats::check(&record)?;
    callers::check(&record)
}

/// Checks promise 7, then the rules of the endpoint.
fn check_answer(record: &Record<'_>, request: &Request<'_>) -> Result<(), String> {
    let answer = request.answer;
    calls::check(record, request)?;
    if let Ask::Manage(_, manage, terms) = request.ask {
        changes::check_writes(record, request, manage, terms.expected.as_deref())?;
    }
    if answer.status == Answer::NONE.status {
        return Ok(());
    }
    if let Some(malformed) = &answer.malformed {
        return Err(format!("malformed answer: {malformed}"));
    }
    ensure(
        request.answered_at - request.asked_at <= REQUEST_TIME,
        "an answer after the time limit",
    )?;
    if answer.status == 503 {
        ensure(
            request.had_fault()
                || keys::may_be_missing(record, request)
                || only_damage_prevents_a_token(record, request),
            "503 without an AWS fault",
        )?;
        return keys::check_unavailable(record, request);
    }
    match request.ask {
        Ask::Token { client, secret } => token::check(record, request, client, secret),
        Ask::Manage(bearer, manage, terms) => {
            management::check(record, request, bearer, manage, terms.expected.as_deref())?;
            changes::check(record, request, manage)
        }
        Ask::KeySet | Ask::Metadata => ensure(answer.status == 200, "not 200"),
    }
}

/// Whether the request is a token request that only damage prevents: the credentials are valid.
fn only_damage_prevents_a_token(record: &Record<'_>, request: &Request<'_>) -> bool {
    let Ask::Token { client, secret } = request.ask else {
        return false;
    };
    let Some(history) = record.clients.get(client.as_str()) else {
        return false;
    };
    let states = record.states_during(client, request);
    let now = request.now();
    let authenticated = |state: &Option<&State>| authenticates(secret, *state, now);
    history.was_damaged_during(request) && states.iter().any(authenticated)
}

/// Whether the secret authenticates the client in this state by a clock at `now`.
fn authenticates(secret: &str, state: Option<&State>, now: u64) -> bool {
    let stored = hash_of(secret).and_then(|hash| state?.secret(&hash));
    let is_live = stored.is_some_and(|secret| is_live(secret.ends, now));
    is_live && state.is_some_and(|state| state.enabled)
}

/// The hash of a secret, as it is stored.
fn hash_of(secret: &str) -> Option<String> {
    ClientSecret::parse(secret).map(|secret| secret.hash().to_stored())
}

fn ensure(holds: bool, otherwise: &str) -> Result<(), String> {
    if holds {
        Ok(())
    } else {
        Err(otherwise.to_owned())
    }
}
