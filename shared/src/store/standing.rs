//! What a caller was permitted when it was read, and the conditions that it still is.

use aws_sdk_dynamodb::types::{ConditionCheck, TransactWriteItem};

use super::item::text;
use super::{Key, Store, unbuildable, values};
use crate::fault::Fault;
use crate::model::{ClientId, OrgId, Revision, RoleId};

/// The states in which a client and its roles were read. As long as they are the same, the client holds
/// what it held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The client.
    pub client: ClientId,
    /// Its org.
    pub org: OrgId,
    /// The revision of its record, which covers its inline policy.
    pub revision: Revision,
    /// The revisions of its roles, except for managed ones, which never change.
    pub roles: Vec<(RoleId, Revision)>,
}

/// The parts of a transaction, each with what it means if its condition fails.
pub(super) struct Parts<M> {
    writes: Vec<TransactWriteItem>,
    meanings: Vec<M>,
}

impl<M> Default for Parts<M> {
    fn default() -> Self {
        Self {
            writes: Vec::new(),
            meanings: Vec::new(),
        }
    }
}

impl<M> Parts<M> {
    pub(super) fn push(&mut self, meaning: M, write: TransactWriteItem) {
        self.writes.push(write);
        self.meanings.push(meaning);
    }

    pub(super) fn into_parts(self) -> (Vec<TransactWriteItem>, Vec<M>) {
        (self.writes, self.meanings)
    }
}

impl Store {
    /// The parts of a transaction that fail it unless the client and its roles are as they were read. They
    /// leave out the items that the transaction writes, because it may name each only once: those have
    /// conditions already.
    pub(super) fn still(
        &self,
        standing: &Standing,
        written: Option<ClientId>,
        written_roles: &[RoleId],
    ) -> Result<Vec<TransactWriteItem>, Fault> {
        let client = (Key::client_record(standing.client), standing.revision);
        let client = (written != Some(standing.client)).then_some(client);
        let roles = standing.roles.iter();
        let roles = roles.filter(|(id, _)| !written_roles.contains(id));
        let roles = roles.map(|(id, revision)| (Key::role(standing.org, *id), *revision));
        let checks = client.into_iter().chain(roles);
        let checks = checks.map(|(key, revision)| self.check_revision(key, revision));
        checks.collect()
    }

    /// The part of a transaction that fails it unless an item has this revision.
    pub(super) fn check_revision(
        &self,
        key: Key,
        revision: Revision,
    ) -> Result<TransactWriteItem, Fault> {
        let check = ConditionCheck::builder()
            .table_name(&self.table)
            .set_key(Some(key.into()))
            .condition_expression("revision = :seen")
            .set_expression_attribute_values(values([(":seen", text(revision.to_string()))]));
        let check = check.build().map_err(unbuildable)?;
        Ok(TransactWriteItem::builder().condition_check(check).build())
    }
}
