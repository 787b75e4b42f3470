use std::fmt;

use super::Timestamp;

/// Why a value cannot be an attribute: words for the person who sent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused(pub &'static str);

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
    /// # Errors
    /// When it is empty or blank, too long, or holds a control character.
    pub fn parse(text: &str) -> Result<Self, Refused> {
        if text.trim().is_empty() {
            return Err(Refused("must not be empty"));
        }
        if text.chars().count() > 255 {
            return Err(Refused("must have at most 255 characters"));
        }
        if text
            .chars()
            .any(|character| character.is_control() || is_invisible(character))
        {
            return Err(Refused("must not contain control or invisible characters"));
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
    /// # Errors
    /// When it is too long or holds a control character.
    pub fn parse(text: &str) -> Result<Self, Refused> {
        if text.chars().count() > 1_000 {
            return Err(Refused("must have at most 1000 characters"));
        }
        if text
            .chars()
            .any(|character| character.is_control() && !matches!(character, '\n' | '\r' | '\t'))
        {
            return Err(Refused("must not contain control characters"));
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
    pub fn parse(text: &str) -> Result<Self, Refused> {
        match text {
            "enabled" => Ok(Self::Enabled),
            "disabled" => Ok(Self::Disabled),
            _ => Err(Refused("must be \"enabled\" or \"disabled\"")),
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
    /// The longest lifetime that any client can have, in seconds.
    pub const LONGEST: Self = Self(86_400);

    /// # Errors
    /// When it is shorter than a minute or longer than a day.
    pub fn from_seconds(seconds: u64) -> Result<Self, Refused> {
        match u32::try_from(seconds) {
            Ok(seconds @ 60..=86_400) => Ok(Self(seconds)),
            _ => Err(Refused("must be between 60 and 86400 seconds")),
        }
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

impl Default for AccessTokenLifetime {
    fn default() -> Self {
        Self(3_600)
    }
}

impl TokenQuota {
    /// # Errors
    /// When it is zero or more than a million.
    pub fn per_hour(tokens: u64) -> Result<Self, Refused> {
        match u32::try_from(tokens) {
            Ok(tokens @ 1..=1_000_000) => Ok(Self(tokens)),
            _ => Err(Refused("must be between 1 and 1000000 tokens per hour")),
        }
    }

    /// Tokens in an hour.
    #[must_use]
    pub const fn tokens(self) -> u32 {
        self.0
    }
}

impl Default for TokenQuota {
    fn default() -> Self {
        Self(200)
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
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
