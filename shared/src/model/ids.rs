//! The ids of clients, their secrets, orgs and roles.

use std::fmt;

use aws_lc_rs::digest::{Context, SHA256};
use uuid::{Builder, Uuid};

use super::{Folded, SecretHash};

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

/// The id of a client secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SecretId(Uuid);

impl ClientId {
    /// The client with this UUID.
    #[must_use]
    pub const fn new(id: Uuid) -> Self {
        Self(id)
    }

    /// Parses an `id` or a `client_id` (RFC 6749 §2.2) from a request. Both are spellings of one UUID.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        in_any_spelling(id).map(Self)
    }

    /// Parses an id in the table.
    pub(crate) fn from_stored(id: &str) -> Option<Self> {
        hyphenated(id).map(Self)
    }

    /// Parses a `client_id` that the service wrote, such as the `sub` of a token: 32 lowercase
    /// hexadecimal digits. Any other form gives `None`.
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

    /// Parses an org's id.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        in_any_spelling(id).map(Self)
    }

    /// Parses an org's id in the table.
    pub(crate) fn from_stored(id: &str) -> Option<Self> {
        hyphenated(id).map(Self)
    }
}

impl RoleId {
    /// The role with this UUID.
    #[must_use]
    pub const fn new(id: Uuid) -> Self {
        Self(id)
    }

    /// The id of an org's role with this name. It follows from the two, so a name is unique in its org as
    /// the key of the role's item is.
    #[must_use]
    pub fn of(org: OrgId, name: &Folded) -> Self {
        let mut context = Context::new(&SHA256);
        context.update(org.0.as_bytes());
        context.update(name.as_str().as_bytes());
        Self(from_digest(context))
    }

    /// Parses a role's id from a request.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        in_any_spelling(id).map(Self)
    }

    /// Parses a role's id in the table.
    pub(crate) fn from_stored(id: &str) -> Option<Self> {
        hyphenated(id).map(Self)
    }
}

impl SecretId {
    /// The id of a client's secret. It follows from the two, so a secret keeps its id when a release
    /// that stores only the hash has written the record.
    #[must_use]
    pub fn of(client: ClientId, hash: &SecretHash) -> Self {
        let mut context = Context::new(&SHA256);
        context.update(client.0.as_bytes());
        context.update(hash.as_bytes());
        Self(from_digest(context))
    }

    /// Parses a secret's id from a request.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        in_any_spelling(id).map(Self)
    }

    /// Parses a secret's id in the table.
    pub(crate) fn from_stored(id: &str) -> Option<Self> {
        hyphenated(id).map(Self)
    }
}

/// A UUID of version 8 (RFC 9562 §5.8) from the first bits of a digest.
fn from_digest(context: Context) -> Uuid {
    let mut bytes = [0; 16];
    for (byte, of_digest) in bytes.iter_mut().zip(context.finish().as_ref()) {
        *byte = *of_digest;
    }
    Builder::from_custom_bytes(bytes).into_uuid()
}

/// Whether two texts from requests are the same UUID.
#[must_use]
pub fn is_same_id(one: &str, other: &str) -> bool {
    let uuids = (in_any_spelling(one), in_any_spelling(other));
    one == other || matches!(uuids, (Some(one), Some(other)) if one == other)
}

/// Parses a UUID in upper or lower case (RFC 9562 §4), with or without hyphens.
fn in_any_spelling(text: &str) -> Option<Uuid> {
    // The parser also takes braces and `urn:uuid:`.
    let is_plain = |byte: u8| byte.is_ascii_hexdigit() || byte == b'-';
    let parsed = text.bytes().all(is_plain).then(|| Uuid::try_parse(text));
    parsed?.ok()
}

/// Parses the lowercase text form of RFC 9562 §4: DynamoDB compares the text of keys.
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

impl From<SecretId> for Uuid {
    fn from(id: SecretId) -> Self {
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
displayed_as_uuid!(ClientId, OrgId, RoleId, SecretId);

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
    fn every_spelling_of_a_uuid_is_the_same_id() {
        let mut dice = fastrand::Rng::with_seed(14);
        for _ in 0..1_000 {
            let client = ClientId::new(Uuid::from_u128(dice.u128(..)));
            for mut text in [client.to_string(), client.client_id()] {
                for _ in 0..4 {
                    assert_eq!(ClientId::from_id(&text), Some(client), "{text}");
                    assert!(is_same_id(&text, &client.to_string()));
                    let flipped = text.chars().map(|digit| {
                        if dice.bool() {
                            digit.to_ascii_uppercase()
                        } else {
                            digit.to_ascii_lowercase()
                        }
                    });
                    text = flipped.collect();
                }
            }
        }
    }

    #[test]
    fn another_text_is_no_id() {
        for other in [
            "",
            "me",
            "{23357fe8-3368-484d-a040-a6e672d59de1}",
            "urn:uuid:23357fe8-3368-484d-a040-a6e672d59de1",
            "23357fe8-3368-484d-a040-a6e672d59dex",
            "23357fe8-3368-484d-a040a6e6-72d59de1",
            "23357fe83368484da040a6e672d59de",
            "23357fe8-3368484d-a040a6e672d59de1",
            " 3357fe83368484da040a6e672d59de1",
            "23357fe83368484da040a6e672d59de1 ",
        ] {
            assert_eq!(ClientId::from_id(other), None, "{other}");
            assert!(!is_same_id(other, "23357fe83368484da040a6e672d59de1"));
        }
    }

    #[test]
    fn a_token_or_a_stored_item_has_one_form_of_an_id() {
        for other in [
            "23357fe8-3368-484d-a040-a6e672d59de1",
            "23357FE83368484DA040A6E672D59DE1",
            "23357fe83368484da040a6e672d59de",
        ] {
            assert_eq!(ClientId::from_client_id(other), None, "{other}");
        }
        for other in [
            "23357fe83368484da040a6e672d59de1",
            "23357FE8-3368-484D-A040-A6E672D59DE1",
        ] {
            assert_eq!(ClientId::from_stored(other), None, "{other}");
        }
    }
}
