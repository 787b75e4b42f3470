//! Promises 2 and 3, at the moment at which a count commits.

use super::{ensure, lets_in};
use crate::simulation::ask::Ask;
use crate::simulation::record::{Count, Life, Record};

const HOUR: u64 = 3_600_000;
pub(super) fn check(record: &Record<'_>, life: &Life<'_>) -> Result<(), String> {
    for (number, count) in life.counts.iter().enumerate() {
        under_the_state_that_is(record, life, count)
            .map_err(|why| format!("at {} ms: {why}", count.at))?;
        let quota = life.at(count.place).map_or(0, |state| state.quota);
        let earlier = &life.counts[..=number];
        goes_on(earlier)?;
        fits_into_the_hour(earlier, count.at, quota)?;
    }
    Ok(())
}

/// A token is counted under the state that the client is in, and that state lets it in.
fn under_the_state_that_is(
    record: &Record<'_>,
    life: &Life<'_>,
    count: &Count<'_>,
) -> Result<(), String> {
    let state = life.at(count.place);
    let is_of_it = state.is_some_and(|state| state.revision == count.revision);
    ensure(is_of_it, "the gate has another revision than the record")?;
    let mut requests = record.requests.iter();
    match requests.find(|request| request.number == count.request) {
        None => Err("a count without a request".to_owned()),
        Some(request) => match request.ask {
            Ask::Token { secret, .. } if lets_in(secret, state) => Ok(()),
            _ => Err(format!(
                "request {} passed on a stale state",
                request.number
            )),
        },
    }
}

/// A bucket only moves forward, and in it the count goes up by one.
fn goes_on(counts: &[Count<'_>]) -> Result<(), String> {
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
        "a count that does not follow from the one before",
    )
}

/// Every count weighs, whether its token went out or not.
fn fits_into_the_hour(counts: &[Count<'_>], at: u64, quota: u64) -> Result<(), String> {
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
