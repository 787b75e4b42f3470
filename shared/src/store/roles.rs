//! The roles of orgs in the table. Managed roles are not stored: they are the same in every org.
//!
//! An org's partition has its roles, and an item that counts them. A role's item counts the clients that
//! have it, so that a role in use is never deleted.

use aws_sdk_dynamodb::types::{AttributeValue, Delete, Put, TransactWriteItem, Update};

use super::item::{number, text, time};
use super::standing::{Parts, Standing};
use super::transaction::Transacted;
use super::{Item, Key, Store, fault, unbuildable, values};
use crate::fault::Fault;
use crate::model::{AccessPolicy, Description, OrgId, Revision, Role, RoleId, RoleName};
use crate::runtime::Attempts;

/// A role with the number of clients that have it.
#[derive(Clone, Debug)]
pub struct RoleInUse {
    /// The role.
    pub role: Role,
    /// The number of clients.
    pub clients: u64,
}

/// A role as it is stored.
#[derive(Clone, Debug)]
pub struct StoredRole {
    /// The id.
    pub id: RoleId,
    item: Item,
}

/// The outcome of the creation of a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CreatedRole {
    /// The role is written.
    Made,
    /// The org has a role of this name.
    NameTaken,
    /// The org has the maximum number of roles.
    TooMany,
    /// The caller's client or roles are no longer as they were read.
    CallerChanged,
}

/// The outcome of a change of a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangedRole {
    /// The change is written.
    Made,
    /// Another request changed or deleted the role after it was read, or gave it to a client before it is deleted.
    Overtaken,
    /// The caller's client or roles are no longer as they were read.
    CallerChanged,
}

impl StoredRole {
    /// The name; empty if it cannot be read.
    #[must_use]
    pub fn name(&self) -> &str {
        self.item.text("name").unwrap_or_default()
    }

    /// Reads the role, with its policy.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(&self) -> Result<Role, Fault> {
        role_of(&self.item).map(|found| found.role)
    }
}

impl Store {
    /// A role of the org, from a strongly consistent read.
    ///
    /// # Errors
    /// When the read fails, or the item cannot be read.
    pub async fn find_role(&self, org: OrgId, id: RoleId) -> Result<Option<RoleInUse>, Fault> {
        let item = self.get(Key::role(org, id)).await?;
        item.map(|item| role_of(&item)).transpose()
    }

    /// Every role of the org, from strongly consistent reads.
    ///
    /// # Errors
    /// When a read fails.
    pub async fn list_roles(&self, org: OrgId) -> Result<Vec<StoredRole>, Fault> {
        let mut roles = Vec::new();
        let mut after = None;
        loop {
            let query = self
                .client
                .query()
                .table_name(&self.table)
                .key_condition_expression("pk = :roles AND begins_with(sk, :role)")
                .set_expression_attribute_values(values([
                    (":roles", text(Key::roles_partition(org))),
                    (":role", text("ROLE#")),
                ]))
                .set_exclusive_start_key(after)
                .consistent_read(true);
            let answer = Box::pin(query.send()).await;
            let answer = answer.map_err(|error| fault("Query", &error))?;
            let items = answer.items.unwrap_or_default().into_iter().map(Item::from);
            roles.extend(items.filter_map(|item| {
                let id = id_of(&item)?;
                Some(StoredRole { id, item })
            }));
            // DynamoDB stops after a megabyte.
            after = answer.last_evaluated_key;
            if after.is_none() {
                return Ok(roles);
            }
        }
    }

