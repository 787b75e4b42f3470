//! `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): a caller repeats a request under
//! the same key to get the answer that it lost.

use lambda_http::{Request, RequestExt as _};

use super::route;
use crate::model::idempotency::{Fingerprint, IdempotencyKey, KeyedRequest};

/// The header with the key of a request.
pub const IDEMPOTENCY_KEY: &str = "Idempotency-Key";

/// The header of a response that repeats the one to a former request: `true`.
pub const REPLAYED: &str = "idempotency-replayed";

/// The header is not one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MalformedKey;

/// The request with its key, if it has one. Its fingerprint covers method and path with the id, and
/// the body, byte by byte. It does not cover the content type: both supported types have one meaning.
///
/// # Errors
/// When the header is malformed or repeated.
pub fn keyed_request(request: &Request) -> Result<Option<KeyedRequest>, MalformedKey> {
    let mut values = request.headers().get_all(IDEMPOTENCY_KEY).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let key = IdempotencyKey::parse(value.as_bytes()).filter(|_| values.next().is_none());
    let parameters = request.path_parameters_ref();
    let id = parameters.and_then(|parameters| parameters.first("id"));
    let fingerprint = Fingerprint::of(&[
        route(request).unwrap_or_default().as_bytes(),
        id.unwrap_or_default().as_bytes(),
        request.body().as_ref(),
    ]);
    let key = key.ok_or(MalformedKey)?;
    Ok(Some(KeyedRequest { key, fingerprint }))
}
