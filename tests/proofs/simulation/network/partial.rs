//! A BatchGetItem may read only some of the items.

use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use serde_json::{Value, json};

/// The keys of a batch that are read, and the rest: at least half are read.
pub(super) fn split(request: &mut HttpRequest, variant: u64) -> Option<Value> {
    let body: Value = serde_json::from_slice(request.body().bytes()?).ok()?;
    let (table, read) = body["RequestItems"].as_object()?.iter().next()?;
    let mut keys = read["Keys"].as_array()?.clone();
    let most = keys.len() as u64 / 2;
    let rest = keys.split_off(keys.len() - usize::try_from(variant % (most + 1)).unwrap());
    if rest.is_empty() {
        return None;
    }
    let with = |keys: Vec<Value>| {
        let mut read = read.clone();
        read["Keys"] = keys.into();
        json!({ table: read })
    };
    let mut now = body.clone();
    now["RequestItems"] = with(keys);
    *request.body_mut() = SdkBody::from(now.to_string());
    Some(with(rest))
}

/// The response with the keys that were not read.
pub(super) fn with_rest(mut response: HttpResponse, rest: Value) -> HttpResponse {
    let body = response.body().bytes();
    let body = body.and_then(|body| serde_json::from_slice::<Value>(body).ok());
    if let Some(mut body) = body {
        body["UnprocessedKeys"] = rest;
        *response.body_mut() = SdkBody::from(body.to_string());
    }
    response
}
