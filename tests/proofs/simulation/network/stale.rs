//! A read without `ConsistentRead` may get an earlier state. A read of an index always may.

use std::collections::BTreeMap;

use serde_json::Value;
use tests::aws::is_strongly_consistent;

/// Earlier responses to such reads, by request body.
#[derive(Default)]
pub(super) struct EarlierResponses(BTreeMap<Vec<u8>, Earlier>);

struct Earlier {
    /// The length of the log when the read began.
    place: usize,
    body: Vec<u8>,
}

/// Whether a call is a read that may get an earlier state.
pub(super) fn is_possible(operation: &str, body: &[u8]) -> bool {
    let is_read = matches!(operation, "GetItem" | "Query" | "BatchGetItem");
    let read = || serde_json::from_slice::<Value>(body).unwrap();
    is_read && !is_strongly_consistent(&read())
}

impl EarlierResponses {
    /// Remembers the response to a read that began at `place`. Returns the response before it, with
    /// its place.
    pub(super) fn replace(
        &mut self,
        request: Vec<u8>,
        place: usize,
        body: &[u8],
    ) -> Option<(usize, Vec<u8>)> {
        let body = body.to_vec();
        let earlier = self.0.insert(request, Earlier { place, body })?;
        Some((earlier.place, earlier.body))
    }
}
