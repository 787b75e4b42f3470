//! The secrets of an App Client: none, one or two, oldest first.
//!
//! A secret is live until its end. An expired one stays stored until a change needs its place, so
//! that its use after its end is recognized; for every other purpose it does not exist.

use super::secret_validity::{kept_end, may_end_at};
use super::{
    AppClientSecret, ClientId, NewSecret, Overlap, RotatedEnd, SecretChange, SecretEvent,
    SecretHash, SecretId, SecretPlace, Timestamp,
};

/// The maximum number of stored secrets.
const CAPACITY: usize = SecretPlace::BOTH.len();

/// The stored secrets of a client: at most two, oldest first, with different ids and places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Secrets(Vec<AppClientSecret>);

/// The result of comparing a secret from a request with those of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretMatch<'a> {
    /// The request has this live secret.
    Live(&'a AppClientSecret),
    /// The request has this secret, which has ended.
    Expired(&'a AppClientSecret),
    /// The client has no such secret.
    None,
}

/// Why a client's secrets cannot be changed as requested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidSecretChange {
    /// The client has no live secret with this id.
    NotFound,
    /// The client has no live secret that could overlap with a new one.
    NothingToOverlap,
    /// The end is too early or too late.
    EndOutOfBounds,
}

impl Secrets {
    /// No secrets.
    pub const NONE: Self = Self(Vec::new());

    /// One secret.
    #[must_use]
    pub fn one(secret: NewSecret) -> Self {
        Self::NONE.with(secret)
    }

    /// One secret without an end, of which only the hash is known.
    #[must_use]
    pub fn from_hash(client: ClientId, hash: SecretHash, created_at: Timestamp) -> Self {
        Self::one(NewSecret {
            id: SecretId::of(client, &hash),
            hash,
            last_four: None,
            created_at,
            expires_at: None,
        })
    }

    /// Secrets in the table; `None` if no change could have left them so.
    pub(crate) fn from_stored(secrets: Vec<AppClientSecret>) -> Option<Self> {
        let is_valid = match secrets.as_slice() {
            [] | [_] => true,
            [one, other] => one.id != other.id && one.place != other.place,
            _ => false,
        };
        is_valid.then_some(Self(secrets))
    }

    /// The stored secrets, oldest first. Expired ones are among them.
    pub fn stored(&self) -> impl Iterator<Item = &AppClientSecret> {
        self.0.iter()
    }

    /// The live secrets, oldest first.
    pub fn live(&self, now: Timestamp) -> impl DoubleEndedIterator<Item = &AppClientSecret> {
        self.0.iter().filter(move |secret| secret.is_live(now))
    }

    /// The live secret with this id.
    #[must_use]
    pub fn find(&self, id: SecretId, now: Timestamp) -> Option<&AppClientSecret> {
        self.live(now).find(|secret| secret.id == id)
    }

    /// The secret that was added last, even if it has expired.
    #[must_use]
    pub fn newest(&self) -> Option<&AppClientSecret> {
        self.0.last()
    }

    /// Whether a secret with this id is stored, even if it has expired.
    #[must_use]
    pub fn contains(&self, id: SecretId) -> bool {
        self.0.iter().any(|secret| secret.id == id)
    }

