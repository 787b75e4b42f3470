//! The days on which a client and its secrets were last used.

use super::{Day, SecretPlace};

/// The days of last use that a client's gate holds; `None` if there was no use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LastUses {
    /// The day of the client's last token.
    pub client: Option<Day>,
    /// The day of the last token for the secret in the first place.
    pub first: Option<Day>,
    /// The day of the last token for the secret in the second place.
    pub second: Option<Day>,
}

impl LastUses {
    /// The day of the last token for the secret in this place.
    #[must_use]
    pub const fn of(&self, place: SecretPlace) -> Option<Day> {
        match place {
            SecretPlace::First => self.first,
            SecretPlace::Second => self.second,
        }
    }
}
