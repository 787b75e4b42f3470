//! The versions of a secret, and the staging labels that say what each is for.

use std::collections::HashMap;

/// A staging label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// The version that is used.
    Current,
    /// The version that a rotation is making.
    Pending,
}

/// Which versions bear which labels.
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
        }
    }
}

impl Versions {
    /// The version with that label.
    #[must_use]
    pub fn with(&self, label: Label) -> Option<&str> {
        let mut versions = self.labels.iter();
        versions
            .find(|(_, labels)| labels.iter().any(|name| name == label.name()))
            .map(|(version, _)| version.as_str())
    }

    /// Whether there is such a version, and it has a label.
    #[must_use]
    pub fn contain(&self, version: &str) -> bool {
        self.labels.contains_key(version)
    }
}