    /// Compares a secret from a request with the stored ones. It always makes two comparisons, each
    /// in constant time, so the work is the same however many secrets are stored.
    #[must_use]
    pub fn matching(&self, sent: &SecretHash, now: Timestamp) -> SecretMatch<'_> {
        let compared = [self.0.first(), self.0.get(1)].map(|secret| {
            let hash = secret.map_or(&SecretHash::OF_NOTHING, |secret| &secret.hash);
            (secret, sent.matches(hash))
        });
        let mut compared = compared.into_iter();
        match compared.find_map(|(secret, matches)| secret.filter(|_| matches)) {
            Some(secret) if secret.is_live(now) => SecretMatch::Live(secret),
            Some(secret) => SecretMatch::Expired(secret),
            None => SecretMatch::None,
        }
    }

    /// Replaces the secrets with a new one. With an overlap, the newest live one stays valid for that
    /// time, and never beyond its own end; any other is gone at once.
    ///
    /// # Errors
    /// [`InvalidSecretChange::NothingToOverlap`].
    pub fn rotate(
        &self,
        new: NewSecret,
        overlap: Overlap,
        now: Timestamp,
    ) -> Result<Self, InvalidSecretChange> {
        let Some(end) = overlap.end(now) else {
            return Ok(Self::one(new));
        };
        let newest = self.live(now).next_back();
        let newest = newest.ok_or(InvalidSecretChange::NothingToOverlap)?;
        let previous = AppClientSecret {
            expires_at: Some(newest.expires_at.map_or(end, |own| own.min(end))),
            ..newest.clone()
        };
        Ok(Self(vec![previous]).with(new))
    }

    /// Adds a secret. If two are live, it replaces the one that was added last, and returns that
    /// one's id. An expired one stays stored unless its place is needed.
    #[must_use]
    pub fn add(&self, new: NewSecret, now: Timestamp) -> (Self, Option<SecretId>) {
        let mut kept = self.0.clone();
        let mut replaced = None;
        if kept.len() >= CAPACITY {
            if let Some(expired) = kept.iter().position(|secret| !secret.is_live(now)) {
                kept.remove(expired);
            } else {
                replaced = kept.pop().map(|secret| secret.id);
            }
        }
        (Self(kept).with(new), replaced)
    }

    /// Changes the end of a live secret. The current end is always accepted.
    ///
    /// # Errors
    /// [`InvalidSecretChange::NotFound`] and [`InvalidSecretChange::EndOutOfBounds`].
    pub fn change_end(
        &self,
        id: SecretId,
        end: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Self, InvalidSecretChange> {
        let secret = self.find(id, now).ok_or(InvalidSecretChange::NotFound)?;
        if secret.expires_at != end {
            checked_end(end, now)?;
        }
        let mut changed = self.clone();
        for secret in changed.0.iter_mut().filter(|secret| secret.id == id) {
            secret.expires_at = end;
        }
        Ok(changed)
    }

    /// Deletes a live secret.
    ///
    /// # Errors
    /// [`InvalidSecretChange::NotFound`].
    pub fn delete(&self, id: SecretId, now: Timestamp) -> Result<Self, InvalidSecretChange> {
        self.find(id, now).ok_or(InvalidSecretChange::NotFound)?;
        let others = self.0.iter().filter(|secret| secret.id != id);
        Ok(Self(others.cloned().collect()))
    }

    /// The end of the secret that a rotation at `now` creates.
    ///
    /// # Errors
    /// [`InvalidSecretChange::EndOutOfBounds`].
    pub fn rotated_end(
        &self,
        end: RotatedEnd,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, InvalidSecretChange> {
        match end {
            RotatedEnd::Keep => Ok(self.kept_end(now)),
            RotatedEnd::Set(end) => checked_end(end, now),
        }
    }

    /// The end that keeps the predecessor's validity. The predecessor of a secret is the newest live
    /// one or, if there is none, the newest stored one: a rotation that comes late keeps it, too.
    #[must_use]
    pub fn kept_end(&self, now: Timestamp) -> Option<Timestamp> {
        let predecessor = self.live(now).next_back().or_else(|| self.newest());
        predecessor.and_then(|secret| kept_end(secret, now))
    }

    /// The places in which no secret has stayed since `former`: the days in them are not those of a
    /// secret that is here now.
    pub fn places_to_clear(&self, former: &Self) -> impl Iterator<Item = SecretPlace> {
        let stays = |place| {
            let mut stored = self.0.iter();
            stored.any(|secret| secret.place == place && former.contains(secret.id))
        };
        SecretPlace::BOTH
            .into_iter()
            .filter(move |place| !stays(*place))
    }

    /// What changes from `former` to these secrets, for the audit event. An expired secret whose place is
    /// given to another one is left out: it was rejected before.
    #[must_use]
    pub(super) fn changes_since(&self, former: Option<&Self>) -> Vec<SecretChange> {
        let none = Self::NONE;
        let former = former.unwrap_or(&none);
        let added = self.0.iter().find(|secret| !former.contains(secret.id));
        let gone = former.0.iter().filter(|secret| !self.contains(secret.id));
        let gone = gone.filter_map(|secret| {
            let event = match added {
                Some(added) if secret.is_live(added.created_at) => SecretEvent::Replaced,
                Some(_) => return None,
                None => SecretEvent::Deleted,
            };
            Some(SecretChange {
                id: secret.id,
                event,
            })
        });
        let kept = former.0.iter().filter_map(|secret| {
            let mut here = self.0.iter();
            let now = here.find(|it| it.id == secret.id && it.expires_at != secret.expires_at)?;
            Some(SecretChange {
                id: secret.id,
                event: SecretEvent::EndChanged(now.expires_at),
            })
        });
        let added = added.map(|secret| SecretChange {
            id: secret.id,
            event: SecretEvent::Added(secret.expires_at),
        });
        added.into_iter().chain(gone).chain(kept).collect()
    }

    /// These secrets, of which there is at most one, and a new one in a free place.
    fn with(mut self, new: NewSecret) -> Self {
        let is_free = |place: &SecretPlace| self.0.iter().all(|secret| secret.place != *place);
        let place = SecretPlace::BOTH.into_iter().find(is_free);
        self.0.push(new.at(place.unwrap_or(SecretPlace::Second)));
        self
    }
}

/// An end that a request chooses for a secret.
///
/// # Errors
/// [`InvalidSecretChange::EndOutOfBounds`].
pub fn checked_end(
    end: Option<Timestamp>,
    now: Timestamp,
) -> Result<Option<Timestamp>, InvalidSecretChange> {
    if may_end_at(end, now) {
        Ok(end)
    } else {
        Err(InvalidSecretChange::EndOutOfBounds)
    }
}

#[cfg(test)]
mod tests;
