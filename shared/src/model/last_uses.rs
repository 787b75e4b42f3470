//! The days on which a client and its secrets were last used.

use super::precondition::STATE_SEPARATOR;
use super::{AccessPolicy, AppClient, AppClientSecret, Day, Revision, SecretPlace, Secrets};

/// A client with what its gate tells about it.
#[derive(Clone, Debug)]
pub struct ClientInUse {
    /// The client.
    pub client: AppClient,
    /// The days of last use of the client and its secrets.
    pub last_uses: LastUses,
    /// Its inline policy.
    pub policy: Option<AccessPolicy>,
    /// Whether the gate is missing or counts tokens of another state: the client is damaged, or
    /// another request changed it between the reads of the two items.
    pub seems_damaged: bool,
}

/// The days of last use that a client's gate holds; `None` if there was no use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LastUses {
    /// The day of the client's last token.
    pub client: Option<Day>,
    /// The day of the last token for the secret in the first place.
    pub first: Option<Day>,
    /// The day of the last token for the secret in the second place.
    pub second: Option<Day>,
}

impl ClientInUse {
    /// A new client, which has no token yet.
    #[must_use]
    pub fn unused(client: AppClient, policy: Option<AccessPolicy>) -> Self {
        Self {
            client,
            last_uses: LastUses::default(),
            policy,
            seems_damaged: false,
        }
    }
}

impl LastUses {
    /// Without the days of the places.
    pub(crate) const fn of_client_only(self) -> Self {
        let (first, second) = (None, None);
        Self {
            first,
            second,
            ..self
        }
    }

    /// The day of the last token for the secret in this place.
    #[must_use]
    pub const fn of(&self, place: SecretPlace) -> Option<Day> {
        match place {
            SecretPlace::First => self.first,
            SecretPlace::Second => self.second,
        }
    }

    /// The days after a change of the secrets: those of secrets that are gone are cleared.
    #[must_use]
    pub fn after(mut self, former: &Secrets, changed: &Secrets) -> Self {
        for place in changed.places_to_clear(former) {
            match place {
                SecretPlace::First => self.first = None,
                SecretPlace::Second => self.second = None,
            }
        }
        self
    }

    /// The name of the state of some of a client's secrets, for their entity tag: the client's revision,
    /// and the place and the day of each secret. A secret that ends leaves a list without a new revision.
    /// A precondition for a write compares the revision alone.
    #[must_use]
    pub fn state_of_secrets(&self, revision: Revision, secrets: &[AppClientSecret]) -> String {
        let parts = secrets.iter().map(|secret| {
            let day = self.of(secret.place).map_or(0, Day::epoch_days);
            format!("{STATE_SEPARATOR}{}-{day}", secret.place.number())
        });
        let parts: String = parts.collect();
        format!("{revision}{parts}")
    }

    /// The name of a client's state, for its entity tag: its revision and, once it has got a token, the
    /// day of the last one. A precondition for a write compares the revision alone.
    #[must_use]
    pub fn state(&self, revision: Revision) -> String {
        match self.client {
            Some(day) => format!("{revision}{STATE_SEPARATOR}{}", day.epoch_days()),
            None => revision.to_string(),
        }
    }
}
