//! The cache of the clients to which an instance has issued a token.

use std::collections::BTreeMap;

use super::issuing::{FoundClient, Observed};

/// Records and gates by client, as the instance last observed them. They may be stale. Only clients
/// that got a token are cached, so unauthenticated requests cannot fill the cache.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ClientCache<I, C> {
    entries: BTreeMap<I, Observed<C>>,
    capacity: usize,
}

impl<I: Copy + Ord, C: Clone> ClientCache<I, C> {
    /// An empty cache for up to `capacity` clients.
    #[must_use]
    pub const fn with_capacity(capacity: usize) -> Self {
        Self {
            entries: BTreeMap::new(),
            capacity,
        }
    }

    /// The cached record and gate of a client.
    pub fn find(&self, id: I) -> Option<Observed<C>> {
        self.entries.get(&id).cloned()
    }

    /// Updates a cached client after a read, and drops it if it is torn, its gate cannot be read or it no
    /// longer exists. A read
    /// adds no client, so requests with wrong credentials change only entries that were there
    /// before. The absence of a client is never cached.
    pub fn refresh(&mut self, id: I, found: Option<&FoundClient<C>>) {
        match found {
            None | Some(FoundClient::Torn(_) | FoundClient::UnreadableGate(..)) => {
                self.entries.remove(&id);
            }
            Some(FoundClient::Whole(found)) => {
                self.entries
                    .entry(id)
                    .and_modify(|cached| cached.clone_from(found));
            }
        }
    }

    /// Caches a client that got a token. In a full cache it replaces the client with the next id;
    /// ids are random, so that is a random one.
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
    fn only_clients_that_got_a_token_are_cached() {
        let mut clients = ClientCache::with_capacity(2);
        clients.refresh(1, Some(&FoundClient::Whole(observed(1))));
        assert_eq!(clients.find(1), None);
        clients.insert(1, observed(1));
        clients.refresh(1, Some(&FoundClient::Whole(observed(9))));
        assert_eq!(clients.find(1), Some(observed(9)));
        clients.refresh(1, None);
        assert_eq!(clients.find(1), None);
    }

    #[test]
    fn a_client_without_a_matching_gate_is_not_cached() {
        let mut clients = ClientCache::with_capacity(2);
        for found in [FoundClient::Torn(1), FoundClient::UnreadableGate(1, "past")] {
            clients.insert(1, observed(1));
            clients.refresh(1, Some(&found));
            assert_eq!(clients.find(1), None);
        }
    }

    #[test]
    fn the_cache_does_not_exceed_its_capacity() {
        let mut clients = ClientCache::with_capacity(2);
        for client in [5, 3, 3, 4, 9] {
            clients.insert(client, observed(client));
            assert_eq!(clients.find(client), Some(observed(client)));
        }
        let left = (0..=9).filter(|client| clients.find(*client).is_some());
        assert_eq!(left.collect::<Vec<_>>(), [4, 9]);
    }
}
