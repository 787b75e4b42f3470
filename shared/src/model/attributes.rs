//! The attributes of an App Client, each a type with two ways in.
//!
//! A value from a request must follow the rule of its attribute. A value from the table
//! (`from_stored`) followed the rule of the release that wrote it, so no rule applies to it. Only a
//! value without which the service cannot decide safely, such as an unknown status, is unreadable.

use std::fmt;

use super::Timestamp;
use super::visible::{has_hidden, is_blank};

/// Why an attribute's value is invalid. `Display` is part of a public error text, after the
/// attribute's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidValue {
    /// The value has another type, or is not an allowed one. The text says what it must be.
    Not(&'static str),
    /// The value is not this word, the only allowed one.
    OtherThan(&'static str),
    /// The number is out of these bounds. The text is its unit.
    OutOf(Bounds, &'static str),
    /// The value is neither null nor a time within these bounds, in days from now.
    NotAnEnd(Bounds),
    /// The text is empty or blank.
    Empty,
    /// The text has more than this number of characters.
    LongerThan(u32),
    /// The text contains characters that are not allowed; the text names them.
    Contains(&'static str),
}

/// The minimum and maximum of a number, or of a text's length in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The minimum.
    pub minimum: u32,
    /// The maximum.
    pub maximum: u32,
}

/// An App Client's name. In a request it has 1 to 255 characters, not all blank, and no control or
/// invisible characters (`visible.rs`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(String);

/// An App Client's description. In a request it has up to 1,000 characters. Line breaks and tabs are
/// the only control characters. It may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Description(String);

/// Whether a client can get tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientStatus {
    /// The client can get tokens.
    Enabled,
    /// The client cannot get tokens, and the management API rejects the tokens that it has.
    Disabled,
}

/// The lifetime of a client's access tokens, in seconds; in a request, 60 to 86,400.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccessTokenLifetime(u32);

/// The number of tokens that a client can get in any rolling hour; in a request, 1 to 1,000,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TokenQuota(u32);

impl Name {
    /// The length in characters.
    pub const LENGTH: Bounds = Bounds::new(1, 255);

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
}

impl Description {
    /// The length in characters.
    pub const LENGTH: Bounds = Bounds::new(0, 1_000);

    /// Parses a description.
    ///
    /// # Errors
    /// When the text is too long, or has a control character other than a line break or tab.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        Self::LENGTH.not_longer(text)?;
        if text
            .chars()
            .any(|character| character.is_control() && !matches!(character, '\n' | '\r' | '\t'))
        {
            return Err(InvalidValue::Contains("control characters"));
        }
        Ok(Self(text.to_owned()))
    }

    /// A description in the table, whatever it contains.
    pub(crate) fn from_stored(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The description.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl ClientStatus {
    /// Parses a status.
    ///
    /// # Errors
    /// When the text is neither `enabled` nor `disabled`.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        Self::from_stored(text).ok_or(InvalidValue::Not("\"enabled\" or \"disabled\""))
    }

    /// The status of this word; `None` for another word. Nothing may be assumed about a client whose
    /// status a newer release has introduced.
    pub(crate) fn from_stored(text: &str) -> Option<Self> {
        match text {
            "enabled" => Some(Self::Enabled),
            "disabled" => Some(Self::Disabled),
            _ => None,
        }
    }

    /// The word in requests, in responses and in the table.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
        }
    }
}

impl AccessTokenLifetime {
    /// The longest lifetime of a token, in seconds. A stored lifetime may be longer, but no token is:
    /// a key stays published for this long after its last signature.
    pub const LONGEST: u32 = 86_400;
    /// The shortest and longest lifetime in a request.
    pub const SECONDS: Bounds = Bounds::new(60, Self::LONGEST);
    /// The lifetime if the request sets none.
    pub const DEFAULT: Self = Self(3_600);

    /// A lifetime of `seconds`.
    ///
    /// # Errors
    /// When it is shorter than a minute or longer than a day.
    pub fn from_seconds(seconds: u64) -> Result<Self, InvalidValue> {
        Self::SECONDS.parse(seconds, "seconds").map(Self)
    }

    /// A lifetime in the table, in seconds.
    pub(crate) const fn from_stored(seconds: u32) -> Self {
        Self(seconds)
    }

