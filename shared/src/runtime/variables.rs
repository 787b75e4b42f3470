//! The environment variables of a function, as `template.yaml` sets them.

use std::collections::HashMap;
use std::fmt;

/// The environment variables, by name.
#[derive(Clone, Default)]
pub struct Variables(HashMap<String, String>);

/// A variable without which the function cannot start is missing or invalid.
#[derive(Debug, thiserror::Error)]
pub enum VariableError {
    /// The variable is not set.
    #[error("the environment variable {0} is not set")]
    Missing(&'static str),
    /// The variable has an invalid value.
    #[error("the environment variable {0} has an invalid value")]
    Invalid(&'static str),
    /// No root certificates were found.
    #[error(
        "no root certificates were found in SSL_CERT_FILE, SSL_CERT_DIR or the system's certificate store"
    )]
    NoCertificates,
}

impl Variables {
    /// The variables of this process.
    #[must_use]
    pub fn from_process() -> Self {
        #[expect(clippy::disallowed_methods, reason = "the lint points to this module")]
        let variables = std::env::vars_os();
        let readable = variables.filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        });
        Self(readable.collect())
    }

    /// The value of a required variable.
    ///
    /// # Errors
    /// [`VariableError::Missing`] when the variable is not set or empty.
    pub fn required(&self, name: &'static str) -> Result<&str, VariableError> {
        self.optional(name).ok_or(VariableError::Missing(name))
    }

    /// The value of a required variable, parsed.
    ///
    /// # Errors
    /// [`VariableError::Missing`] when the variable is not set or empty, and
    /// [`VariableError::Invalid`] when `parse` returns `None`.
    pub fn parsed<T>(
        &self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, VariableError> {
        parse(self.required(name)?).ok_or(VariableError::Invalid(name))
    }

    /// The names of all variables.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Whether a variable is `true` in any case, as in AWS SDKs.
    pub(super) fn is_true(&self, name: &str) -> bool {
        self.optional(name)
            .is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// The value of a variable, if it is set and not empty.
    #[must_use]
    pub fn optional(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Variables {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        Self(
            pairs
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        )
    }
}

/// Only the names: on Lambda, some values are credentials.
impl fmt::Debug for Variables {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.0.keys()).finish()
    }
}
