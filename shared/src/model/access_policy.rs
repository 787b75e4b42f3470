//! Access policies as they were sent.

use serde_json::{Value, json};

use super::client_secret::PREFIX;
use super::policy::{InvalidPolicy, Policy, Reason};

/// An access policy as a document contains it, with its rules. It is given back as it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessPolicy {
    sent: Value,
    policy: Policy,
}

impl AccessPolicy {
    /// Parses a policy in a document. It is logged and shown, so it must not contain a client secret by
    /// mistake.
    ///
    /// # Errors
    /// The first place that is wrong.
    pub fn parse(sent: &Value) -> Result<Self, InvalidPolicy> {
        let policy = Policy::parse(sent)?;
        if sent.to_string().contains(PREFIX) {
            return Err(InvalidPolicy {
                pointer: String::new(),
                reason: Reason::Secret,
            });
        }
        Ok(Self {
            policy,
            sent: sent.clone(),
        })
    }

    /// Parses a policy in the table. If this release cannot read it, nothing may be assumed about what it
    /// allows or denies.
    pub(crate) fn from_stored(text: &str) -> Option<Self> {
        Self::parse(&serde_json::from_str(text).ok()?).ok()
    }

    /// The policy as it was sent.
    #[must_use]
    pub const fn sent(&self) -> &Value {
        &self.sent
    }

    /// Its rules.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }
}

/// A policy without rules, which allows nothing.
impl Default for AccessPolicy {
    fn default() -> Self {
        Self {
            sent: json!({ "rule": [] }),
            policy: Policy::default(),
        }
    }
}
