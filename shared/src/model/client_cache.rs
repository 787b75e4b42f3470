//! The clients that an instance has seen pass the gate.

use std::collections::BTreeMap;

use super::issuing::Observed;

/// Records and gates by client, as they were when the instance saw them last. They may be out of
/// date. Only clients that have passed are kept, so that strangers cannot fill it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ClientCache<I, C> {
    entries: BTreeMap<I, Observed<C>>,
    capacity: usize,
}

impl<I: Copy + Ord, C: Clone> ClientCache<I, C> {
    /// Room for that many clients.
    #[must_use]
    pub const fn with_capacity(capacity: usize) -> Self {
        Self {
            entries: BTreeMap::new(),
            capacity,
        }
    }

    /// What is known of a client.
    pub fn find(&self, id: I) -> Option<Observed<C>> {
        self.entries.get(&id).cloned()
    }

    /// Takes note of what was read. A client that has passed stays known, whatever strangers ask in
    /// its name; that there is no client is never kept.
    pub fn refresh(&mut self, id: I, found: Option<&Observed<C>>) {
        match found {
            None => drop(self.entries.remove(&id)),
            Some(found) => {
                self.entries
                    .entry(id)
                    .and_modify(|cached| cached.clone_from(found));
            }
        }
    }

    /// Takes note of a client that has passed. When there is no room, another one has to go: the
    /// next after it, which is as good as any, since ids are random.
    pub fn insert(&mut self, id: I, observed: Observed<C>) {
        if self.entries.len() >= self.capacity && !self.entries.contains_key(&id) {
            let after = self.entries.range(id..).next();
            let other = after.or_else(|| self.entries.iter().next());
            if let Some(other) = other.map(|(other, _)| *other) {
                self.entries.remove(&other);
            }
        }
        self.entries.insert(id, observed);
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::super::Revision;
    use super::super::gate::{Bucket, Gate};
    use super::*;

    fn observed(client: u8) -> Observed<u8> {
        Observed {
            client,
            gate: Gate::new(Revision::new(Uuid::nil()), Bucket(0)),
        }
    }

    #[test]
    fn only_clients_that_passed_are_kept() {
        let mut clients = ClientCache::with_capacity(2);
        clients.refresh(1, Some(&observed(1)));
        assert_eq!(clients.find(1), None);
        clients.insert(1, observed(1));
        clients.refresh(1, Some(&observed(9)));
        assert_eq!(clients.find(1), Some(observed(9)));
        clients.refresh(1, None);
        assert_eq!(clients.find(1), None);
    }

    #[test]
    fn no_more_are_kept_than_there_is_room_for() {
        let mut clients = ClientCache::with_capacity(2);
        for client in [5, 3, 3, 4, 9] {
            clients.insert(client, observed(client));
            assert_eq!(clients.find(client), Some(observed(client)));
        }
        let kept = (0..=9).filter(|client| clients.find(*client).is_some());
        assert_eq!(kept.collect::<Vec<_>>(), [4, 9]);
    }
}
