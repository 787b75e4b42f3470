//! The secrets of the model's client: the service's own `Secrets`, in the time of the model.
//!
//! A tick of the model is as long for a secret as half the longest overlap, so that overlaps and ends
//! of a few ticks are within their bounds.

use std::collections::BTreeMap;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::RwLock;

use shared::model::{
    ClientId, InvalidSecretChange, NewSecret, Overlap, RotatedEnd, SecretHash, SecretId,
    SecretMatch, SecretPlace, Secrets, Timestamp,
};
use uuid::Uuid;

use crate::model::administrator::Change;
use crate::model::faults::Fault;
use crate::secret_rules::{self, KnownSecret, NotPossible, SecretChange, is_live};

/// A secret by its number: the first one of the client is 0.
pub(crate) type SecretNumber = u8;

/// The secrets of a client's record.
#[derive(Clone, Copy)]
pub(crate) struct Keyring {
    contents: &'static Contents,
    /// Identifies the contents.
    key: u64,
}

/// Equal contents are kept once, so that a world is cheap to copy and to compare.
struct Contents {
    secrets: Secrets,
    known: Vec<KnownSecret<SecretNumber>>,
}

static CONTENTS: RwLock<BTreeMap<u64, &Contents>> = RwLock::new(BTreeMap::new());

const TICK: u64 = Overlap::SECONDS.maximum as u64 / 2;

/// The time of a secret at this tick.
pub(crate) const fn time_of(tick: u64) -> u64 {
    tick * TICK
}

fn timestamp(tick: u64) -> Timestamp {
    Timestamp::from_epoch_seconds(time_of(tick))
}

/// The hash of a secret, as it is stored.
fn hash(number: SecretNumber) -> SecretHash {
    let digit = char::from(b'B' + number);
    SecretHash::from_stored(&format!("{digit}{}", "A".repeat(42))).unwrap()
}

fn id(number: SecretNumber) -> SecretId {
    SecretId::of(ClientId::new(Uuid::nil()), &hash(number))
}

fn new_secret(number: SecretNumber, created: u64, ends: Option<Timestamp>) -> NewSecret {
    NewSecret {
        id: id(number),
        hash: hash(number),
        last_four: None,
        created_at: timestamp(created),
        expires_at: ends,
    }
}

impl Keyring {
    /// The first secret of a client, with the ticks of its creation and of its end.
    pub(crate) fn first(created: u64, ends: Option<u64>) -> Self {
        Secrets::one(new_secret(0, created, ends.map(timestamp))).into()
    }

    /// The number and the place of each secret that is stored.
    pub(crate) fn places(self) -> impl Iterator<Item = (SecretNumber, SecretPlace)> {
        let known = self.contents.known.iter().map(|secret| secret.name);
        let stored = self.contents.secrets.stored();
        known.zip(stored.map(|secret| secret.place))
    }

    /// The places whose day of last use goes with this change.
    pub(crate) fn places_to_clear(self, former: Self) -> impl Iterator<Item = SecretPlace> {
        let (secrets, former) = (&self.contents.secrets, &former.contents.secrets);
        secrets.places_to_clear(former)
    }

    /// A bit for each secret that is stored.
    pub(crate) fn bits(self) -> u8 {
        let known = self.contents.known.iter();
        known.fold(0, |bits, secret| bits | 1 << secret.name)
    }

