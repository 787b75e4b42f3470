//! The error responses of AWS.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;

use super::Fate;

type Answer = Result<HttpResponse, ConnectorError>;

/// The error response for a fate. `variant` selects one of several throttling errors.
pub(super) fn of(fate: Fate, operation: &str, variant: u64) -> Answer {
    match (fate, operation) {
        (Fate::Throttled, "GetSecretValue") => refusal(400, "ThrottlingException", ""),
        (Fate::Cancelled, _) => cancelled(match variant % 2 {
            0 => "ProvisionedThroughputExceeded",
            _ => "ThrottlingError",
        }),
        (Fate::Throttled, _) => refusal(
            400,
            match variant % 3 {
                0 => "ProvisionedThroughputExceededException",
                1 => "ThrottlingException",
                _ => "RequestLimitExceeded",
            },
            "",
        ),
        (Fate::Conflict, "TransactWriteItems") => cancelled("TransactionConflict"),
        (Fate::Conflict, _) => refusal(400, "TransactionConflictException", ""),
        (_, "GetSecretValue") => refusal(500, "InternalServiceError", ""),
        _ => refusal(500, "InternalServerError", ""),
    }
}

/// The response to a transaction that is repeated while it is still in progress.
pub(super) fn in_progress() -> Answer {
    refusal(400, "TransactionInProgressException", "")
}

fn cancelled(reason: &str) -> Answer {
    let reasons = format!(r#","CancellationReasons":[{{"Code":"None"}},{{"Code":"{reason}"}}]"#);
    refusal(400, "TransactionCanceledException", &reasons)
}

fn refusal(status: u16, code: &str, more: &str) -> Answer {
    let body = format!(
        r#"{{"__type":"com.amazonaws.dynamodb.v20120810#{code}","message":"a simulation"{more}}}"#
    );
    let status = StatusCode::try_from(status).unwrap();
    let mut response = HttpResponse::new(status, SdkBody::from(body));
    let headers = response.headers_mut();
    headers.insert("content-type", "application/x-amz-json-1.0");
    Ok(response)
}
