use std::time::Duration;

use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::TransactWriteItem;

use super::{Store, fault};
use crate::fault::Fault;
use crate::random::Randomness;

/// How often a write that met another one is tried again before the request gives up.
const ATTEMPTS: u32 = 10;

/// Whether a transaction took place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// All of it was written.
    Committed,
    /// A condition did not hold; nothing was written.
    ConditionFailed,
}

impl Store {
    /// Writes all of `writes` or none. A conflict with another write, or one write throttled, is no
    /// answer: then the transaction is tried again, after a pause. The SDK does not: to it a
    /// cancelled transaction is an answer.
    pub(super) async fn transact(&self, writes: Vec<TransactWriteItem>) -> Result<Outcome, Fault> {
        for attempt in 0..ATTEMPTS {
            let transaction = self
                .client
                .transact_write_items()
                .set_transact_items(Some(writes.clone()));
            let error = match Box::pin(transaction.send()).await {
                Ok(_) => return Ok(Outcome::Committed),
                Err(error) => error,
            };
            match error.as_service_error().map(cause) {
                Some(Cause::ConditionFailed) => return Ok(Outcome::ConditionFailed),
                Some(Cause::Passing) => pause(&self.randomness, attempt).await?,
                Some(Cause::Other) | None => return Err(fault("TransactWriteItems", &error)),
            }
        }
        Err(Fault::Contended("TransactWriteItems"))
    }
}

/// Waits before the next attempt: longer each time, and at random, so that those
/// who met do not meet again.
pub(super) async fn pause(randomness: &Randomness, attempt: u32) -> Result<(), Fault> {
    let mut random = [0; 2];
    randomness.fill(&mut random)?;
    let longest = 10_u64 << attempt.min(6);
    let milliseconds = 1 + u64::from(u16::from_le_bytes(random)) % longest;
    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
    Ok(())
}

/// The reasons of a cancellation that say nothing about the items.
const PASSING: [&str; 3] = [
    "TransactionConflict",
    "ProvisionedThroughputExceeded",
    "ThrottlingError",
];

enum Cause {
    ConditionFailed,
    /// What may be gone at the next attempt.
    Passing,
    Other,
}

fn cause(error: &TransactWriteItemsError) -> Cause {
    let TransactWriteItemsError::TransactionCanceledException(cancelled) = error else {
        return Cause::Other;
    };
    let reasons = cancelled.cancellation_reasons().iter();
    let mut codes = reasons.filter_map(|reason| reason.code());
    // These go first: beside a conflict, a condition may have been judged on a state that did not
    // come to be.
    if codes.clone().any(|code| PASSING.contains(&code)) {
        Cause::Passing
    } else if codes.any(|code| code == "ConditionalCheckFailed") {
        Cause::ConditionFailed
    } else {
        Cause::Other
    }
}
