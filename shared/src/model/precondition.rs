//! Preconditions: which state of a resource a request expects (RFC 9110 §13).

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

/// Proof that the precondition of a request held. Only [`Precondition::check`] creates one, and every
/// write of the management API returns one.
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

    /// Evaluates the precondition. `current` is the name of the current state, or `None` if the
    /// resource has none. An operation calls this on the state that it reads or replaces, after all
    /// other checks (RFC 9110 §13.2.1).
    ///
    /// # Errors
    /// [`Unmet`].
    pub fn check(&self, current: Option<&str>) -> Result<Held, Unmet> {
        let is_among = |states: &States| match (states, current) {
            (_, None) => false,
            (States::Any, Some(_)) => true,
            (States::Named(names), Some(current)) => names.iter().any(|name| name == current),
        };
        if self
            .expected
            .as_ref()
            .is_some_and(|states| !is_among(states))
        {
            return Err(Unmet::NotExpected);
        }
        if self.unwanted.as_ref().is_some_and(is_among) {
            return Err(Unmet::Unwanted);
        }
        Ok(Held(()))
    }
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
}
