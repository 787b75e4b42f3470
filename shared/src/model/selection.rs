//! Which clients a list has, and in which order.

use super::folded::Folded;
use super::{AppClient, ClientStatus, InvalidValue, Name, RoleId};

/// What every client of a list has in common. Without any, the list has all clients of an org.
#[derive(Clone, Debug, Default)]
pub struct ClientFilter {
    /// The start of its name.
    pub name: Option<NamePrefix>,
    /// Its status.
    pub status: Option<ClientStatus>,
    /// The id of its role.
    pub role: Option<RoleId>,
}

/// The start of a name. It matches names in upper and lower case.
#[derive(Clone, Debug)]
pub struct NamePrefix(Folded);

/// The order of a list of clients.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClientOrder {
    /// By time of creation, oldest first.
    #[default]
    Created,
    /// By time of creation, newest first.
    CreatedDescending,
    /// By name, ignoring case.
    Name,
    /// By name, ignoring case, in reverse.
    NameDescending,
}

impl ClientFilter {
    /// Whether a client is on the list.
    #[must_use]
    pub fn matches(&self, client: &AppClient) -> bool {
        let has_role = |id| client.roles.iter().any(|role| role.id == id);
        self.status.is_none_or(|status| client.status == status)
            && self.role.is_none_or(has_role)
            && self
                .name
                .as_ref()
                .is_none_or(|prefix| Folded::of(client.name.as_str()).starts_with(&prefix.0))
    }

    /// Whether the index of an order tells apart the clients that match: the list then reads few
    /// others.
    #[must_use]
    pub const fn is_indexed(&self, order: ClientOrder) -> bool {
        let is_by_name = self.name.is_none() || order.is_by_name();
        self.status.is_none() && self.role.is_none() && is_by_name
    }
}

impl NamePrefix {
    /// Parses the start of a name. It may have any characters: without a match, the list is empty.
    ///
    /// # Errors
    /// When it is empty, or longer than a name.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        if text.is_empty() {
            return Err(InvalidValue::Empty);
        }
        Name::LENGTH.not_longer(text)?;
        Ok(Self(Folded::of(text)))
    }

    /// The start in the form in which names are compared.
    #[must_use]
    pub const fn folded(&self) -> &Folded {
        &self.0
    }
}

impl ClientOrder {
    /// Every order.
    pub const ALL: [Self; 4] = [
        Self::Created,
        Self::CreatedDescending,
        Self::Name,
        Self::NameDescending,
    ];

    /// The order with this word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|order| order.as_str() == text)
    }

    /// Its word in requests and cursors (JSON:API 1.1, sorting).
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "createdAt",
            Self::CreatedDescending => "-createdAt",
            Self::Name => "name",
            Self::NameDescending => "-name",
        }
    }

    /// Whether names decide, rather than times.
    #[must_use]
    pub const fn is_by_name(self) -> bool {
        matches!(self, Self::Name | Self::NameDescending)
    }

    /// Whether the last comes first.
    #[must_use]
    pub const fn is_descending(self) -> bool {
        matches!(self, Self::CreatedDescending | Self::NameDescending)
    }
}
