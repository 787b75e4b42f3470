//! One Query is no snapshot: each of its items is as it was at some moment of its own, so that it
//! may show the one half of a transaction and not the other.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::body::SdkBody;
use serde_json::Value;

/// The answer to a Query whose items were read partly when the answer was `first`, partly when it
/// was `second`.
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
