//! What the change of a client depends on, and what else it writes.

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem, Update};

use super::item::text;
use super::policies::PolicyChange;
use super::standing::Standing;
use super::{Key, Store, unbuildable};
use crate::fault::Fault;
use crate::model::administrator::Administrator;
use crate::model::{OrgId, Revision, RoleId};

/// What the transaction of a client's change depends on, and what else it writes.
#[derive(Clone, Debug, Default)]
pub struct Terms<'a> {
    /// If the client stops being an administrator: the one that has to remain.
    pub remaining: Option<Administrator>,
    /// For a change that grants something or gives a credential: the caller, which has to be as it was read.
    pub caller: Option<&'a Standing>,
    /// The roles that the client gets, as they were read. Managed roles are left out.
    pub given: Vec<(RoleId, Revision)>,
    /// The roles that it loses, as far as they exist. Managed roles are left out.
    pub taken: Vec<RoleId>,
    /// The roles that it keeps, which must not have changed since they were read. Managed roles are left out.
    pub kept: Vec<(RoleId, Revision)>,
    /// The change of its inline policy.
    pub policy: PolicyChange<'a>,
}

impl<'a> Terms<'a> {
    /// A change that depends on the state of the caller alone, if at all.
    #[must_use]
    pub fn of(caller: Option<&'a Standing>) -> Self {
        Self {
            caller,
            ..Self::default()
        }
    }
}

impl Terms<'_> {
    /// The roles that the change is about.
    pub(super) fn roles(&self) -> Vec<RoleId> {
        let read = self.given.iter().chain(&self.kept).map(|(id, _)| *id);
        read.chain(self.taken.iter().copied()).collect()
    }

    /// The state of a role on which the change depends. The caller's role was read first: by that state it
    /// was decided what the caller holds.
    fn state_of(&self, id: RoleId, read: Option<Revision>) -> Option<Revision> {
        let mut of_caller = self.caller.into_iter().flat_map(|caller| &caller.roles);
        let of_caller = of_caller.find(|(of_caller, _)| *of_caller == id);
        of_caller.map(|(_, revision)| *revision).or(read)
    }
}

impl Store {
    /// The parts of a transaction that count a client among those that have a role, or no longer. A role that
    /// was compared with what the caller holds has to be as it was read.
    pub(super) fn role_writes(
        &self,
        org: OrgId,
        terms: &Terms<'_>,
    ) -> Result<Vec<TransactWriteItem>, Fault> {
        let given = terms.given.iter().map(|(id, read)| (*id, "1", Some(*read)));
        let taken = terms.taken.iter().map(|id| (*id, "-1", None));
        let counted = given.chain(taken).map(|(id, step, read)| {
            let update = Update::builder()
                .table_name(&self.table)
                .set_key(Some(Key::role(org, id).into()))
                .update_expression("ADD client_count :step")
                .expression_attribute_values(":step", AttributeValue::N(step.to_owned()));
            let update = match terms.state_of(id, read) {
                Some(seen) => update
                    .condition_expression("revision = :seen")
                    .expression_attribute_values(":seen", text(seen.to_string())),
                None => update.condition_expression("attribute_exists(pk)"),
            };
            let update = update.build().map_err(unbuildable)?;
            Ok(TransactWriteItem::builder().update(update).build())
        });
        let kept = terms.kept.iter().map(|(id, read)| {
            let seen = terms.state_of(*id, None).unwrap_or(*read);
            self.check_revision(Key::role(org, *id), seen)
        });
        counted.chain(kept).collect()
    }
}
