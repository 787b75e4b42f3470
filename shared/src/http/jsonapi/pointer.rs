//! JSON pointers (RFC 6901) into a document.

/// The pointer to an attribute.
pub(super) fn to_attribute(name: &str) -> String {
    format!("/data/attributes/{}", escaped(name))
}

/// The pointer to a relationship.
pub(super) fn to_relationship(name: &str) -> String {
    format!("/data/relationships/{}", escaped(name))
}

/// RFC 6901 §3.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