    /// Every secret that is stored, as the rules see it.
    pub(crate) fn all(self) -> &'static [KnownSecret<SecretNumber>] {
        &self.contents.known
    }

    /// The secret, if it is stored.
    pub(crate) fn known(self, number: SecretNumber) -> Option<&'static KnownSecret<SecretNumber>> {
        let mut known = self.contents.known.iter();
        known.find(|secret| secret.name == number)
    }

    /// Whether the rules accept the secret at this tick.
    pub(crate) fn accepts(self, number: SecretNumber, tick: u64) -> bool {
        let known = self.known(number);
        known.is_some_and(|secret| is_live(secret.ends, time_of(tick)))
    }

    /// The service's decision: the place of the live secret that a request presents at this tick.
    pub(crate) fn matching(
        self,
        number: SecretNumber,
        tick: u64,
        fault: Fault,
    ) -> Option<SecretPlace> {
        let secrets = &self.contents.secrets;
        let sent = hash(number);
        match secrets.matching(&sent, timestamp(tick)) {
            SecretMatch::Live(secret) => Some(secret.place),
            SecretMatch::Expired(secret) if fault == Fault::AcceptsExpired => Some(secret.place),
            SecretMatch::Expired(_) | SecretMatch::None => None,
        }
        .filter(|_| {
            let newest = secrets.newest().is_some_and(|newest| newest.hash == sent);
            newest || fault != Fault::ComparesOnlyTheNewest
        })
    }

    /// The service's change of the secrets. `new` is the number of a secret that it adds.
    pub(crate) fn changed(
        self,
        change: Change,
        new: SecretNumber,
        tick: u64,
        fault: Fault,
    ) -> Result<Self, InvalidSecretChange> {
        let (secrets, now) = (&self.contents.secrets, timestamp(tick));
        let in_ticks = |ends: Option<u64>| ends.map(|ticks| timestamp(tick + ticks));
        let changed = match change {
            Change::Rotate if fault == Fault::RotationKeepsPrevious => {
                secrets.add(new_secret(new, tick, None), now).0
            }
            Change::Rotate | Change::Overlap(_) => {
                let overlap = match change {
                    Change::Overlap(ticks) if fault != Fault::RotatesAtOnce => time_of(ticks),
                    _ => 0,
                };
                let ends = secrets.rotated_end(RotatedEnd::Keep, now)?;
                let overlap = Overlap::from_seconds(overlap).unwrap();
                let rotated = secrets.rotate(new_secret(new, tick, ends), overlap, now)?;
                let previous = rotated.stored().next().map(|secret| secret.id);
                match (change, previous) {
                    (Change::Overlap(ticks), Some(previous)) if fault == Fault::OverlapExtends => {
                        rotated.change_end(previous, in_ticks(Some(ticks)), now)?
                    }
                    _ => rotated,
                }
            }
            Change::Add(ends) => {
                let new = new_secret(new, tick, in_ticks(ends));
                let oldest = secrets.live(now).next().map(|secret| secret.id);
                match oldest.filter(|_| fault == Fault::AddReplacesTheOldest) {
                    Some(oldest) => secrets.delete(oldest, now)?.add(new, now).0,
                    None => secrets.add(new, now).0,
                }
            }
            Change::Remove(number) => secrets.delete(id(number), now)?,
            Change::End(number, ends) => {
                let now = match fault {
                    Fault::RevivesEnded => timestamp(0),
                    _ => now,
                };
                secrets.change_end(id(number), in_ticks(ends), now)?
            }
            Change::Disable | Change::Enable | Change::Quota(_) | Change::Delete | Change::Show => {
                return Ok(self);
            }
        };
        Ok(changed.into())
    }

    /// The live secrets after the change, or its refusal, according to the rules.
    pub(crate) fn expected(
        self,
        change: Change,
        new: SecretNumber,
        tick: u64,
    ) -> Result<Vec<KnownSecret<SecretNumber>>, NotPossible> {
        let (known, now) = (&self.contents.known, time_of(tick));
        let in_ticks = |ends: Option<u64>| ends.map(|ticks| time_of(tick + ticks));
        let rotate = |overlap| SecretChange::Rotate {
            new,
            ends: None,
            overlap,
        };
        let change = match change {
            Change::Rotate => rotate(0),
            Change::Overlap(ticks) => rotate(time_of(ticks)),
            Change::Add(ends) => SecretChange::Add {
                new,
                ends: in_ticks(ends),
            },
            Change::Remove(number) => SecretChange::Remove(number),
            Change::End(number, ends) => SecretChange::End(number, in_ticks(ends)),
            Change::Disable | Change::Enable | Change::Quota(_) | Change::Delete | Change::Show => {
                return Ok(secret_rules::live(known, now));
            }
        };
        secret_rules::after(known, change, now)
    }
}

impl From<Secrets> for Keyring {
    fn from(secrets: Secrets) -> Self {
        let number = |id: SecretId| (0..8).find(|number| self::id(*number) == id);
        let known = secrets.stored().map(|secret| KnownSecret {
            name: number(secret.id).unwrap(),
            created_at: secret.created_at.epoch_seconds(),
            ends: secret.expires_at.map(Timestamp::epoch_seconds),
        });
        let known: Vec<_> = known.collect();
        let mut key = 0;
        for (secret, stored) in known.iter().zip(secrets.stored()) {
            let ends = secret.ends.map_or(0, |ends| ends / TICK);
            for part in [
                u64::from(secret.name) + 1,
                secret.created_at / TICK,
                ends,
                u64::from(stored.place == SecretPlace::First),
            ] {
                key = key << 7 | part;
            }
        }
        if let Some(contents) = CONTENTS.read().unwrap().get(&key).copied() {
            return Self { contents, key };
        }
        let contents = Box::leak(Box::new(Contents { secrets, known }));
        let contents = *CONTENTS.write().unwrap().entry(key).or_insert(contents);
        Self { contents, key }
    }
}

impl PartialEq for Keyring {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Keyring {}

impl Hash for Keyring {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key.hash(state);
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = self.contents.known.iter();
        let known = known.map(|secret| (secret.name, secret.ends.map(|ends| ends / TICK)));
        formatter.debug_list().entries(known).finish()
    }
}
