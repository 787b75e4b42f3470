//! The names of roles.

use super::{Bounds, Folded, InvalidValue};

/// A role's name. In a request it has 1 to 64 characters, not all blank, and no control or invisible
/// characters (`visible.rs`).
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

    /// The name in the form by which names are compared: without regard to case.
    #[must_use]
    pub fn folded(&self) -> Folded {
        Folded::of(&self.0)
    }
}
