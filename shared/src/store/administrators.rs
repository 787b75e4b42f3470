//! The condition by which an org keeps an administrator.

use aws_sdk_dynamodb::types::{ConditionCheck, TransactWriteItem};

use super::item::text;
use super::{Key, Store, unbuildable, values};
use crate::fault::Fault;
use crate::model::access_policy::Administrator;

impl Store {
    /// The part of a transaction that fails it unless `administrator` is still in the state in which
    /// it was read.
    pub(super) fn remains(
        &self,
        administrator: Option<Administrator>,
    ) -> Result<Option<TransactWriteItem>, Fault> {
        let Some(Administrator { id, revision }) = administrator else {
            return Ok(None);
        };
        let check = ConditionCheck::builder()
            .table_name(&self.table)
            .set_key(Some(Key::client_record(id).into()))
            .condition_expression("revision = :seen")
            .set_expression_attribute_values(values([(":seen", text(revision.to_string()))]));
        let check = check.build().map_err(unbuildable)?;
        Ok(Some(
            TransactWriteItem::builder().condition_check(check).build(),
        ))
    }
}