    /// The lifetime in seconds.
    #[must_use]
    pub const fn seconds(self) -> u32 {
        self.0
    }

    /// The expiry of a token issued at `now`.
    #[must_use]
    pub fn expiry(self, now: Timestamp) -> Timestamp {
        now.plus(self.0.min(Self::LONGEST).into())
    }
}

impl TokenQuota {
    /// The smallest and largest quota in a request.
    pub const TOKENS: Bounds = Bounds::new(1, 1_000_000);

    /// A quota of `tokens` in any rolling hour.
    ///
    /// # Errors
    /// When it is zero or more than a million.
    pub fn per_hour(tokens: u64) -> Result<Self, InvalidValue> {
        Self::TOKENS.parse(tokens, "tokens per hour").map(Self)
    }

    /// A quota in the table, in tokens per hour.
    pub(crate) const fn from_stored(tokens: u32) -> Self {
        Self(tokens)
    }

    /// Tokens per hour.
    #[must_use]
    pub const fn tokens(self) -> u32 {
        self.0
    }
}

impl Bounds {
    pub(super) const fn new(minimum: u32, maximum: u32) -> Self {
        Self { minimum, maximum }
    }

    pub(super) fn parse(self, number: u64, unit: &'static str) -> Result<u32, InvalidValue> {
        let number = u32::try_from(number).ok();
        number
            .filter(|number| (self.minimum..=self.maximum).contains(number))
            .ok_or(InvalidValue::OutOf(self, unit))
    }

    /// A text of this length that a reader can see, in one line.
    pub(super) fn visible_line(self, text: &str) -> Result<(), InvalidValue> {
        if is_blank(text) {
            return Err(InvalidValue::Empty);
        }
        self.not_longer(text)?;
        if has_hidden(text) {
            return Err(InvalidValue::Contains("control or invisible characters"));
        }
        Ok(())
    }

    pub(super) fn not_longer(self, text: &str) -> Result<(), InvalidValue> {
        if text.chars().count() > self.maximum as usize {
            return Err(InvalidValue::LongerThan(self.maximum));
        }
        Ok(())
    }
}

impl fmt::Display for InvalidValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Not(what) => write!(formatter, "must be {what}"),
            Self::OtherThan(word) => write!(formatter, "must be \"{word}\""),
            Self::OutOf(Bounds { minimum, maximum }, unit) => {
                write!(formatter, "must be between {minimum} and {maximum} {unit}")
            }
            Self::NotAnEnd(Bounds { minimum, maximum }) => write!(
                formatter,
                "must be null or a time {minimum} to {maximum} days ahead, as a number of epoch \
                 seconds (not milliseconds, not text)"
            ),
            Self::Empty => formatter.write_str("must not be blank"),
            Self::LongerThan(maximum) => {
                write!(formatter, "must not exceed {maximum} characters")
            }
            Self::Contains(what) => write!(formatter, "must not contain {what}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_not_blank_and_has_no_control_or_invisible_characters() {
        assert!(Name::parse("Zambda ⚕ nightly").is_ok());
        assert!(Name::parse(&"é".repeat(255)).is_ok());
        for invalid in [
            "",
            "  ",
            "nul\0",
            "line\nbreak",
            "\u{7f}",
            "a\u{200b}",
            "\u{202e}b",
            &"x".repeat(256),
        ] {
            assert!(Name::parse(invalid).is_err(), "{invalid:?}");
        }
    }

    #[test]
    fn a_lifetime_is_between_a_minute_and_a_day() {
        assert!(AccessTokenLifetime::from_seconds(59).is_err());
        assert!(AccessTokenLifetime::from_seconds(60).is_ok());
        assert!(AccessTokenLifetime::from_seconds(86_400).is_ok());
        assert!(AccessTokenLifetime::from_seconds(86_401).is_err());
        assert!(AccessTokenLifetime::from_seconds(u64::MAX).is_err());
    }

    #[test]
    fn a_quota_is_between_one_and_a_million() {
        assert!(TokenQuota::per_hour(0).is_err());
        assert!(TokenQuota::per_hour(1).is_ok());
        assert!(TokenQuota::per_hour(1_000_000).is_ok());
        assert!(TokenQuota::per_hour(1_000_001).is_err());
        assert!(TokenQuota::per_hour(u64::from(u32::MAX) + 2).is_err());
    }
}
