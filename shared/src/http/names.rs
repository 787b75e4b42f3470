//! Names in requests.

/// Whether an error may repeat a name that a caller chose. A body or a query of another format could
/// have a secret where the name should be.
#[must_use]
pub fn is_printable(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.[]/~".contains(&byte);
    name.len() <= 24 && name.bytes().all(is_plain)
}