    /// Inserts a role, as long as its name is free, the org has fewer roles than [`Role::MAXIMUM`], and the
    /// caller is as it was read.
    ///
    /// # Errors
    /// When DynamoDB does not confirm whether it is written.
    pub async fn insert_role(
        &self,
        org: OrgId,
        role: &Role,
        caller: &Standing,
    ) -> Result<CreatedRole, Fault> {
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(item_of(org, role).into()))
            .condition_expression("attribute_not_exists(pk)");
        let put = put.build().map_err(unbuildable)?;
        let mut parts = Parts::default();
        let count = Update::builder()
            .table_name(&self.table)
            .set_key(Some(Key::role_count(org).into()))
            .update_expression("ADD role_count :one")
            .condition_expression("attribute_not_exists(role_count) OR role_count < :maximum")
            .set_expression_attribute_values(values([
                (":one", number(1_u64)),
                (":maximum", number(Role::MAXIMUM)),
            ]));
        let count = count.build().map_err(unbuildable)?;
        parts.push(
            CreatedRole::TooMany,
            TransactWriteItem::builder().update(count).build(),
        );
        // If several conditions fail, the last one is reported: a taken name rather than the number of roles.
        parts.push(
            CreatedRole::NameTaken,
            TransactWriteItem::builder().put(put).build(),
        );
        for check in self.still(caller, None, &[])? {
            parts.push(CreatedRole::CallerChanged, check);
        }
        let mut attempts = self.attempts();
        attempts.at_once();
        let (writes, meanings) = parts.into_parts();
        Ok(match self.transact_within(writes, &mut attempts).await? {
            Transacted::Committed => CreatedRole::Made,
            Transacted::ConditionFailed(position) => {
                let meaning = meanings.get(position).copied();
                meaning.unwrap_or(CreatedRole::CallerChanged)
            }
        })
    }

    /// Replaces a role in the state `former`. With `caller`, that one has to be as it was read. The first of
    /// the `attempts` is already begun.
    ///
    /// # Errors
    /// When DynamoDB does not confirm whether it is written.
    pub async fn replace_role(
        &self,
        org: OrgId,
        former: Revision,
        role: &Role,
        caller: Option<&Standing>,
        attempts: &mut Attempts,
    ) -> Result<ChangedRole, Fault> {
        let revision = role.revision.unwrap_or(former);
        let mut members = caller.into_iter().flat_map(|caller| &caller.roles);
        // The caller itself has the role: the item's own condition is that it is as it was read.
        let is_stale = members.any(|(id, read)| *id == role.id && *read != former);
        if is_stale {
            return Ok(ChangedRole::CallerChanged);
        }
        let update = Update::builder()
            .table_name(&self.table)
            .set_key(Some(Key::role(org, role.id).into()))
            .update_expression(
                "SET description = :description, policy = :policy, updated_at = :now, revision = :revision",
            )
            .condition_expression("revision = :former")
            .set_expression_attribute_values(values([
                (":description", text(role.description.as_str())),
                (":policy", text(role.policy.sent().to_string())),
                (":now", time(role.updated_at)),
                (":revision", text(revision.to_string())),
                (":former", text(former.to_string())),
            ]));
        let update = update.build().map_err(unbuildable)?;
        let mut writes = vec![TransactWriteItem::builder().update(update).build()];
        if let Some(caller) = caller {
            writes.extend(self.still(caller, None, &[role.id])?);
        }
        Ok(match self.transact_within(writes, attempts).await? {
            Transacted::Committed => ChangedRole::Made,
            Transacted::ConditionFailed(0) => ChangedRole::Overtaken,
            Transacted::ConditionFailed(_) => ChangedRole::CallerChanged,
        })
    }

    /// Deletes a role in the state `former`, as long as no client has it. `attempts` are those of
    /// [`Self::replace_role`].
    ///
    /// # Errors
    /// When DynamoDB does not confirm whether it is deleted.
    pub async fn delete_role(
        &self,
        org: OrgId,
        id: RoleId,
        former: Revision,
        attempts: &mut Attempts,
    ) -> Result<ChangedRole, Fault> {
        let delete = Delete::builder()
            .table_name(&self.table)
            .set_key(Some(Key::role(org, id).into()))
            .condition_expression("revision = :former AND client_count = :none")
            .set_expression_attribute_values(values([
                (":former", text(former.to_string())),
                (":none", number(0_u64)),
            ]));
        let count = Update::builder()
            .table_name(&self.table)
            .set_key(Some(Key::role_count(org).into()))
            .update_expression("ADD role_count :less")
            .expression_attribute_values(":less", AttributeValue::N("-1".to_owned()));
        let writes = vec![
            TransactWriteItem::builder()
                .delete(delete.build().map_err(unbuildable)?)
                .build(),
            TransactWriteItem::builder()
                .update(count.build().map_err(unbuildable)?)
                .build(),
        ];
        Ok(match self.transact_within(writes, attempts).await? {
            Transacted::Committed => ChangedRole::Made,
            Transacted::ConditionFailed(_) => ChangedRole::Overtaken,
        })
    }
}

/// The id of a role, from its key.
pub(super) fn id_of(item: &Item) -> Option<RoleId> {
    let id = item.sort_key()?.strip_prefix("ROLE#")?;
    RoleId::from_stored(id)
}

fn item_of(org: OrgId, role: &Role) -> Item {
    let revision = role.revision.map(|revision| revision.to_string());
    Item::new(Key::role(org, role.id))
        .with("id", text(role.id.to_string()))
        .with("name", text(role.name.as_str()))
        .with("description", text(role.description.as_str()))
        .with("policy", text(role.policy.sent().to_string()))
        .with("client_count", number(0_u64))
        .with("created_at", time(role.created_at))
        .with("updated_at", time(role.updated_at))
        .with("revision", text(revision.unwrap_or_default()))
}

pub(super) fn role_of(item: &Item) -> Result<RoleInUse, Fault> {
    let revision = Revision::from_stored(item.text("revision")?);
    let role = Role {
        id: RoleId::from_stored(item.text("id")?).ok_or(Fault::Unreadable("id"))?,
        name: RoleName::from_stored(item.text("name")?),
        description: Description::from_stored(item.text("description")?),
        policy: AccessPolicy::from_stored(item.text("policy")?)
            .ok_or(Fault::Unreadable("policy"))?,
        created_at: item.time("created_at")?,
        updated_at: item.time("updated_at")?,
        revision: Some(revision.ok_or(Fault::Unreadable("revision"))?),
    };
    let clients = item.number("client_count")?;
    Ok(RoleInUse { role, clients })
}
