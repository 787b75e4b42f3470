//! A secret's versions and the staging labels that say what each is for.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub(super) const CURRENT: &str = "AWSCURRENT";
pub(super) const PENDING: &str = "AWSPENDING";
pub(super) const PREVIOUS: &str = "AWSPREVIOUS";

/// Every secret, by its name.
pub(super) type Secrets = BTreeMap<String, StoredSecret>;

/// A secret and all that was ever put into it.
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StoredSecret {
    pub(super) arn: String,
    pub(super) created: u64,
    pub(super) versions: BTreeMap<String, Version>,
}

/// One value of a secret.
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Version {
    pub(super) value: SecretValue,
    pub(super) labels: BTreeSet<String>,
    pub(super) created: u64,
}

/// What is secret, under the names that the protocol has for it.
#[derive(Clone, Deserialize, PartialEq, Eq, Serialize)]
pub(super) enum SecretValue {
    #[serde(rename = "SecretString")]
    Text(String),
    /// In base64, as it came.
    #[serde(rename = "SecretBinary")]
    Binary(String),
    /// Nothing yet: a rotation is to put something.
    Nothing,
}

impl StoredSecret {
    pub(super) fn has_a_version(&self) -> bool {
        !self.versions.is_empty()
    }

    pub(super) fn current_text(&self) -> Option<&str> {
        match &self.versions.get(self.version_with(CURRENT)?)?.value {
            SecretValue::Text(text) => Some(text),
            SecretValue::Binary(_) | SecretValue::Nothing => None,
        }
    }

    /// The id of the version that bears the label; no two do.
    pub(super) fn version_with(&self, label: &str) -> Option<&str> {
        self.versions
            .iter()
            .find(|(_, version)| version.labels.contains(label))
            .map(|(id, _)| id.as_str())
    }

    /// Moves a label to a version, or off every version. The version that loses AWSCURRENT to
    /// another gets AWSPREVIOUS, so that there is always one to go back to.
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
