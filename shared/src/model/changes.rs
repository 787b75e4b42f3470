//! What a request changes, for its audit event.

use serde_json::Value;
use uuid::Uuid;

use super::{SecretId, Timestamp};

/// The attributes that a request changes, in the order of the resource; and the secrets that it changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    attributes: Vec<AttributeChange>,
    secrets: Vec<SecretChange>,
}

/// An attribute that a request changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeChange {
    /// Its name.
    pub name: &'static str,
    /// The former value; `None` if there was none.
    pub from: Option<LoggedValue>,
    /// The new value.
    pub to: LoggedValue,
}

/// A secret that a request changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecretChange {
    /// The secret.
    pub id: SecretId,
    /// What happens to it.
    pub event: SecretEvent,
}

/// What a request does to a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretEvent {
    /// It is added, with this end.
    Added(Option<Timestamp>),
    /// It is rejected from now on, because another one is added.
    Replaced,
    /// It is rejected from now on.
    Deleted,
    /// It gets this end. That of the previous secret is changed by a rotation with an overlap.
    EndChanged(Option<Timestamp>),
}

/// A value of an attribute in the log. No variant can hold a secret, or free text from the caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoggedValue {
    /// A value that is not recorded, such as text from the caller.
    Unrecorded,
    /// A word of the service.
    Word(&'static str),
    /// A number.
    Number(u32),
    /// The ids of related resources.
    Ids(Vec<Uuid>),
    /// An access policy as it was sent: it consists of visible ASCII, and contains no client secret.
    Policy(Value),
    /// No value.
    None,
}

impl Changes {
    /// Adds an attribute if its new value differs from the former one, or if there is none.
    pub(crate) fn add<T: PartialEq>(
        &mut self,
        name: &'static str,
        former: Option<&T>,
        new: &T,
        logged: fn(&T) -> LoggedValue,
    ) {
        if former != Some(new) {
            self.attributes.push(AttributeChange {
                name,
                from: former.map(logged),
                to: logged(new),
            });
        }
    }

    /// Whether nothing changes.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.attributes.is_empty() && self.secrets.is_empty()
    }

    /// The attributes.
    #[must_use]
    pub fn attributes(&self) -> &[AttributeChange] {
        &self.attributes
    }

    /// Adds the secrets.
    pub(super) fn add_secrets(&mut self, secrets: Vec<SecretChange>) {
        self.secrets.extend(secrets);
    }

    /// The secrets.
    #[must_use]
    pub fn secrets(&self) -> &[SecretChange] {
        &self.secrets
    }
}

impl SecretEvent {
    /// The name in the log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Added(_) => "added",
            Self::Replaced => "replaced",
            Self::Deleted => "deleted",
            Self::EndChanged(_) => "end_changed",
        }
    }

    /// The new end; `None` if the secret has none, or if the event sets none.
    #[must_use]
    pub const fn end(self) -> Option<Timestamp> {
        match self {
            Self::Added(end) | Self::EndChanged(end) => end,
            Self::Replaced | Self::Deleted => None,
        }
    }
}
