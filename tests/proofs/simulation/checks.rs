//! What must be true of every run, whatever the weather.

mod callers;
mod changes;
mod gate;
mod management;
mod token;

use std::collections::BTreeSet;

use shared::model::ClientSecret;

use crate::simulation::answer::Said;
use crate::simulation::ask::Ask;
use crate::simulation::log::Event;
use crate::simulation::record::{Record, Request};
use crate::simulation::writes::State;

/// The time that a request has, and a little for the rounding of timers.
const REQUEST_TIME: u64 = 8_010;

/// Checks a run.
///
/// # Errors
/// What is wrong, and with which request or client.
pub(crate) fn check(events: &[Event]) -> Result<(), String> {
    let record = Record::of(events)?;
    let mut jtis = BTreeSet::new();
    for request in &record.requests {
        let found = answer(&record, request).and_then(|()| match &request.answer.said {
            Said::Token(claims) if !jtis.insert(&claims.jti) => {
                Err("a jti that was there before".to_owned())
            }
            _ => Ok(()),
        });
        found.map_err(|why| {
            let (number, instance) = (request.number, request.instance);
            format!("request {number} to instance {instance}: {why}")
        })?;
    }
    for (client, life) in &record.clients {
        gate::check(&record, life).map_err(|why| format!("client {client}: {why}"))?;
    }
    callers::check(&record)
}

/// Promise 7, and then what is particular to the endpoint.
fn answer(record: &Record<'_>, request: &Request<'_>) -> Result<(), String> {
    let answer = request.answer;
    if let Ask::Manage(_, manage) = request.ask {
        changes::nothing_else(record, request, manage)?;
    }
    if let Some(malformed) = &answer.malformed {
        return Err(format!("malformed answer: {malformed}"));
    }
    ensure(
        request.answered_at - request.asked_at <= REQUEST_TIME,
        "an answer after the request's time",
    )?;
    if answer.status == 503 {
        return ensure(request.suffered(), "503, and AWS was whole");
    }
    match request.ask {
        Ask::Token { client, secret } => token::check(record, request, client, secret),
        Ask::Manage(bearer, manage) => {
            management::check(record, request, bearer, manage)?;
            changes::check(request, manage)
        }
        Ask::KeySet | Ask::Metadata => ensure(answer.status == 200, "refused"),
    }
}

/// Whether that secret lets in, when the client is in that state.
fn lets_in(secret: &str, state: Option<&State>) -> bool {
    let hash = ClientSecret::parse(secret).map(|secret| secret.hash().to_stored());
    state.is_some_and(|state| state.enabled && Some(&state.secret) == hash.as_ref())
}

fn ensure(holds: bool, otherwise: &str) -> Result<(), String> {
    if holds {
        Ok(())
    } else {
        Err(otherwise.to_owned())
    }
}
