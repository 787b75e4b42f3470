//! Entity tags (RFC 9110 §8.8.3), and the header fields that compare them: `If-Match` and
//! `If-None-Match` (RFC 9110 §13.1).
//!
//! `If-Modified-Since` and `If-Unmodified-Since` are ignored: no response has `Last-Modified`.

use lambda_http::http::HeaderMap;
use lambda_http::http::header::{AsHeaderName, IF_MATCH, IF_NONE_MATCH};

use crate::model::precondition::{Precondition, States};

/// A header field is neither `*` nor a list of entity tags. It has the field's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MalformedTags(pub &'static str);

/// An entity tag.
#[derive(Debug, PartialEq, Eq)]
struct EntityTag {
    is_weak: bool,
    opaque: String,
}

/// The strong entity tag of a state. The state's name must be ASCII, without quotes and controls.
#[must_use]
pub fn entity_tag(state: &str) -> String {
    format!("\"{state}\"")
}

/// Parses the precondition in the header fields of a request.
///
/// # Errors
/// When a field is malformed.
pub fn precondition(headers: &HeaderMap) -> Result<Precondition, MalformedTags> {
    // Strong comparison: no weak tag matches.
    let expected = states(headers, IF_MATCH, |tag| !tag.is_weak);
    // Weak comparison: whether a tag is weak does not count.
    let unwanted = states(headers, IF_NONE_MATCH, |_| true);
    Ok(Precondition::new(
        expected.ok_or(MalformedTags("If-Match"))?,
        unwanted.ok_or(MalformedTags("If-None-Match"))?,
    ))
}

/// The states that a field names, by those of its tags that `may_match`. Returns `Some(None)` without
/// the field, and `None` if it is malformed.
fn states(
    headers: &HeaderMap,
    name: impl AsHeaderName,
    may_match: impl Fn(&EntityTag) -> bool,
) -> Option<Option<States>> {
    // Several lines are one list (RFC 9110 §5.3).
    let lines = headers.get_all(name).iter();
    let lines: Vec<_> = lines
        .map(|line| String::from_utf8_lossy(line.as_bytes()))
        .collect();
    if lines.is_empty() {
        return Some(None);
    }
    let field = lines.join(",");
    if field.trim_matches(is_blank) == "*" {
        return Some(Some(States::Any));
    }
    let tags = tags(&field)?.into_iter().filter(may_match);
    Some(Some(States::Named(tags.map(|tag| tag.opaque).collect())))
}

/// Parses a list of entity tags, which may have empty elements (RFC 9110 §5.6.1.2). A list without a
/// tag is malformed: a client that sends one has lost its tag.
fn tags(field: &str) -> Option<Vec<EntityTag>> {
    let mut tags = Vec::new();
    let mut rest = field;
    loop {
        rest = rest.trim_start_matches(|character| character == ',' || is_blank(character));
        if rest.is_empty() {
            return (!tags.is_empty()).then_some(tags);
        }
        let strong = rest.strip_prefix("W/");
        let (opaque, behind) = strong.unwrap_or(rest).strip_prefix('"')?.split_once('"')?;
        // A comma in quotes belongs to the tag, and there is no escape.
        if !opaque.chars().all(is_opaque) {
            return None;
        }
        tags.push(EntityTag {
            is_weak: strong.is_some(),
            opaque: opaque.to_owned(),
        });
        rest = behind.trim_start_matches(is_blank);
        if !rest.is_empty() && !rest.starts_with(',') {
            return None;
        }
    }
}

const fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t')
}

/// `etagc`. Bytes beyond ASCII are allowed, but no tag of this service has one.
const fn is_opaque(character: char) -> bool {
    matches!(character, '!' | '#'..='~') || !character.is_ascii()
}

#[cfg(test)]
mod tests;
