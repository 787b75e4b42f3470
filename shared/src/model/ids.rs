//! The ids of clients, orgs and roles.

use std::fmt;

use uuid::Uuid;

/// The id of an App Client. `id` and `clientId` are two forms of this UUID, so either leads to the
/// same key in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClientId(Uuid);

/// The id of an org. An org is a tenant: it has no access to the data of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OrgId(Uuid);

/// The id of a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RoleId(Uuid);

impl ClientId {
    /// The client with this UUID.
    #[must_use]
    pub const fn new(id: Uuid) -> Self {
        Self(id)
    }

    /// Parses the API's `id`; `None` if it is not a UUID in the form that the API writes.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        hyphenated(id).map(Self)
    }

    /// Parses a `client_id` (RFC 6749 §2.2): 32 lowercase hexadecimal digits. Any other form gives
    /// `None`, so a client has exactly one.
    #[must_use]
    pub fn from_client_id(client_id: &str) -> Option<Self> {
        let canonical = client_id.len() == 32
            && client_id
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        canonical
            .then(|| Uuid::try_parse(client_id).ok())
            .flatten()
            .map(Self)
    }

    /// The client ID to authenticate with.
    #[must_use]
    pub fn client_id(self) -> String {
        self.0.simple().to_string()
    }
}

impl OrgId {
    /// The org with this UUID.
    #[must_use]
    pub const fn new(id: Uuid) -> Self {
        Self(id)
    }

    /// Parses an org's id; `None` if it is not a UUID in the form that the API writes.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        hyphenated(id).map(Self)
    }
}

impl RoleId {
    /// The role with this UUID.
    #[must_use]
    pub const fn new(id: Uuid) -> Self {
        Self(id)
    }

    /// Parses a role's id; `None` if it is not a UUID in the form that the API writes.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        hyphenated(id).map(Self)
    }
}

/// Parses the lowercase text form of RFC 9562 §4, the only form of an id that is accepted.
fn hyphenated(text: &str) -> Option<Uuid> {
    let id = Uuid::try_parse(text).ok()?;
    (id.hyphenated().to_string() == text).then_some(id)
}

impl From<ClientId> for Uuid {
    fn from(id: ClientId) -> Self {
        id.0
    }
}

impl From<RoleId> for Uuid {
    fn from(id: RoleId) -> Self {
        id.0
    }
}

macro_rules! displayed_as_uuid {
    ($($id:ty),*) => {$(
        impl fmt::Display for $id {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(formatter)
            }
        }
    )*};
}
displayed_as_uuid!(ClientId, OrgId, RoleId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn id_and_client_id_name_the_same_client() {
        let client = ClientId::new(Uuid::from_u128(0x2335_7fe8_3368_484d_a040_a6e6_72d5_9de1));
        assert_eq!(client.to_string(), "23357fe8-3368-484d-a040-a6e672d59de1");
        assert_eq!(client.client_id(), "23357fe83368484da040a6e672d59de1");
        assert_eq!(ClientId::from_id(&client.to_string()), Some(client));
        assert_eq!(ClientId::from_client_id(&client.client_id()), Some(client));
    }

    #[test]
    fn a_client_id_has_one_form() {
        for other in [
            "23357fe8-3368-484d-a040-a6e672d59de1",
            "23357FE83368484DA040A6E672D59DE1",
            "23357fe83368484da040a6e672d59de",
            " 3357fe83368484da040a6e672d59de1",
            "",
        ] {
            assert_eq!(ClientId::from_client_id(other), None, "{other}");
        }
    }

    #[test]
    fn an_id_is_a_lowercase_hyphenated_uuid() {
        for other in [
            "me",
            "23357fe83368484da040a6e672d59de1",
            "{23357fe8-3368-484d-a040-a6e672d59de1}",
            "23357FE8-3368-484D-A040-A6E672D59DE1",
            "23357fe8-3368-484d-a040-a6e672d59dex",
        ] {
            assert_eq!(ClientId::from_id(other), None, "{other}");
        }
    }
}
