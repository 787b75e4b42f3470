//! The versions of a secret, and their staging labels.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::generated;

pub(super) const CURRENT: &str = "AWSCURRENT";
pub(super) const PENDING: &str = "AWSPENDING";
pub(super) const PREVIOUS: &str = "AWSPREVIOUS";

/// All secrets, by name.
pub(super) type StoredSecrets = BTreeMap<String, StoredSecret>;

/// A secret with all its versions.
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StoredSecret {
    pub(super) arn: String,
    pub(super) created: u64,
    pub(super) versions: BTreeMap<String, Version>,
}

/// A version of a secret.
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Version {
    pub(super) value: SecretValue,
    pub(super) labels: BTreeSet<String>,
    pub(super) created: u64,
}

/// The value of a version, stored under the protocol's names.
#[derive(Clone, Deserialize, PartialEq, Eq, Serialize)]
pub(super) enum SecretValue {
    #[serde(rename = "SecretString")]
    Text(String),
    /// In base64, as in the request.
    #[serde(rename = "SecretBinary")]
    Binary(String),
    /// No value yet: a rotation will set it.
    Nothing,
}

impl StoredSecret {
    /// Whether it has a version besides one that was generated with it.
    pub(super) fn has_a_version(&self) -> bool {
        self.versions.keys().any(|id| id != generated::VERSION)
    }

    pub(super) fn current_text(&self) -> Option<&str> {
        match &self.versions.get(self.version_with(CURRENT)?)?.value {
            SecretValue::Text(text) => Some(text),
            SecretValue::Binary(_) | SecretValue::Nothing => None,
        }
    }

    /// The id of the version with this label. At most one version has it.
    pub(super) fn version_with(&self, label: &str) -> Option<&str> {
        self.versions
            .iter()
            .find(|(_, version)| version.labels.contains(label))
            .map(|(id, _)| id.as_str())
    }

    /// Moves a label to a version, or removes it. A version that loses `AWSCURRENT` gets
    /// `AWSPREVIOUS`, for a rollback.
    pub(super) fn move_label(&mut self, label: &str, to: Option<&str>) {
        let from = self.version_with(label).map(str::to_owned);
        if from.as_deref() == to {
            return;
        }
        for version in self.versions.values_mut() {
            version.labels.remove(label);
        }
        if let Some(version) = to.and_then(|id| self.versions.get_mut(id)) {
            version.labels.insert(label.to_owned());
        }
        if label == CURRENT && from.is_some() {
            self.move_label(PREVIOUS, from.as_deref());
        }
    }
}
