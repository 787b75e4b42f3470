//! Transactions, with retries after conflicts.

use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{CancellationReason, TransactWriteItem};

use super::{Store, fault};
use crate::fault::Fault;
use crate::runtime::Attempts;

/// The outcome of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transacted {
    /// Everything was written.
    Committed,
    /// Conditions failed, the last one that of the write at this position; nothing was written.
    ConditionFailed(usize),
}

impl Store {
    /// Writes all of `writes` or none, with the attempts of a new request.
    pub(super) async fn transact(
        &self,
        writes: Vec<TransactWriteItem>,
    ) -> Result<Transacted, Fault> {
        let mut attempts = self.attempts();
        attempts.at_once();
        self.transact_within(writes, &mut attempts).await
    }

    /// Writes all of `writes` or none. After a conflict or throttling, it pauses and tries again.
    /// The SDK does not, because it takes a cancelled transaction for a final result. The first of
    /// the `attempts` is already begun.
    pub(super) async fn transact_within(
        &self,
        writes: Vec<TransactWriteItem>,
        attempts: &mut Attempts,
    ) -> Result<Transacted, Fault> {
        loop {
            let transaction = self
                .client
                .transact_write_items()
                .set_transact_items(Some(writes.clone()));
            let error = match Box::pin(transaction.send()).await {
                Ok(_) => return Ok(Transacted::Committed),
                Err(error) => error,
            };
            match error.as_service_error().map(cancellation) {
                Some(Cancellation::ConditionFailed(position)) => {
                    return Ok(Transacted::ConditionFailed(position));
                }
                Some(Cancellation::Temporary) => {}
                Some(Cancellation::Other) | None => {
                    return Err(fault("TransactWriteItems", &error));
                }
            }
            if !attempts.another().await? {
                return Err(Fault::Contended("TransactWriteItems"));
            }
        }
    }
}

/// Reasons of a cancellation that are temporary, and say nothing about the items.
const TEMPORARY: [&str; 3] = [
    "TransactionConflict",
    "ProvisionedThroughputExceeded",
    "ThrottlingError",
];

enum Cancellation {
    /// The position of the last write whose condition failed.
    ConditionFailed(usize),
    /// The next attempt may succeed.
    Temporary,
    Other,
}

fn cancellation(error: &TransactWriteItemsError) -> Cancellation {
    let TransactWriteItemsError::TransactionCanceledException(cancelled) = error else {
        return Cancellation::Other;
    };
    // There is one reason for each write, in the same order.
    let reasons = cancelled.cancellation_reasons();
    let mut codes = reasons.iter().filter_map(|reason| reason.code());
    let failed = |reason: &CancellationReason| reason.code() == Some("ConditionalCheckFailed");
    // These take precedence: in a conflict, DynamoDB may have checked a condition on a state that
    // was never committed.
    if codes.any(|code| TEMPORARY.contains(&code)) {
        Cancellation::Temporary
    } else if let Some(position) = reasons.iter().rposition(failed) {
        Cancellation::ConditionFailed(position)
    } else {
        Cancellation::Other
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::types::error::TransactionCanceledException;

    use super::*;

    fn cancelled(codes: [&str; 2]) -> Cancellation {
        let reasons = codes.map(|code| CancellationReason::builder().code(code).build());
        let exception = TransactionCanceledException::builder()
            .set_cancellation_reasons(Some(reasons.into()))
            .build();
        cancellation(&TransactWriteItemsError::TransactionCanceledException(
            exception,
        ))
    }

    #[test]
    fn a_conflict_takes_precedence_over_a_failed_condition() {
        for temporary in TEMPORARY {
            for codes in [
                ["ConditionalCheckFailed", temporary],
                [temporary, "ConditionalCheckFailed"],
            ] {
                assert!(matches!(cancelled(codes), Cancellation::Temporary));
            }
        }
    }

    #[test]
    fn a_failed_condition_is_final_and_an_unknown_reason_a_fault() {
        let failed = cancelled(["None", "ConditionalCheckFailed"]);
        assert!(matches!(failed, Cancellation::ConditionFailed(1)));
        let both = cancelled(["ConditionalCheckFailed", "ConditionalCheckFailed"]);
        assert!(matches!(both, Cancellation::ConditionFailed(1)));
        let unknown = cancelled(["ValidationError", "None"]);
        assert!(matches!(unknown, Cancellation::Other));
    }
}
