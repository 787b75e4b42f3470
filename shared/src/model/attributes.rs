use std::fmt;

use super::Timestamp;

/// Why a value cannot be an attribute. `Display` is for the person who sent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidValue {
    /// It is of another kind, or not one of those that there are.
    Not(&'static str),
    /// It is not that word.
    OtherThan(&'static str),
    /// It is a number that is too small or too large.
    OutOf(Bounds, &'static str),
    /// It is empty or blank.
    Empty,
    /// It has more characters than that.
    LongerThan(u32),
    /// It contains such characters.
    Contains(&'static str),
}

/// The least and the most that a number, or the length of a text in characters, may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The least.
    pub minimum: u32,
    /// The most.
    pub maximum: u32,
}

/// What people call an App Client: 1 to 255 characters, none of them a control character or one
/// that makes two names look alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(String);

/// What an App Client is for: up to 1,000 characters; line breaks and tabs are the only control
/// characters. May be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Description(String);

/// Whether a client may get tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientStatus {
    /// It may.
    Enabled,
    /// It may not, and tokens that it still has open no door of the management API.
    Disabled,
}

/// How long a client's access tokens are valid, in seconds: 60 to 86,400.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccessTokenLifetime(u32);

/// How many tokens a client gets in any rolling hour: 1 to 1,000,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TokenQuota(u32);

impl Name {
    /// How many characters it has.
    pub const LENGTH: Bounds = Bounds::new(1, 255);

    /// # Errors
    /// When it is empty or blank, too long, or holds a control character.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        if text.trim().is_empty() {
            return Err(InvalidValue::Empty);
        }
        Self::LENGTH.not_longer(text)?;
        if text
            .chars()
            .any(|character| character.is_control() || is_invisible(character))
        {
            return Err(InvalidValue::Contains("control or invisible characters"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The name as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Characters without a shape, and those that turn the direction of the text around them.
const fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

impl Description {
    /// How many characters it has.
    pub const LENGTH: Bounds = Bounds::new(0, 1_000);

    /// # Errors
    /// When it is too long or holds a control character.
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

    /// The description as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl ClientStatus {
    /// # Errors
    /// When it is neither `enabled` nor `disabled`.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        match text {
            "enabled" => Ok(Self::Enabled),
            "disabled" => Ok(Self::Disabled),
            _ => Err(InvalidValue::Not("\"enabled\" or \"disabled\"")),
        }
    }

    /// The word that [`Self::parse`] reads.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
        }
    }
}

impl AccessTokenLifetime {
    /// The shortest and the longest lifetime that a client can have.
    pub const SECONDS: Bounds = Bounds::new(60, 86_400);
    /// The lifetime of a client that has none of its own.
    pub const DEFAULT: Self = Self(3_600);

    /// # Errors
    /// When it is shorter than a minute or longer than a day.
    pub fn from_seconds(seconds: u64) -> Result<Self, InvalidValue> {
        Self::SECONDS.parse(seconds, "seconds").map(Self)
    }

    /// The lifetime in seconds.
    #[must_use]
    pub const fn seconds(self) -> u32 {
        self.0
    }

    /// When a token that is issued at `now` expires.
    #[must_use]
    pub const fn expiry(self, now: Timestamp) -> Timestamp {
        now.plus(self.0 as u64)
    }
}

impl TokenQuota {
    /// The smallest and the largest quota.
    pub const TOKENS: Bounds = Bounds::new(1, 1_000_000);

    /// # Errors
    /// When it is zero or more than a million.
    pub fn per_hour(tokens: u64) -> Result<Self, InvalidValue> {
        Self::TOKENS.parse(tokens, "tokens per hour").map(Self)
    }

    /// Tokens in an hour.
    #[must_use]
    pub const fn tokens(self) -> u32 {
        self.0
    }
}

impl Bounds {
    const fn new(minimum: u32, maximum: u32) -> Self {
        Self { minimum, maximum }
    }

    fn parse(self, number: u64, unit: &'static str) -> Result<u32, InvalidValue> {
        let number = u32::try_from(number).ok();
        number
            .filter(|number| (self.minimum..=self.maximum).contains(number))
            .ok_or(InvalidValue::OutOf(self, unit))
    }

    fn not_longer(self, text: &str) -> Result<(), InvalidValue> {
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
    fn a_name_has_characters_and_no_control_characters() {
        assert!(Name::parse("Zambda ⚕ nightly").is_ok());
        assert!(Name::parse(&"é".repeat(255)).is_ok());
        for refused in [
            "",
            "  ",
            "nul\0",
            "line\nbreak",
            "\u{7f}",
            "a\u{200b}",
            "\u{202e}b",
            &"x".repeat(256),
        ] {
            assert!(Name::parse(refused).is_err(), "{refused:?}");
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
