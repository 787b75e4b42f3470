//! JSON pointers (RFC 6901) into a document. A pointer to a member whose name an error must not repeat
//! leads to the object that contains it.

use crate::http::is_printable;
use crate::http::json::escaped;

/// The pointer to an attribute.
pub(super) fn to_attribute(name: &str) -> String {
    to_member("/data/attributes", name)
}

/// The pointer to a relationship.
pub(super) fn to_relationship(name: &str) -> String {
    to_member("/data/relationships", name)
}

fn to_member(object: &str, name: &str) -> String {
    if is_printable(name) {
        format!("{object}/{}", escaped(name))
    } else {
        object.to_owned()
    }
}
