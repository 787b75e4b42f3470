//! The condition by which an org keeps an administrator.

use aws_sdk_dynamodb::types::TransactWriteItem;

use super::{Key, Store};
use crate::fault::Fault;
use crate::model::administrator::Administrator;

impl Store {
    /// The part of a transaction that fails it unless `administrator` is still in the state in which
    /// it was read.
    pub(super) fn remains(
        &self,
        administrator: Option<Administrator>,
    ) -> Result<Option<TransactWriteItem>, Fault> {
        let check = administrator.map(|Administrator { id, revision }| {
            self.check_revision(Key::client_record(id), revision)
        });
        check.transpose()
    }
}
