//! Promises 2 and 3, checked at the commit of each count.

use super::{authenticates, ensure, secrets};
use crate::simulation::ask::Ask;
use crate::simulation::record::{Count, History, Record};

/// In milliseconds.
const HOUR: u64 = 3_600_000;

pub(super) fn check(record: &Record<'_>, history: &History<'_>) -> Result<(), String> {
    for (number, count) in history.counts.iter().enumerate() {
        check_state(record, history, count).map_err(|why| format!("at {} ms: {why}", count.at))?;
        let quota = history.at(count.place).map_or(0, |state| state.quota);
        let earlier = &history.counts[..=number];
        check_sequence(earlier)?;
        check_quota(earlier, count.at, quota)?;
    }
    Ok(())
}

/// A token is counted under the client's current state, and that state permits it.
fn check_state(
    record: &Record<'_>,
    history: &History<'_>,
    count: &Count<'_>,
) -> Result<(), String> {
    let state = history.at(count.place);
    let is_current = state.is_some_and(|state| state.revision == count.revision);
    ensure(
        is_current,
        "the gate and the record have different revisions",
    )?;
    let mut requests = record.requests.iter();
    match requests.find(|request| request.number == count.request) {
        None => Err("a count without a request".to_owned()),
        Some(request) => match request.ask {
            Ask::Token { secret, .. } if authenticates(secret, state, request.now()) => {
                secrets::check_uses(record, history, count)
            }
            _ => Err(format!(
                "request {} was counted under a stale state",
                request.number
            )),
        },
    }
}

/// The bucket only moves forward, and the count within a bucket increases by one.
fn check_sequence(counts: &[Count<'_>]) -> Result<(), String> {
    let [.., former, last] = counts else {
        return Ok(());
    };
    let expected = if last.bucket == former.bucket {
        former.issued + 1
    } else {
        1
    };
    ensure(
        last.bucket >= former.bucket && last.issued == expected,
        "a count that does not follow the previous one",
    )
}

/// Every count uses quota, whether or not its token was issued.
fn check_quota(counts: &[Count<'_>], at: u64, quota: u64) -> Result<(), String> {
    let in_it = counts.iter().filter(|count| count.at + HOUR > at);
    let found = in_it.count() as u64;
    if found <= quota {
        Ok(())
    } else {
        Err(format!(
            "{found} tokens in the hour until {at} ms, and the quota is {quota}"
        ))
    }
}
