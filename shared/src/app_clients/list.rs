//! Lists clients.

use std::ops::RangeInclusive;

use super::service::AppClients;
use crate::authorization::Caller;
use crate::fault::Fault;
use crate::model::{AppClient, ClientFilter, ClientId, ClientOrder, NamePrefix};
use crate::refusal::Refusal;
use crate::store::{ClientList, ListPart, ListPosition, ORG};

/// The clients that one request examines at most. Without an index for its filter, it may find few.
pub const EXAMINED: u16 = 1_000;

/// The parts of the list that one request reads at most, each with two reads: of the index, and of up
/// to 100 records. The first part is as long as the page.
pub const PARTS: u32 = 11;

/// The length of a part after the first, when the filter has no index.
const LENGTH: RangeInclusive<u32> = 20..=100;

/// The clients to list.
#[derive(Clone, Debug)]
pub struct List {
    /// What they have in common.
    pub filter: ClientFilter,
    /// Their order.
    pub order: ClientOrder,
    /// The position after which the page begins.
    pub after: Option<ListPosition>,
    /// The clients on the page, at most 100.
    pub size: u8,
}

/// One page of an org's clients.
#[derive(Debug, Default)]
pub struct Page {
    /// The clients, in order.
    pub clients: Vec<AppClient>,
    /// The clients whose records cannot be read, in order. They may not match the filter.
    pub unreadable: Vec<ClientId>,
    /// The position of the next page, if there is one.
    pub next: Option<ListPosition>,
}

impl AppClients {
    /// Lists clients of the caller's org. A client created or renamed a moment ago may be missing.
    /// Clients whose records cannot be read count towards the page, and are logged. If a filter has
    /// no index, a page may have fewer clients than requested, or none, and still a next one.
    ///
    /// # Errors
    /// [`Refusal::Fault`].
    pub async fn list(&self, caller: &Caller, list: &List) -> Result<Page, Refusal> {
        let index = ClientList {
            org: caller.org(),
            order: list.order,
            prefix: list.filter.name.as_ref().map(NamePrefix::folded),
        };
        let is_indexed = list.filter.is_indexed(list.order);
        let mut rereads = self.store.rereads();
        let mut page = Page::default();
        let mut after = list.after.clone();
        let mut left = EXAMINED;
        for number in 0..PARTS {
            let limit = match number == 0 || is_indexed {
                true => page.missing(list),
                false => page.likely(list, EXAMINED - left),
            };
            let limit = u8::try_from(left).map_or(limit, |left| limit.min(left));
            left -= u16::from(limit);
            let part = self
                .store
                .list_clients(index, after.as_ref(), limit, &mut rereads);
            after = page.take(part.await?, list, caller)?;
            if after.is_none() || left == 0 || page.missing(list) == 0 {
                break;
            }
        }
        page.next = after;
        Ok(page)
    }

    /// The list with the client of this id alone, if the filter matches it, from one read.
    ///
    /// # Errors
    /// [`Refusal::Fault`].
    pub async fn list_one(
        &self,
        caller: &Caller,
        id: ClientId,
        filter: &ClientFilter,
    ) -> Result<Page, Refusal> {
        let mut page = Page::default();
        match self.store.find_client_of(caller.org(), id).await {
            Ok(client) => page
                .clients
                .extend(client.filter(|client| filter.matches(client))),
            Err(fault @ Fault::Unreadable(attribute)) => {
                caller.found_unreadable(id, &fault);
                // If its org cannot be read, no caller may learn that it exists.
                if attribute != ORG {
                    page.unreadable.push(id);
                }
            }
            Err(fault) => return Err(fault.into()),
        }
        Ok(page)
    }
}

impl Page {
    /// Takes the clients that match, until the page is full. Returns the position of what follows.
    fn take(
        &mut self,
        part: ListPart,
        list: &List,
        caller: &Caller,
    ) -> Result<Option<ListPosition>, Fault> {
        let mut clients = part.clients.into_iter();
        while let Some(listed) = clients.next() {
            match listed.client {
                Ok(client) if list.filter.matches(&client) => self.clients.push(client),
                Ok(_) => continue,
                Err(fault) => {
                    caller.found_unreadable(listed.id, &fault);
                    self.unreadable.push(listed.id);
                }
            }
            // The rest of the part belongs to the next page.
            if self.missing(list) == 0 && clients.len() > 0 {
                return Ok(Some(listed.position.ok_or(Fault::Unreadable("listing"))?));
            }
        }
        Ok(part.next)
    }

    /// The number of clients among which the missing ones are, if as many match as among those that
    /// were examined.
    fn likely(&self, list: &List, examined: u16) -> u8 {
        let missing = self.missing(list);
        let found = u32::from(list.size - missing);
        let likely = (u32::from(missing) * u32::from(examined)).checked_div(found);
        let likely = likely.unwrap_or(*LENGTH.end());
        let likely = likely.clamp(*LENGTH.start(), *LENGTH.end());
        u8::try_from(likely).unwrap_or(u8::MAX)
    }

    /// The number of clients that the page lacks.
    fn missing(&self, list: &List) -> u8 {
        let length = u8::try_from(self.clients.len() + self.unreadable.len());
        list.size.saturating_sub(length.unwrap_or(u8::MAX))
    }
}
