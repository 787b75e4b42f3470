//! Promise 2 from the callers' view: only requests, answers and their order.

use std::collections::BTreeMap;

use crate::simulation::answer::Content;
use crate::simulation::ask::{Ask, Manage};
use crate::simulation::record::{Record, Request};

/// The place in the log of the answer that returned each secret of each client.
type Secrets<'a> = BTreeMap<(&'a str, &'a str), usize>;

pub(super) fn check(record: &Record<'_>) -> Result<(), String> {
    let mut secrets = Secrets::new();
    for request in &record.requests {
        if let Content::Client(shown) = &request.answer.content
            && let Some(secret) = &shown.secret
        {
            secrets.insert((&shown.id, secret), request.answered);
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
                Ask::Manage(_, Manage::Rotate(_), _) => secrets
                    .get(&(client, secret))
                    .is_some_and(|returned| *returned < change.asked),
                Ask::Manage(_, Manage::Patch(_, attributes), _) => {
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

fn answered_before<'a>(
    record: &'a Record<'a>,
    token: &'a Request<'a>,
    client: &'a str,
) -> impl Iterator<Item = &'a Request<'a>> {
    let requests = record.requests.iter();
    requests.filter(move |request| {
        request.ask.client() == Some(client)
            && request.answered < token.asked
            && request.answer.status < 300
    })
}

/// Whether another change may have enabled the client after `change` disabled it.
fn may_be_enabled(record: &Record<'_>, change: &Request<'_>, token: &Request<'_>) -> bool {
    record.requests.iter().any(|request| {
        let enables = match request.ask {
            Ask::Manage(_, Manage::Patch(_, attributes), _) => attributes.enabled == Some(true),
            _ => false,
        };
        enables
            && request.ask.client() == change.ask.client()
            && request.answered > change.asked
            && request.asked < token.answered
    })
}
