//! The rules for a client's secrets, stated a second time, for the checks of the model and of the
//! simulation. They share no code with the service.
//!
//! A client has at most two live secrets. They are always listed oldest first. Times are in seconds.

/// A secret. `N` is what identifies it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KnownSecret<N> {
    pub(crate) name: N,
    pub(crate) created_at: u64,
    /// The time from which it is refused, if it ends.
    pub(crate) ends: Option<u64>,
}

/// A change of a client's secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SecretChange<N> {
    /// A new secret replaces the others, the newest of them after an overlap.
    Rotate {
        new: N,
        /// The end of the new one; `None` keeps the validity of its predecessor.
        ends: Option<Option<u64>>,
        overlap: u64,
    },
    Add {
        new: N,
        ends: Option<u64>,
    },
    Remove(N),
    /// Another end, or none.
    End(N, Option<u64>),
}

/// Why a change of the secrets is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotPossible {
    /// An overlap without a secret that could go on.
    NothingToOverlap,
    /// The secret does not exist, or has ended.
    NoSuchSecret,
}

/// Whether a secret with this end is accepted at `now`.
pub(crate) fn is_live(ends: Option<u64>, now: u64) -> bool {
    match ends {
        None => true,
        Some(ends) => now < ends,
    }
}

/// The live ones of these secrets.
pub(crate) fn live<N: Clone>(stored: &[KnownSecret<N>], now: u64) -> Vec<KnownSecret<N>> {
    let mut live = stored.to_vec();
    live.retain(|secret| is_live(secret.ends, now));
    live
}

/// The live secrets after a change at `now`. Those that have ended may still be stored.
pub(crate) fn after<N: Clone + PartialEq>(
    stored: &[KnownSecret<N>],
    change: SecretChange<N>,
    now: u64,
) -> Result<Vec<KnownSecret<N>>, NotPossible> {
    let mut secrets = live(stored, now);
    let created = |name, ends| KnownSecret {
        name,
        created_at: now,
        ends,
    };
    match change {
        SecretChange::Rotate { new, ends, overlap } => {
            let predecessor = secrets.last().or_else(|| stored.last());
            let kept = predecessor.and_then(|it| kept_end(it, now));
            let newest = secrets.pop();
            secrets.clear();
            if overlap > 0 {
                let mut previous = newest.ok_or(NotPossible::NothingToOverlap)?;
                if is_live(previous.ends, now + overlap) {
                    previous.ends = Some(now + overlap);
                }
                secrets.push(previous);
            }
            secrets.push(created(new, ends.unwrap_or(kept)));
        }
        SecretChange::Add { new, ends } => {
            secrets.truncate(1);
            secrets.push(created(new, ends));
        }
        SecretChange::Remove(name) => {
            let before = secrets.len();
            secrets.retain(|secret| secret.name != name);
            if secrets.len() == before {
                return Err(NotPossible::NoSuchSecret);
            }
        }
        SecretChange::End(name, ends) => {
            let mut named = secrets.iter_mut().filter(|secret| secret.name == name);
            named.next().ok_or(NotPossible::NoSuchSecret)?.ends = ends;
        }
    }
    Ok(secrets)
}

const DAY: u64 = 86_400;

/// The end that keeps the validity of a secret in days, if it ends: 30 to 365.
fn kept_end<N>(predecessor: &KnownSecret<N>, now: u64) -> Option<u64> {
    let lasts = predecessor.ends?.saturating_sub(predecessor.created_at);
    Some(now + lasts.div_ceil(DAY).clamp(30, 365) * DAY)
}

#[test]
fn the_rules_keep_two_secrets_and_their_order() {
    let secret = |name, ends| KnownSecret {
        name,
        created_at: 0,
        ends,
    };
    let now = |name, created_at, ends| KnownSecret {
        created_at,
        ..secret(name, ends)
    };
    let (a, b) = (secret('a', None), secret('b', Some(9)));
    let both = [a.clone(), b.clone()];
    let rotate = |ends, overlap| SecretChange::Rotate {
        new: 'c',
        ends,
        overlap,
    };
    let c = |at| now('c', at, Some(at + 30 * DAY));
    assert_eq!(after(&both, rotate(None, 0), 5), Ok(vec![c(5)]));
    let shorter = secret('b', Some(6));
    assert_eq!(after(&both, rotate(None, 1), 5), Ok(vec![shorter, c(5)]));
    assert_eq!(after(&both, rotate(None, 7), 5), Ok(vec![b.clone(), c(5)]));
    // From its end on, a secret is as if it did not exist.
    let long = (secret('a', Some(16)), now('c', 9, None));
    assert_eq!(after(&both, rotate(None, 7), 9), Ok(vec![long.0, long.1]));
    let none = Err(NotPossible::NothingToOverlap);
    assert_eq!(after(&both[1..], rotate(None, 7), 9), none);
    // Only its validity remains.
    assert_eq!(after(&both[1..], rotate(None, 0), 9), Ok(vec![c(9)]));
    let chosen = now('c', 5, None);
    assert_eq!(after(&both, rotate(Some(None), 0), 5), Ok(vec![chosen]));

    let add = || SecretChange::Add {
        new: 'c',
        ends: None,
    };
    let added = now('c', 5, None);
    assert_eq!(after(&both, add(), 5), Ok(vec![a.clone(), added.clone()]));
    assert_eq!(after(&[], add(), 5), Ok(vec![added]));
    let none = Err(NotPossible::NoSuchSecret);
    let remove = || SecretChange::Remove('b');
    assert_eq!(after(&both, remove(), 5), Ok(vec![a.clone()]));
    assert_eq!(after(&both, remove(), 9), none);
    let end = || SecretChange::End('b', None);
    assert_eq!(after(&both, end(), 5), Ok(vec![a, secret('b', None)]));
    assert_eq!(after(&both, end(), 9), none);
    assert_eq!(
        kept_end(&secret('b', Some(40 * DAY + 1)), 7),
        Some(7 + 41 * DAY)
    );
    assert_eq!(kept_end(&secret('b', Some(400 * DAY)), 0), Some(365 * DAY));
}
