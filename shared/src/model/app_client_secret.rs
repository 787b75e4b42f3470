//! A client secret as it is stored.

use super::{ClientId, ClientSecret, SecretHash, SecretId, Timestamp};

/// A live secret that ends within this many seconds, 14 days, ends soon: it has to be replaced now.
const SOON: u64 = 14 * 86_400;

/// A secret of an App Client, of which only the hash is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppClientSecret {
    /// The id.
    pub id: SecretId,
    /// The hash.
    pub hash: SecretHash,
    /// The last four characters; `None` if only the hash is known.
    pub last_four: Option<LastFour>,
    /// Time of creation.
    pub created_at: Timestamp,
    /// The time from which the secret is rejected; `None` if it has no end.
    pub expires_at: Option<Timestamp>,
    /// The attribute of the gate with the day of its last use.
    pub place: SecretPlace,
}

/// A secret to add to those of a client, which choose its place.
#[derive(Clone, Debug)]
pub struct NewSecret {
    /// The id.
    pub id: SecretId,
    /// The hash.
    pub hash: SecretHash,
    /// The last four characters; `None` if only the hash is known.
    pub last_four: Option<LastFour>,
    /// Time of creation.
    pub created_at: Timestamp,
    /// The time from which the secret is rejected; `None` if it has no end.
    pub expires_at: Option<Timestamp>,
}

/// A live secret with which a client gets a token. The write that counts the token records its use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsedSecret {
    /// The id.
    pub id: SecretId,
    /// The attribute of the gate with the day of its last use.
    pub place: SecretPlace,
    /// Its end, if it ends within 14 days.
    pub ends_soon: Option<Timestamp>,
}

/// The last four characters of a secret, by which its owner recognizes it. They are part of its
/// checksum, so they reveal no random character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastFour(String);

/// One of the gate's two attributes for the day of a secret's last use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SecretPlace {
    /// The first one.
    First,
    /// The second one.
    Second,
}

impl AppClientSecret {
    /// Whether the secret is accepted at `now`.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| now < end)
    }

    /// The use of this live secret at `now`.
    #[must_use]
    pub fn used_at(&self, now: Timestamp) -> UsedSecret {
        UsedSecret {
            id: self.id,
            place: self.place,
            ends_soon: self.expires_at.filter(|end| end.seconds_since(now) <= SOON),
        }
    }
}

impl NewSecret {
    /// The secret of a client to store.
    #[must_use]
    pub fn of(
        client: ClientId,
        secret: &ClientSecret,
        created_at: Timestamp,
        expires_at: Option<Timestamp>,
    ) -> Self {
        let hash = secret.hash();
        Self {
            id: SecretId::of(client, &hash),
            hash,
            last_four: Some(LastFour(secret.last_four().to_owned())),
            created_at,
            expires_at,
        }
    }

    /// The secret in its place.
    pub(super) fn at(self, place: SecretPlace) -> AppClientSecret {
        AppClientSecret {
            id: self.id,
            hash: self.hash,
            last_four: self.last_four,
            created_at: self.created_at,
            expires_at: self.expires_at,
            place,
        }
    }
}

impl LastFour {
    /// The characters in the table, whatever they are.
    pub(crate) fn from_stored(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl SecretPlace {
    /// Both places.
    pub const BOTH: [Self; 2] = [Self::First, Self::Second];

    /// The number in the table.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::First => 1,
            Self::Second => 2,
        }
    }

    /// The place with this number in the table.
    pub(crate) fn from_stored(number: u8) -> Option<Self> {
        Self::BOTH
            .into_iter()
            .find(|place| place.number() == number)
    }
}
