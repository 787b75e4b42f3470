//! Preconditions: which state of a resource a request expects (RFC 9110 §13).

use super::idempotency::FirstRequest;

/// In the name of a state, what follows this character changes without a change of the resource, such as
/// the day of its last use. A resource whose state has no such part has no such character in its name.
pub(super) const STATE_SEPARATOR: char = '.';

/// The states of a resource that a request expects, and those that it does not want. Without either,
/// the request applies to any state.
#[derive(Clone, Debug, Default)]
pub struct Precondition {
    expected: Option<States>,
    unwanted: Option<States>,
}

/// States of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum States {
    /// Every state: the resource exists.
    Any,
    /// The states with these names.
    Named(Vec<String>),
}

/// Proof that the precondition of a request held. Only [`Precondition::check`] and
/// [`Held::for_the_first`] create one, and every write of the management API returns one.
#[must_use]
#[derive(Debug)]
pub struct Held(());

/// Why a precondition does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unmet {
    /// The current state is none of the expected ones.
    NotExpected,
    /// The current state is one that the request does not want.
    Unwanted,
}

impl Held {
    /// The precondition of a repeated request. It held when the first request made the change, and
    /// the change itself may be why it no longer does.
    pub const fn for_the_first(_: &FirstRequest) -> Self {
        Self(())
    }
}

impl Precondition {
    /// The precondition that the current state is one of `expected`, and none of `unwanted`.
    #[must_use]
    pub const fn new(expected: Option<States>, unwanted: Option<States>) -> Self {
        Self { expected, unwanted }
    }

    /// Whether the request applies to any state.
    #[must_use]
    pub const fn is_none(&self) -> bool {
        self.expected.is_none() && self.unwanted.is_none()
    }

    /// Evaluates the precondition of a request that writes. `current` is the revision of the state that
    /// it replaces, or `None` if there is none. An operation calls this after all other checks
    /// (RFC 9110 §13.2.1). Only revisions are compared: a use of the resource is no change that the
    /// caller could overwrite.
    ///
    /// # Errors
    /// [`Unmet`].
    pub fn check(&self, current: Option<&str>) -> Result<Held, Unmet> {
        self.compare(current, |name, current| revision_in(name) == current)
    }

    /// Evaluates the precondition of a request that reads. `current` is the whole name of the state that
    /// the response shows. `If-Match` compares only the revision; `If-None-Match` compares all that is
    /// shown.
    ///
    /// # Errors
    /// [`Unmet`].
    pub fn check_shown(&self, current: Option<&str>) -> Result<Held, Unmet> {
        self.compare(current, |name, current| name == current)
    }

    fn compare(
        &self,
        current: Option<&str>,
        is_unwanted: impl Fn(&str, &str) -> bool,
    ) -> Result<Held, Unmet> {
        let is_expected = |name: &str, current: &str| revision_in(name) == revision_in(current);
        let expected = self.expected.as_ref();
        if expected.is_some_and(|states| !states.has(current, is_expected)) {
            return Err(Unmet::NotExpected);
        }
        let unwanted = self.unwanted.as_ref();
        if unwanted.is_some_and(|states| states.has(current, is_unwanted)) {
            return Err(Unmet::Unwanted);
        }
        Ok(Held(()))
    }
}

impl States {
    /// Whether the current state is one of these.
    fn has(&self, current: Option<&str>, is_same: impl Fn(&str, &str) -> bool) -> bool {
        match (self, current) {
            (_, None) => false,
            (Self::Any, Some(_)) => true,
            (Self::Named(names), Some(current)) => names.iter().any(|name| is_same(name, current)),
        }
    }
}

/// The revision in the name of a state.
fn revision_in(name: &str) -> &str {
    let parts = name.split_once(STATE_SEPARATOR);
    parts.map_or(name, |(revision, _)| revision)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(
        expected: Option<States>,
        unwanted: Option<States>,
        current: Option<&str>,
    ) -> Option<Unmet> {
        Precondition::new(expected, unwanted).check(current).err()
    }

    fn named(names: &[&str]) -> Option<States> {
        Some(States::Named(
            names.iter().map(|&name| name.to_owned()).collect(),
        ))
    }

    #[test]
    fn without_a_precondition_every_state_is_accepted() {
        assert!(Precondition::default().is_none());
        for current in [None, Some("a")] {
            assert_eq!(outcome(None, None, current), None);
        }
    }

    #[test]
    fn only_an_expected_state_is_accepted() {
        let unmet = Some(Unmet::NotExpected);
        for (expected, current, result) in [
            (named(&["a", "b"]), Some("b"), None),
            (named(&["a", "b"]), Some("c"), unmet),
            (named(&[]), Some("a"), unmet),
            (named(&["a"]), None, unmet),
            (Some(States::Any), Some("a"), None),
            (Some(States::Any), None, unmet),
        ] {
            assert!(!Precondition::new(expected.clone(), None).is_none());
            assert_eq!(
                outcome(expected.clone(), None, current),
                result,
                "{expected:?} {current:?}"
            );
        }
    }

    #[test]
    fn an_unwanted_state_is_refused() {
        let unmet = Some(Unmet::Unwanted);
        for (unwanted, current, result) in [
            (named(&["a", "b"]), Some("b"), unmet),
            (named(&["a", "b"]), Some("c"), None),
            (named(&["a"]), None, None),
            (Some(States::Any), Some("a"), unmet),
            (Some(States::Any), None, None),
        ] {
            assert!(!Precondition::new(None, unwanted.clone()).is_none());
            assert_eq!(
                outcome(None, unwanted.clone(), current),
                result,
                "{unwanted:?} {current:?}"
            );
        }
    }

    /// RFC 9110 §13.2.2: `If-Match` is evaluated first.
    #[test]
    fn an_unexpected_state_counts_before_an_unwanted_one() {
        let both = || named(&["a"]);
        assert_eq!(
            outcome(named(&["b"]), both(), Some("a")),
            Some(Unmet::NotExpected)
        );
        assert_eq!(outcome(both(), both(), Some("a")), Some(Unmet::Unwanted));
        assert_eq!(outcome(both(), named(&["b"]), Some("a")), None);
    }

    /// A token that is issued between a read and a write is no change of the client.
    #[test]
    fn a_use_does_not_change_what_a_write_compares() {
        let unmet = Some(Unmet::NotExpected);
        for (sent, current, on_write, on_read) in [
            ("a.1", "a", None, None),
            ("a", "a", None, None),
            ("a.1", "b", unmet, unmet),
            (".1", "a", unmet, unmet),
            ("", "a", unmet, unmet),
        ] {
            let precondition = || Precondition::new(named(&[sent]), None);
            assert_eq!(precondition().check(Some(current)).err(), on_write);
            for shown in [current.to_owned(), format!("{current}.2")] {
                let read = precondition().check_shown(Some(&shown)).err();
                assert_eq!(read, on_read, "{sent} {shown}");
            }
        }
    }

    #[test]
    fn a_read_is_unwanted_only_in_the_whole_state() {
        let unmet = Some(Unmet::Unwanted);
        for (sent, shown, result) in [
            ("a.1", "a.1", unmet),
            ("a.1", "a.2", None),
            ("a", "a.1", None),
            ("a.1", "a", None),
            ("a", "a", unmet),
        ] {
            let precondition = Precondition::new(None, named(&[sent]));
            let read = precondition.check_shown(Some(shown)).err();
            assert_eq!(read, result, "{sent} {shown}");
            let written = precondition.check(Some("a")).err();
            assert_eq!(written, unmet, "a write replaces the revision: {sent}");
        }
    }
}
