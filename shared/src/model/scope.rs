//! Scopes.

use std::collections::BTreeSet;
use std::fmt;

/// A set of scopes (RFC 6749 §3.3), printed in alphabetical order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes(BTreeSet<String>);

/// The `scope` parameter violates the grammar of RFC 6749 §3.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidScope;

impl Scopes {
    /// Parses scopes, separated by single spaces.
    ///
    /// # Errors
    /// [`InvalidScope`] when a scope is empty or has a character other than %x21 / %x23-5B /
    /// %x5D-7E.
    pub fn parse(text: &str) -> Result<Self, InvalidScope> {
        let is_scope = |scope: &str| {
            !scope.is_empty()
                && scope
                    .bytes()
                    .all(|byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e))
        };
        let scopes = text.split(' ').map(|scope| {
            is_scope(scope)
                .then(|| scope.to_owned())
                .ok_or(InvalidScope)
        });
        scopes.collect::<Result<_, _>>().map(Self)
    }

    /// Whether every scope in `self` is also in `granted`.
    #[must_use]
    pub fn is_subset_of(&self, granted: &Self) -> bool {
        self.0.is_subset(&granted.0)
    }

    /// Whether the set is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, scope) in self.0.iter().enumerate() {
            if position > 0 {
                formatter.write_str(" ")?;
            }
            formatter.write_str(scope)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_a_set() {
        let scopes = Scopes::parse("write read write").unwrap();
        assert_eq!(scopes.to_string(), "read write");
        assert!(Scopes::parse("read").unwrap().is_subset_of(&scopes));
        assert!(!scopes.is_subset_of(&Scopes::parse("read").unwrap()));
    }

    #[test]
    fn a_scope_outside_the_grammar_is_invalid() {
        for text in [
            "",
            " read",
            "read ",
            "a  b",
            "quo\"te",
            "back\\slash",
            "tab\there",
            "é",
            "nul\0",
        ] {
            assert_eq!(Scopes::parse(text), Err(InvalidScope), "{text:?}");
        }
    }
}
