use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::TransactWriteItem;

use super::{Store, fault};
use crate::fault::Fault;

/// Whether a transaction took place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transacted {
    /// All of it was written.
    Committed,
    /// A condition did not hold; nothing was written.
    ConditionFailed,
}

impl Store {
    /// Writes all of `writes` or none. A conflict with another write, or one write throttled, is no
    /// answer: then the transaction is tried again, after a pause. The SDK does not: to it a
    /// cancelled transaction is an answer.
    pub(super) async fn transact(
        &self,
        writes: Vec<TransactWriteItem>,
    ) -> Result<Transacted, Fault> {
        let mut attempts = self.attempts();
        while attempts.another().await? {
            let transaction = self
                .client
                .transact_write_items()
                .set_transact_items(Some(writes.clone()));
            let error = match Box::pin(transaction.send()).await {
                Ok(_) => return Ok(Transacted::Committed),
                Err(error) => error,
            };
            match error.as_service_error().map(cause) {
                Some(CancellationReason::ConditionFailed) => {
                    return Ok(Transacted::ConditionFailed);
                }
                Some(CancellationReason::Passing) => {}
                Some(CancellationReason::Other) | None => {
                    return Err(fault("TransactWriteItems", &error));
                }
            }
        }
        Err(Fault::Contended("TransactWriteItems"))
    }
}

/// The reasons of a cancellation that say nothing about the items.
const PASSING: [&str; 3] = [
    "TransactionConflict",
    "ProvisionedThroughputExceeded",
    "ThrottlingError",
];

enum CancellationReason {
    ConditionFailed,
    /// What may be gone at the next attempt.
    Passing,
    Other,
}

fn cause(error: &TransactWriteItemsError) -> CancellationReason {
    let TransactWriteItemsError::TransactionCanceledException(cancelled) = error else {
        return CancellationReason::Other;
    };
    let reasons = cancelled.cancellation_reasons().iter();
    let mut codes = reasons.filter_map(|reason| reason.code());
    // These go first: beside a conflict, a condition may have been judged on a state that did not
    // come to be.
    if codes.clone().any(|code| PASSING.contains(&code)) {
        CancellationReason::Passing
    } else if codes.any(|code| code == "ConditionalCheckFailed") {
        CancellationReason::ConditionFailed
    } else {
        CancellationReason::Other
    }
}
