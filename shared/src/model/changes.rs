//! What a request changes, for its audit event.

use uuid::Uuid;

/// The attributes that a request changes, in the order of the resource, with their new values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes(Vec<(&'static str, NewValue)>);

/// The new value of an attribute. No variant can hold text from the caller, or a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewValue {
    /// A value that is not recorded, such as text from the caller.
    Unrecorded,
    /// A word of the service.
    Word(&'static str),
    /// A number.
    Number(u32),
    /// The id of a related resource.
    Id(Uuid),
}

impl Changes {
    /// Adds an attribute if its new value differs from the former one, or if there is none.
    pub(super) fn add<T: PartialEq>(
        &mut self,
        name: &'static str,
        former: Option<&T>,
        new: &T,
        value: NewValue,
    ) {
        if former != Some(new) {
            self.0.push((name, value));
        }
    }

    /// Whether nothing changes.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The attributes, with their new values.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, NewValue)> {
        self.0.iter().copied()
    }
}
