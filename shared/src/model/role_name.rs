//! The names of roles.

use super::client_secret::PREFIX;
use super::{Bounds, Folded, InvalidValue};

/// A role's name. In a request it has 1 to 64 characters, no control or invisible characters
/// (`visible.rs`), and single spaces between its words only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleName(String);

impl RoleName {
    /// The length in characters.
    pub const LENGTH: Bounds = Bounds::new(1, 64);

    /// Parses a name.
    ///
    /// # Errors
    /// When the text is blank, too long, or has a control or invisible character.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        Self::LENGTH.visible_line(text)?;
        // Others may trim a name in a token, or take another space for the usual one.
        let words: Vec<_> = text.split(char::is_whitespace).collect();
        let is_spaced_plainly = words.iter().all(|word| !word.is_empty())
            && text.chars().all(|it| it == ' ' || !it.is_whitespace());
        if !is_spaced_plainly {
            return Err(InvalidValue::Contains(
                "spaces at its ends, several together, or other ones than U+0020",
            ));
        }
        if text.contains(PREFIX) {
            return Err(InvalidValue::Contains("a client secret"));
        }
        Ok(Self(text.to_owned()))
    }

    /// A name in the table, whatever it contains.
    pub(crate) fn from_stored(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name in the form by which names are compared.
    #[must_use]
    pub fn folded(&self) -> Folded {
        Folded::compatible(&self.0)
    }
}
