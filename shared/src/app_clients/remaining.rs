//! Finds the administrator that remains when a client stops being one.
//!
//! A change that ends a client's administration is written on the condition that another enabled
//! administrator of the org is still in the state in which it was read. So after each such change
//! the org has one, however many of them run at once.

use crate::authorization::Caller;
use crate::fault::Fault;
use crate::model::administrator::{Administrator, ends_administration};
use crate::model::{AppClient, ClientId, ClientOrder, OrgId, Timestamp};
use crate::refusal::Refusal;
use crate::store::{ClientList, Store};

/// The reads that a request may make to find an administrator, in addition to its other calls. If
/// DynamoDB leaves keys of a batch unprocessed, the reads that repeat them come on top.
pub const ADMINISTRATOR_READS: u32 = 20;

/// The clients that one read of the list returns.
const PART: u8 = 100;

/// The administrator that remains, for one request.
#[derive(Debug)]
pub(super) struct Remaining {
    org: OrgId,
    client: ClientId,
    /// The administrator found last. At first it is the caller, which was read for this request.
    found: Option<Administrator>,
    /// Whether a write has used it: the next attempt reads it again.
    is_used: bool,
    reads: u32,
    now: Timestamp,
}

impl Remaining {
    /// For a change of `client` at `now`.
    pub(super) fn new(caller: &Caller, client: ClientId, now: Timestamp) -> Self {
        let found = caller.administrator();
        Self {
            org: caller.org(),
            client,
            found: found.filter(|administrator| administrator.id != client),
            is_used: false,
            reads: 0,
            now,
        }
    }

    /// The administrator that has to remain after a change; `None` if the change does not end the
    /// client's administration. `changed` is the client afterwards; `None` if it is deleted.
    ///
    /// # Errors
    /// [`Refusal::LastAdministrator`] when no other administrator is found.
    pub(super) async fn after(
        &mut self,
        store: &Store,
        former: &AppClient,
        changed: Option<&AppClient>,
    ) -> Result<Option<Administrator>, Refusal> {
        if ends_administration(former, changed, self.now) {
            self.administrator(store).await.map(Some)
        } else {
            Ok(None)
        }
    }

    /// The administrator that has to remain.
    ///
    /// # Errors
    /// [`Refusal::LastAdministrator`] when no other administrator is found.
    pub(super) async fn administrator(&mut self, store: &Store) -> Result<Administrator, Refusal> {
        if self.is_used
            && let Some(used) = self.found
        {
            self.found = self.read(store, used.id).await?;
        }
        if self.found.is_none() {
            self.found = self.search(store).await?;
        }
        self.is_used = true;
        self.found.ok_or(Refusal::LastAdministrator)
    }

    /// Searches the org's clients, oldest first. The list reads their records, so none is out of date.
    async fn search(&mut self, store: &Store) -> Result<Option<Administrator>, Fault> {
        let list = ClientList {
            org: self.org,
            order: ClientOrder::Created,
            prefix: None,
        };
        let mut rereads = store.rereads();
        let mut after = None;
        // Each part takes two reads, the index and the records.
        while self.may_read() && self.may_read() {
            let part = store.list_clients(list, after.as_ref(), PART, &mut rereads);
            let part = part.await?;
            let clients = part.clients.iter();
            let clients = clients.filter_map(|listed| listed.client.as_ref().ok());
            let mut administrators = clients.filter_map(|it| Administrator::of(it, self.now));
            let found = administrators.find(|administrator| administrator.id != self.client);
            if found.is_some() {
                return Ok(found);
            }
            after = part.next;
            if after.is_none() {
                break;
            }
        }
        Ok(None)
    }

    async fn read(&mut self, store: &Store, id: ClientId) -> Result<Option<Administrator>, Fault> {
        if !self.may_read() {
            return Ok(None);
        }
        match store.find_client_of(self.org, id).await {
            Ok(client) => Ok(client.and_then(|client| Administrator::of(&client, self.now))),
            // Such a client cannot call the API.
            Err(Fault::Unreadable(_)) => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    const fn may_read(&mut self) -> bool {
        self.reads += 1;
        self.reads <= ADMINISTRATOR_READS
    }
}
