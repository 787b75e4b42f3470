//! Requests with an idempotency key: whatever answers are lost and whenever instances crash, a
//! request is made once, and its repeats get its answer.

use std::collections::BTreeMap;

use super::management::shows;
use super::{ensure, hash_of};
use crate::secret_rules::live;
use crate::simulation::answer::{Answer, Content};
use crate::simulation::ask::{Ask, Manage, Terms};
use crate::simulation::record::{Record, Request};
use crate::simulation::writes::{Along, State, Write};

/// The time for which a request can be repeated, in milliseconds.
const KEPT_FOR: u64 = 24 * 3_600_000;
/// What the clocks and the duration of a request leave uncertain, in milliseconds.
const SLACK: u64 = 120_000;

/// The change that was made under a key.
struct Made<'a> {
    place: usize,
    request: &'a Request<'a>,
    client: &'a str,
    state: &'a State,
}

/// A caller with its key.
type Name<'a> = (&'a str, &'a str);

fn name<'a>(request: &Request<'a>) -> Option<(Name<'a>, &'a Manage)> {
    match request.ask {
        Ask::Manage(bearer, manage, Terms { key: Some(key), .. }) if manage.returns_secret() => {
            Some(((&bearer.owner, key), manage))
        }
        _ => None,
    }
}

/// What makes two requests the same one: method, path and body, but no other header.
fn is_same(one: &Request<'_>, other: &Request<'_>) -> bool {
    let (Some((_, one)), Some((_, other))) = (name(one), name(other)) else {
        return false;
    };
    format!("{one:?}") == format!("{other:?}")
}

/// Every change that was made under a key, in order.
fn made<'a>(record: &'a Record<'a>, of: Name<'_>) -> Vec<Made<'a>> {
    let requests = record.requests.iter();
    let named = requests.filter(|request| name(request).is_some_and(|(name, _)| name == of));
    let writes = named.flat_map(|request| request.writes.iter().map(move |write| (request, write)));
    let mut made: Vec<_> = writes
        .filter_map(|(request, (place, write))| {
            let Write::Became(state, _) = write else {
                return None;
            };
            let client = record.client_with(&state.revision)?;
            let place = *place;
            Some(Made {
                place,
                request,
                client,
                state,
            })
        })
        .collect();
    made.sort_by_key(|made| made.place);
    made
}

/// The change of the same request that an answer repeats.
fn repeated<'a>(record: &'a Record<'a>, request: &Request<'_>) -> Option<Made<'a>> {
    let (name, _) = name(request)?;
    let made = made(record, name).into_iter();
    let is_kept = |made: &Made<'_>| {
        made.place < request.answered
            && request.asked_at < made.request.answered_at + KEPT_FOR + SLACK
    };
    let mut before = made.filter(is_kept);
    before.rfind(|made| is_same(made.request, request))
}

/// Whether a successful answer without a change repeats an earlier one: it has the same secret, which
/// is still live, and otherwise shows the client as it is now.
pub(super) fn is_repeat(record: &Record<'_>, request: &Request<'_>) -> bool {
    let Some(made) = repeated(record, request) else {
        return false;
    };
    let Some(secret) = made.state.secrets.last() else {
        return false;
    };
    let content = &request.answer.content;
    let is_its = match content {
        Content::Client(shown) => shown.id == made.client,
        Content::Secret(shown, _) => shown.id == secret.id,
        _ => false,
    };
    let states = record.states_during(made.client, request);
    let mut states = states.iter().flatten();
    let is_current = states.any(|state| {
        let live = live(&state.known(), request.now());
        let shows_state = match content {
            Content::Client(shown) => shows(shown, state),
            _ => true,
        };
        shows_state
            && live.iter().any(|live| live.name == secret.id)
            && request.answer.revision.as_ref() == Some(&state.revision)
    });
    let hash = content.secret().and_then(hash_of);
    is_its && is_current && hash.as_ref() == Some(&secret.hash)
}

/// Checks every request with a key.
pub(super) fn check(record: &Record<'_>) -> Result<(), String> {
    check_answers(record)?;
    let mut kept = BTreeMap::new();
    for request in &record.requests {
        check_kept(request, &mut kept)?;
        if let Some((name, _)) = name(request) {
            check_request(record, request, name).map_err(|why| {
                format!("request {} with the key {}: {why}", request.number, name.1)
            })?;
        }
    }
    Ok(())
}

