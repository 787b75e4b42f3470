//! A Query is not a snapshot: it reads each item at a different moment, so it may return only one
//! half of a transaction.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::body::SdkBody;
use serde_json::Value;

/// The response to a Query that read some items at the time of `first`, the others at the time of
/// `second`.
pub(super) fn mix(first: &HttpResponse, mut second: HttpResponse, variant: u64) -> HttpResponse {
    let read = |answer: &HttpResponse| -> Option<Value> {
        serde_json::from_slice(answer.body().bytes()?).ok()
    };
    let bodies = read(first).zip(read(&second));
    let Some((early, mut late)) = bodies.filter(|(early, late)| early != late) else {
        return second;
    };
    let items = |body: &Value| body["Items"].as_array().cloned().unwrap_or_default();
    let is_gate = |item: &Value| item["sk"]["S"] == "GATE";
    let gates_are_early = variant.is_multiple_of(2);
    let of_early = items(&early).into_iter();
    let of_late = items(&late).into_iter();
    let mixed: Vec<Value> = of_late
        .filter(|item| is_gate(item) != gates_are_early)
        .chain(of_early.filter(|item| is_gate(item) == gates_are_early))
        .collect();
    late["Count"] = mixed.len().into();
    late["Items"] = mixed.into();
    *second.body_mut() = SdkBody::from(late.to_string());
    second
}
