//! Promise 2 as its callers see it: by what was asked and answered alone, and when.

use std::collections::BTreeMap;

use crate::simulation::answer::Said;
use crate::simulation::ask::{Ask, Manage};
use crate::simulation::record::{Record, Request};

/// Where each secret of each client was handed out.
type Secrets<'a> = BTreeMap<(&'a str, &'a str), usize>;

pub(super) fn check(record: &Record<'_>) -> Result<(), String> {
    let mut secrets = Secrets::new();
    for request in &record.requests {
        if let Said::Client(shown) = &request.answer.said
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
            let is_dead = match change.ask {
                Ask::Manage(_, Manage::Delete(_)) => true,
                Ask::Manage(_, Manage::Rotate(_)) => secrets
                    .get(&(client, secret))
                    .is_some_and(|handed_out| *handed_out < change.asked),
                Ask::Manage(_, Manage::Patch(_, attributes)) => {
                    attributes.enabled == Some(false) && !may_be_enabled(record, change, token)
                }
                _ => false,
            };
            if is_dead {
                return Err(format!(
                    "request {} got a token although {} was answered before",
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

/// Whether somebody may have enabled the client after `change` disabled it.
fn may_be_enabled(record: &Record<'_>, change: &Request<'_>, token: &Request<'_>) -> bool {
    record.requests.iter().any(|request| {
        let enables = match request.ask {
            Ask::Manage(_, Manage::Patch(_, attributes)) => attributes.enabled == Some(true),
            _ => false,
        };
        enables
            && request.ask.client() == change.ask.client()
            && request.answered > change.asked
            && request.asked < token.answered
    })
}