/// From the callers' view: for 24 hours since a request was first sent, its successful answers have the
/// same id, the same secret, and the same secret that it replaced.
fn check_answers(record: &Record<'_>) -> Result<(), String> {
    let mut sent = BTreeMap::new();
    let mut given = BTreeMap::new();
    for request in &record.requests {
        let Some((name, manage)) = name(request) else {
            continue;
        };
        let sent_as = (name, format!("{manage:?}"));
        let first_sent_at = *sent.entry(sent_as.clone()).or_insert(request.asked_at);
        let gives = match &request.answer.content {
            Content::Client(shown) => (&shown.id, &shown.secret, None),
            Content::Secret(shown, replaced) => (&shown.id, &shown.secret, replaced.as_ref()),
            _ => continue,
        };
        if request.answered_at + SLACK < first_sent_at + KEPT_FOR
            && *given.entry(sent_as).or_insert(gives) != gives
        {
            return Err(format!("request {} got another answer", request.number));
        }
    }
    Ok(())
}

/// A change keeps its request if and only if that has a key, under a name that no other one has.
fn check_kept<'a>(
    request: &'a Request<'a>,
    kept: &mut BTreeMap<&'a str, Name<'a>>,
) -> Result<(), String> {
    for (_, write) in &request.writes {
        let Write::Became(_, Along { kept: item, .. }) = write else {
            continue;
        };
        let is_right = match (item, name(request)) {
            (Some(item), Some((name, _))) => *kept.entry(item).or_insert(name) == name,
            (None, None) => true,
            _ => false,
        };
        if !is_right {
            return Err(format!("request {} keeps {item:?}", request.number));
        }
    }
    Ok(())
}

fn check_request(record: &Record<'_>, request: &Request<'_>, name: Name<'_>) -> Result<(), String> {
    let all = made(record, name);
    for pair in all.windows(2) {
        let [first, second] = pair else { continue };
        let apart = second.request.answered_at.abs_diff(first.request.asked_at);
        ensure(apart + SLACK >= KEPT_FOR, "a key made two changes")?;
    }
    let status = request.answer.status;
    if matches!(status, 401 | 403 | 503) || status == Answer::NONE.status {
        return Ok(());
    }
    let is_recent = |made: &&Made<'_>| {
        let ends = made.request.asked_at + KEPT_FOR;
        request.answered_at + SLACK < ends
    };
    let first = all
        .iter()
        .filter(is_recent)
        .find(|made| made.place < request.asked);
    let Content::Error(code) = &request.answer.content else {
        // Its own change, or one that it repeats: `changes` has checked the answer.
        let is_other = first.is_some_and(|first| !is_same(first.request, request));
        return ensure(!is_other, "another request under the key was made");
    };
    match first {
        Some(first) if !is_same(first.request, request) => ensure(
            code == "idempotency_key_reused",
            "another request under a used key",
        ),
        Some(first) => ensure(
            code == "result_unavailable" && is_superseded(record, request, first),
            "a repeat was refused",
        ),
        None => {
            let mut earlier = all.iter().filter(|made| made.place < request.answered);
            ensure(
                match code.as_str() {
                    "idempotency_key_reused" => earlier.any(|made| !is_same(made.request, request)),
                    "result_unavailable" => earlier.any(|made| {
                        is_same(made.request, request) && is_superseded(record, request, made)
                    }),
                    _ => true,
                },
                "a key was used by no other request",
            )
        }
    }
}

/// Whether the secret was not live at some moment of the request.
fn is_superseded(record: &Record<'_>, request: &Request<'_>, made: &Made<'_>) -> bool {
    let now = request.clock(request.answered_at);
    let secret = made.state.secrets.last();
    let states = record.states_during(made.client, request);
    let is_live = |state: &State| {
        let mut live = live(&state.known(), now).into_iter();
        live.any(|live| secret.is_some_and(|secret| secret.id == live.name))
    };
    !states.iter().all(|state| state.is_some_and(is_live))
}
