//! Roles in the table.

use aws_sdk_dynamodb::types::AttributeValue;

use super::item::{text, time};
use super::{Item, Key, Store, fault, values};
use crate::fault::Fault;
use crate::model::{Role, RoleId};

impl Store {
    /// A role, from a strongly consistent read.
    ///
    /// # Errors
    /// When the read fails, or an item cannot be read.
    pub async fn find_role(&self, id: RoleId) -> Result<Option<Role>, Fault> {
        let item = self.get(Key::managed_role(id)).await?;
        item.map(|item| role_of(&item)).transpose()
    }

    /// Every role, ordered by name.
    ///
    /// # Errors
    /// When the read fails, or an item cannot be read.
    pub async fn list_roles(&self) -> Result<Vec<Role>, Fault> {
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :roles")
            .set_expression_attribute_values(values([(
                ":roles",
                text(Key::managed_roles_partition()),
            )]))
            .consistent_read(true);
        let answer = Box::pin(query.send()).await;
        let answer = answer.map_err(|error| fault("Query", &error))?;
        let items = answer.items.unwrap_or_default().into_iter().map(Item::from);
        let mut roles = items
            .map(|item| role_of(&item))
            .collect::<Result<Vec<_>, _>>()?;
        roles.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(roles)
    }

    /// Inserts a role, or replaces the one with its id.
    ///
    /// # Errors
    /// When DynamoDB does not confirm that it is written.
    pub async fn replace_role(&self, role: &Role) -> Result<(), Fault> {
        let put = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item_of(role).into()));
        let written = Box::pin(put.send()).await;
        written.map(drop).map_err(|error| fault("PutItem", &error))
    }
}

fn item_of(role: &Role) -> Item {
    let permissions = role.permissions.iter().map(text).collect();
    Item::new(Key::managed_role(role.id))
        .with("id", text(role.id.to_string()))
        .with("name", text(&role.name))
        .with("description", text(&role.description))
        .with("managed", AttributeValue::Bool(role.is_managed))
        .with("permissions", AttributeValue::L(permissions))
        .with("created_at", time(role.created_at))
        .with("updated_at", time(role.updated_at))
}

fn role_of(item: &Item) -> Result<Role, Fault> {
    Ok(Role {
        id: RoleId::from_stored(item.text("id")?).ok_or(Fault::Unreadable("id"))?,
        name: item.text("name")?.to_owned(),
        description: item.text("description")?.to_owned(),
        is_managed: item.read("managed", |managed| managed.as_bool().ok().copied())?,
        permissions: item.read("permissions", |permissions| {
            let permissions = permissions.as_l().ok()?.iter();
            permissions.map(|name| name.as_s().ok().cloned()).collect()
        })?,
        created_at: item.time("created_at")?,
        updated_at: item.time("updated_at")?,
    })
}
