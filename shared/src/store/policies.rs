//! The policies of clients: those of their roles, and their inline ones.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_dynamodb::types::{Delete, Put, TransactWriteItem};

use super::item::text;
use super::roles::{RoleInUse, id_of, role_of};
use super::{Item, Key, Store, unbuildable};
use crate::fault::Fault;
use crate::model::policy::{Policies, PolicySource};
use crate::model::{AccessPolicy, AppClient, ClientId, ManagedRole, OrgId, Revision, Role, RoleId};
use crate::runtime::Attempts;

/// The roles that were asked for, as far as they exist, and an inline policy.
#[derive(Clone, Debug, Default)]
pub struct FoundPolicies {
    /// The roles, managed ones included.
    pub roles: HashMap<RoleId, Role>,
    /// The inline policy, with the revision with which it was written.
    pub inline: Option<(Revision, AccessPolicy)>,
}

/// The change of a client's inline policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PolicyChange<'a> {
    /// It stays as it is.
    #[default]
    Kept,
    /// It is this one from now on. The client's record has the same revision for it.
    Written(Revision, &'a AccessPolicy),
    /// There is none from now on.
    Removed,
}

impl FoundPolicies {
    /// Whether the inline policy is the one that the client's record has.
    #[must_use]
    pub fn has_inline_of(&self, client: &AppClient) -> bool {
        client.policy == self.inline.as_ref().map(|(revision, _)| *revision)
    }

    /// The policies of a client; `None` if one is missing, or of another state than the client's record.
    #[must_use]
    pub fn of(&self, client: &AppClient) -> Option<Policies> {
        let inline = self.inline.as_ref().map(|(_, policy)| policy);
        let policies = self.with(client.roles.iter().map(|role| role.id), inline);
        policies.filter(|_| self.has_inline_of(client))
    }

    /// The revisions of the roles, except for managed ones.
    #[must_use]
    pub fn revisions(&self) -> Vec<(RoleId, Revision)> {
        let roles = self.roles.values();
        roles
            .filter_map(|role| Some((role.id, role.revision?)))
            .collect()
    }

    /// The policies of these roles and an inline one; `None` if a role is missing.
    #[must_use]
    pub fn with(
        &self,
        roles: impl Iterator<Item = RoleId>,
        inline: Option<&AccessPolicy>,
    ) -> Option<Policies> {
        let roles = roles.map(|id| {
            let policy = self.roles.get(&id)?.policy.policy();
            Some((PolicySource::Role(id.into()), policy.clone()))
        });
        let inline = inline.map(|policy| Some((PolicySource::Inline, policy.policy().clone())));
        let all: Option<Vec<_>> = roles.chain(inline).collect();
        all.map(Policies)
    }
}

impl Store {
    /// Roles that are visible to an org, and the inline policy of a client, from one strongly consistent read.
    /// Managed roles need no read. `rereads` limits the reads of what DynamoDB leaves unprocessed.
    ///
    /// # Errors
    /// When the read fails, or an item cannot be read.
    pub async fn find_policies(
        &self,
        org: OrgId,
        roles: impl Iterator<Item = RoleId>,
        inline: Option<ClientId>,
        rereads: &mut Attempts,
    ) -> Result<FoundPolicies, Fault> {
        let mut found = FoundPolicies::default();
        let mut own = BTreeSet::new();
        for id in roles {
            match ManagedRole::from_id(id) {
                Some(managed) => drop(found.roles.insert(id, managed.role())),
                None => drop(own.insert(id)),
            }
        }
        let mut keys: Vec<_> = own
            .into_iter()
            .map(|id| Key::role(org, id).into())
            .collect();
        keys.extend(inline.map(|client| Key::client_policy(client).into()));
        for item in self.get_all(keys, rereads).await? {
            if item.sort_key() == Some(Key::POLICY) {
                let policy = AccessPolicy::from_stored(item.text("policy")?);
                let policy = policy.ok_or(Fault::Unreadable("policy"))?;
                let revision = Revision::from_stored(item.text("revision")?);
                let revision = revision.ok_or(Fault::Unreadable("revision"))?;
                found.inline = Some((revision, policy));
            } else {
                let RoleInUse { role, .. } = role_of(&item)?;
                found.roles.insert(role.id, role);
            }
        }
        Ok(found)
    }

    /// Those of these roles of an org that exist, whether or not they can be read. Managed roles are left out.
    ///
    /// # Errors
    /// When the read fails.
    pub async fn existing_roles(
        &self,
        org: OrgId,
        roles: impl Iterator<Item = RoleId>,
        rereads: &mut Attempts,
    ) -> Result<Vec<RoleId>, Fault> {
        let own = roles.filter(|id| ManagedRole::from_id(*id).is_none());
        let own: BTreeSet<_> = own.collect();
        let keys = own.into_iter().map(|id| Key::role(org, id).into());
        let items = self.get_all(keys.collect(), rereads).await?;
        Ok(items.iter().filter_map(id_of).collect())
    }

    /// The policies that a client has by its roles and its inline policy.
    ///
    /// # Errors
    /// Those of [`Self::find_policies`].
    pub async fn find_policies_of(
        &self,
        client: &AppClient,
        rereads: &mut Attempts,
    ) -> Result<FoundPolicies, Fault> {
        let roles = client.roles.iter().map(|role| role.id);
        let inline = client.policy.map(|_| client.id);
        self.find_policies(client.org, roles, inline, rereads).await
    }

    /// The write of a change of a client's inline policy.
    pub(super) fn policy_write(
        &self,
        client: ClientId,
        change: PolicyChange<'_>,
    ) -> Result<Option<TransactWriteItem>, Fault> {
        let key = Key::client_policy(client);
        let write = TransactWriteItem::builder();
        Ok(match change {
            PolicyChange::Kept => None,
            PolicyChange::Written(revision, policy) => {
                let item = Item::new(key)
                    .with("policy", text(policy.sent().to_string()))
                    .with("revision", text(revision.to_string()));
                let put = Put::builder()
                    .table_name(&self.table)
                    .set_item(Some(item.into()));
                Some(write.put(put.build().map_err(unbuildable)?).build())
            }
            PolicyChange::Removed => {
                let delete = Delete::builder()
                    .table_name(&self.table)
                    .set_key(Some(key.into()));
                Some(write.delete(delete.build().map_err(unbuildable)?).build())
            }
        })
    }
}
