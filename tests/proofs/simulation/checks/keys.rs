//! The reads of the signing keys: while Secrets Manager fails, each instance makes few of them,
//! whatever the requests are.

use super::{authenticates, ensure};
use crate::simulation::ask::Ask;
use crate::simulation::record::{KeyRead, Record, Request};

/// The SDK's attempts at one read.
const ATTEMPTS: u32 = 3;

/// The time limit of a request, in milliseconds.
const TIME_LIMIT: u64 = 8_000;

/// The least time between a failed read and the next one, in milliseconds, after `failed` failed
/// reads in a row.
pub(crate) fn least_pause(failed: u32) -> u64 {
    1_000 << failed.saturating_sub(1).min(4)
}

/// Checks the reads of every instance.
pub(super) fn check(record: &Record<'_>) -> Result<(), String> {
    for (instance, reads) in &record.key_reads {
        check_reads(record, reads).map_err(|why| format!("instance {instance}: {why}"))?;
    }
    Ok(())
}

fn check_reads(record: &Record<'_>, reads: &[KeyRead]) -> Result<(), String> {
    let mut failed = 0;
    let mut may_begin_at = 0;
    for read in reads {
        let KeyRead {
            request, began_at, ..
        } = read;
        ensure(read.attempts <= ATTEMPTS, "too many attempts at one read")?;
        if *began_at < may_begin_at {
            return Err(format!(
                "request {request} read the keys at {began_at} ms, after {failed} failed reads and \
                 before {may_begin_at} ms"
            ));
        }
        let own = record.requests.iter().find(|own| own.number == *request);
        let Some(Request {
            ask: Ask::Token { .. },
            asked_at,
            answered_at,
            ..
        }) = own
        else {
            return Err("a read of the private keys that no token request caused".to_owned());
        };
        failed = if read.failed() { failed + 1 } else { 0 };
        // A read that the time limit of its request ended counts as failed from its beginning.
        let was_ended = answered_at - asked_at >= TIME_LIMIT;
        let failed_at = if was_ended { *began_at } else { read.last_at };
        may_begin_at = match failed {
            0 => 0,
            failed => failed_at + least_pause(failed),
        };
    }
    Ok(())
}

/// The longest time from the last attempt of a failed read until the next read may begin, in
/// milliseconds: the attempt's timeout, the longest pause, and a second, because clocks count whole
/// ones.
const BLOCKS_FOR_AT_MOST: u64 = 3_000 + 32_000 + 1_000;

/// Whether a failed read may have left the request's instance without a key: one during the request,
/// or the one before it, whose pause may not have passed. A read that the time limit of its
/// request ended counts as failed.
pub(super) fn may_be_missing(record: &Record<'_>, request: &Request<'_>) -> bool {
    let reads = record.key_reads.get(&request.instance);
    let reads = reads.map(Vec::as_slice).unwrap_or_default();
    let failed = |read: &KeyRead| {
        let mut requests = record.requests.iter();
        let own = requests.find(|other| other.number == read.request);
        read.failed() || own.is_some_and(|own| own.answered_at - own.asked_at >= TIME_LIMIT)
    };
    let blocks =
        |read: &KeyRead| failed(read) && request.asked_at <= read.last_at + BLOCKS_FOR_AT_MOST;
    let before = reads.iter().rfind(|read| read.place < request.asked);
    let during = |read: &&KeyRead| (request.asked..request.answered).contains(&read.place);
    before.is_some_and(blocks) || reads.iter().filter(during).any(failed)
}

/// A failing Secrets Manager is no reason to answer false credentials with 503.
pub(super) fn check_unavailable(record: &Record<'_>, request: &Request<'_>) -> Result<(), String> {
    let Ask::Token { client, secret } = request.ask else {
        return Ok(());
    };
    let states = record.states_during(client, request);
    ensure(
        !request.had_faults_only_in_key_reads()
            || states
                .iter()
                .any(|state| authenticates(secret, *state, request.now())),
        "503 for false credentials",
    )
}
