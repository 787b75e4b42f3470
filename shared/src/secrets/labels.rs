//! The versions of a secret, and their staging labels.

use std::collections::HashMap;

/// A staging label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// The version in use.
    Current,
    /// The version that a rotation is creating.
    Pending,
    /// The credentials of the client that was recovered last.
    Recovered,
}

/// The versions of a secret that have labels.
#[derive(Debug)]
pub struct Versions {
    /// The ARN of the secret.
    pub arn: String,
    pub(super) labels: HashMap<String, Vec<String>>,
}

impl Label {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Current => "AWSCURRENT",
            Self::Pending => "AWSPENDING",
            Self::Recovered => "RECOVERED",
        }
    }
}

impl Versions {
    /// The version with this label.
    #[must_use]
    pub fn with(&self, label: Label) -> Option<&str> {
        let mut versions = self.labels.iter();
        versions
            .find(|(_, labels)| labels.iter().any(|name| name == label.name()))
            .map(|(version, _)| version.as_str())
    }

    /// Whether this version exists and has a label.
    #[must_use]
    pub fn contain(&self, version: &str) -> bool {
        self.labels.contains_key(version)
    }
}
