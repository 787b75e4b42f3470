//! The clients that an instance has seen pass the gate.

use std::collections::BTreeMap;

use super::issuing::Known;

/// Records and gates by client, as they were when the instance saw them last. They may be out of
/// date. Only clients that have passed are kept, so that strangers cannot fill it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KnownClients<I, C> {
    known: BTreeMap<I, Known<C>>,
    capacity: usize,
}

impl<I: Copy + Ord, C: Clone> KnownClients<I, C> {
    /// Room for that many clients.
    #[must_use]
    pub const fn with_capacity(capacity: usize) -> Self {
        Self {
            known: BTreeMap::new(),
            capacity,
        }
    }

    /// What is known of a client.
    pub fn find(&self, id: I) -> Option<Known<C>> {
        self.known.get(&id).cloned()
    }

    /// Takes note of what was read. A client that has passed stays known, whatever strangers ask in
    /// its name; that there is no client is never kept.
    pub fn read(&mut self, id: I, found: Option<&Known<C>>) {
        match found {
            None => drop(self.known.remove(&id)),
            Some(found) => {
                self.known
                    .entry(id)
                    .and_modify(|known| known.clone_from(found));
            }
        }
    }

    /// Takes note of a client that has passed. When there is no room, another one has to go: the
    /// next after it, which is as good as any, since ids are random.
    pub fn passed(&mut self, id: I, known: Known<C>) {
        if self.known.len() >= self.capacity && !self.known.contains_key(&id) {
            let after = self.known.range(id..).next();
            let other = after.or_else(|| self.known.iter().next());
            if let Some(other) = other.map(|(other, _)| *other) {
                self.known.remove(&other);
            }
        }
        self.known.insert(id, known);
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::super::Revision;
    use super::super::gate::{Gate, Slot};
    use super::*;

    fn known(client: u8) -> Known<u8> {
        Known {
            client,
            gate: Gate::new(Revision::new(Uuid::nil()), Slot(0)),
        }
    }

    #[test]
    fn only_clients_that_passed_are_kept() {
        let mut clients = KnownClients::with_capacity(2);
        clients.read(1, Some(&known(1)));
        assert_eq!(clients.find(1), None);
        clients.passed(1, known(1));
        clients.read(1, Some(&known(9)));
        assert_eq!(clients.find(1), Some(known(9)));
        clients.read(1, None);
        assert_eq!(clients.find(1), None);
    }

    #[test]
    fn no_more_are_kept_than_there_is_room_for() {
        let mut clients = KnownClients::with_capacity(2);
        for client in [5, 3, 3, 4, 9] {
            clients.passed(client, known(client));
            assert_eq!(clients.find(client), Some(known(client)));
        }
        let kept = (0..=9).filter(|client| clients.find(*client).is_some());
        assert_eq!(kept.collect::<Vec<_>>(), [4, 9]);
    }
}
