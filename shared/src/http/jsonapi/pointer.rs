//! JSON pointers (RFC 6901) into a document.

use crate::http::json::escaped;

/// The pointer to an attribute.
pub(super) fn to_attribute(name: &str) -> String {
    format!("/data/attributes/{}", escaped(name))
}

/// The pointer to a relationship.
pub(super) fn to_relationship(name: &str) -> String {
    format!("/data/relationships/{}", escaped(name))
}
