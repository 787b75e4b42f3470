//! Promise 2 from the callers' view: only requests, answers and their order.

use std::collections::BTreeMap;

use crate::simulation::answer::Content;
use crate::simulation::ask::{Ask, Manage, Rotating};
use crate::simulation::record::{Record, Request};

/// The place in the log of the answer that returned each secret of each client.
type Secrets<'a> = BTreeMap<(&'a str, &'a str), usize>;

pub(super) fn check(record: &Record<'_>) -> Result<(), String> {
    let mut secrets = Secrets::new();
    for request in &record.requests {
        let client = match &request.answer.content {
            Content::Client(shown) => Some(shown.id.as_str()),
            _ => request.ask.client(),
        };
        if let (Some(client), Some(secret)) = (client, request.answer.content.secret()) {
            secrets.insert((client, secret), request.answered);
        }
    }
    for token in &record.requests {
        let Ask::Token { client, secret } = token.ask else {
            continue;
        };
        if token.answer.status != 200 {
            continue;
        }
        for change in answered_before(record, token, client) {
            let is_invalid = match change.ask {
                Ask::Manage(_, Manage::Delete(_), _) => true,
                Ask::Manage(_, Manage::Rotate(_, rotating), _) => {
                    let returned = secrets.get(&(client, secret));
                    let is_older = returned.is_some_and(|returned| *returned < change.asked);
                    is_older
                        && is_over(*rotating, change, token)
                        && !may_be_extended(record, change, token)
                }
                Ask::Manage(_, Manage::RemoveSecret(_, id), _) => {
                    ids(record, client).get(secret.as_str()).copied() == Some(id)
                }
                Ask::Manage(_, Manage::Patch(_, attributes) | Manage::Put(_, attributes, _), _) => {
                    attributes.enabled == Some(false) && !may_be_enabled(record, change, token)
                }
                _ => false,
            };
            if is_invalid {
                return Err(format!(
                    "request {} got a token after the answer to change {}",
                    token.number, change.number
                ));
            }
        }
    }
    Ok(())
}

/// Whether the overlap of a rotation is over by the clock of the token request.
fn is_over(rotating: Rotating, change: &Request<'_>, token: &Request<'_>) -> bool {
    let begins_at_the_latest = change.clock(change.answered_at);
    token.now() >= begins_at_the_latest + rotating.overlap.unwrap_or(0)
}

/// Whether another change may have given a secret a later end after a rotation with an overlap.
fn may_be_extended(record: &Record<'_>, rotation: &Request<'_>, token: &Request<'_>) -> bool {
    record.requests.iter().any(|request| {
        matches!(request.ask, Ask::Manage(_, Manage::EndSecret(..), _))
            && request.ask.client() == rotation.ask.client()
            && request.answered > rotation.asked
            && request.asked < token.answered
    })
}

/// The ids of the secrets that were added to a client.
fn ids<'a>(record: &'a Record<'a>, client: &str) -> BTreeMap<&'a str, &'a String> {
    let requests = record.requests.iter();
    let of_client = requests.filter(|request| request.ask.client() == Some(client));
    of_client
        .filter_map(|request| match &request.answer.content {
            Content::Secret(shown, _) => Some((shown.secret.as_deref()?, &shown.id)),
            _ => None,
        })
        .collect()
}

fn answered_before<'a>(
    record: &'a Record<'a>,
    token: &'a Request<'a>,
    client: &'a str,
) -> impl Iterator<Item = &'a Request<'a>> {
    let requests = record.requests.iter();
    requests.filter(move |request| {
        request.ask.client() == Some(client)
            && request.answered < token.asked
            && (200..300).contains(&request.answer.status)
    })
}

/// Whether another change may have enabled the client after `change` disabled it.
fn may_be_enabled(record: &Record<'_>, change: &Request<'_>, token: &Request<'_>) -> bool {
    record.requests.iter().any(|request| {
        let enables = match request.ask {
            Ask::Manage(_, Manage::Patch(_, attributes) | Manage::Put(_, attributes, _), _) => {
                attributes.enabled == Some(true)
            }
            _ => false,
        };
        enables
            && request.ask.client() == change.ask.client()
            && request.answered > change.asked
            && request.asked < token.answered
    })
}
