//! App Clients in the table. Each has a record and a gate in one partition.

use aws_sdk_dynamodb::types::{Delete, Put, TransactWriteItem};

use super::client_record::{client_of, item_of, org_of, revision_of, roles_of};
use super::gates::{gate_of, item_of as gate_item_of, last_uses_of};
use super::item::text;
use super::policies::FoundPolicies;
use super::standing::Parts;
use super::terms::Terms;
use super::transaction::Transacted;
use super::{Item, Key, Store, fault, unbuildable, values};
use crate::fault::Fault;
use crate::model::gate::{Gate, Window};
use crate::model::idempotency::FirstRequest;
use crate::model::issuing::FoundClient;
use crate::model::{AppClient, ClientId, ClientInUse, OrgId, Revision, RoleId};
use crate::runtime::Attempts;

/// The outcome of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    /// The change is written. From now on, no instance issues a token under the former state.
    Made,
    /// Another request changed or deleted the client, or the administrator that has to remain, after
    /// it was read. Nothing is written.
    Overtaken,
    /// A role to give or to take was changed or deleted after it was read. Nothing is written.
    RolesChanged,
    /// The caller's client or roles are no longer as they were read. Nothing is written.
    CallerChanged,
}

/// What can be read of a client that is to be deleted. The rest of its record may be damaged.
#[derive(Clone, Debug)]
pub struct Deletable {
    /// The org.
    pub org: OrgId,
    /// The state, if its revision can be read.
    pub revision: Option<Revision>,
    /// The client, if its whole record can be read.
    pub client: Option<AppClient>,
    /// Its roles, as far as they can be read.
    pub roles: Vec<RoleId>,
}

impl Store {
    /// A client's record and its gate, from one strongly consistent Query; `None` without a record.
    ///
    /// # Errors
    /// When the read fails, or the record cannot be read.
    pub async fn find_client_and_gate(
        &self,
        id: ClientId,
    ) -> Result<Option<FoundClient<AppClient>>, Fault> {
        let (record, gate) = self.record_and_gate(id).await?;
        let Some(record) = record else {
            return Ok(None);
        };
        let client = client_of(id, &record)?;
        Ok(Some(match gate.as_ref().map(gate_of).transpose() {
            Ok(gate) => FoundClient::new(client, gate),
            // The record alone can refuse, so a false secret gets the same response as ever.
            Err(Fault::Unreadable(attribute)) => FoundClient::UnreadableGate(client, attribute),
            Err(fault) => return Err(fault),
        }))
    }

    /// A client with what its gate tells about it, from one strongly consistent Query, and with its inline
    /// policy, from a further read if it has one; `None` if the client belongs to another org. That is
    /// decided before the rest of the record is read.
    ///
    /// # Errors
    /// When a read fails, or an item cannot be read.
    pub async fn find_client_in_use(
        &self,
        org: OrgId,
        id: ClientId,
    ) -> Result<Option<ClientInUse>, Fault> {
        let mut rereads = self.rereads();
        let mut without_policy = None;
        loop {
            let (record, gate) = self.record_and_gate(id).await?;
            let record = match record {
                Some(record) if org_of(&record)? == org => record,
                _ => return Ok(None),
            };
            let client = client_of(id, &record)?;
            let policies = match client.policy {
                None => FoundPolicies::default(),
                Some(_) => {
                    let no_roles = [].into_iter();
                    self.find_policies(org, no_roles, Some(id), &mut rereads)
                        .await?
                }
            };
            if !policies.has_inline_of(&client) {
                // Another request changes the policy at this moment, or it is lost.
                if without_policy == Some(client.revision) {
                    return Err(Fault::Unreadable("policy"));
                }
                without_policy = Some(client.revision);
                if !rereads.another().await? {
                    return Err(Fault::Contended("BatchGetItem"));
                }
                continue;
            }
            let counted = gate.as_ref().and_then(|gate| revision_of(gate).ok());
            let seems_damaged = counted != Some(client.revision);
            let last_uses = gate.as_ref().map(last_uses_of).unwrap_or_default();
            return Ok(Some(ClientInUse {
                // Another state may have other secrets in the places.
                last_uses: match seems_damaged {
                    true => last_uses.of_client_only(),
                    false => last_uses,
                },
                seems_damaged,
                policy: policies.inline.map(|(_, policy)| policy),
                client,
            }));
        }
    }

    /// The items of a client's partition: its record and its gate.
    async fn record_and_gate(&self, id: ClientId) -> Result<(Option<Item>, Option<Item>), Fault> {
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :client")
            .expression_attribute_values(":client", text(Key::client_partition(id)))
            .consistent_read(true);
        let answer = Box::pin(query.send()).await;
        let answer = answer.map_err(|error| fault("Query", &error))?;
        let (mut record, mut gate) = (None, None);
        for item in answer.items.unwrap_or_default().into_iter().map(Item::from) {
            match item.sort_key() {
                Some("RECORD") => record = Some(item),
                Some("GATE") => gate = Some(item),
                _ => {}
            }
        }
        Ok((record, gate))
    }

    /// A client's record, from a strongly consistent read.
    ///
    /// # Errors
    /// When the read fails, or an item cannot be read.
    pub async fn find_client(&self, id: ClientId) -> Result<Option<AppClient>, Fault> {
        let item = self.get(Key::client_record(id)).await?;
        item.map(|item| client_of(id, &item)).transpose()
    }

    /// A client's record, from a strongly consistent read; `None` if the client belongs to another
    /// org. That is decided before the rest of the record is read: a record that cannot be read is
    /// an error only in its own org.
    ///
    /// # Errors
    /// When the read fails, or the item cannot be read.
    pub async fn find_client_of(
        &self,
        org: OrgId,
        id: ClientId,
    ) -> Result<Option<AppClient>, Fault> {
        match self.get(Key::client_record(id)).await? {
            Some(item) if org_of(&item)? == org => client_of(id, &item).map(Some),
            _ => Ok(None),
        }
    }

    /// Whether a client has a gate of this revision, from a strongly consistent read. If not, the client
    /// is damaged, or another request changes it.
    ///
    /// # Errors
    /// When the read fails.
    pub async fn has_gate(&self, id: ClientId, revision: Revision) -> Result<bool, Fault> {
        let gate = self.get(Key::client_gate(id)).await?;
        let found = gate.and_then(|gate| revision_of(&gate).ok());
        Ok(found == Some(revision))
    }

    /// What can be read of a client that is to be deleted, from a strongly consistent read.
    ///
    /// # Errors
    /// When the read fails, or the org cannot be read.
    pub async fn find_deletable(&self, id: ClientId) -> Result<Option<Deletable>, Fault> {
        let item = self.get(Key::client_record(id)).await?;
        item.map(|item| {
            Ok(Deletable {
                org: org_of(&item)?,
                revision: revision_of(&item).ok(),
                client: client_of(id, &item).ok(),
                roles: roles_of(&item)
                    .unwrap_or_default()
                    .into_iter()
                    .map(|role| role.id)
                    .collect(),
            })
        })
        .transpose()
    }

    /// Inserts a new client with its gate, and keeps the request if it has a key.
    ///
    /// # Errors
    /// [`Fault::KeyUsed`], and when DynamoDB does not confirm that all are written.
    pub async fn insert_client(
        &self,
        client: &AppClient,
        terms: &Terms<'_>,
        first: Option<&FirstRequest>,
    ) -> Result<Changed, Fault> {
        let mut attempts = self.attempts();
        attempts.at_once();
        let mut parts = Parts::default();
        for write in self.client_and_gate(client)? {
            parts.push(Changed::Overtaken, write);
        }
        let written = self.write_under(parts, (client.org, client.id), terms, first, &mut attempts);
        match written.await? {
            // The id is random, so no other client has it.
            Changed::Overtaken => Err(Fault::Contended("TransactWriteItems")),
            outcome => Ok(outcome),
        }
    }

    /// Makes the writes of `parts` and those of the terms, or none.
    async fn write_under(
        &self,
        mut parts: Parts<Changed>,
        (org, id): (OrgId, ClientId),
        terms: &Terms<'_>,
        first: Option<&FirstRequest>,
        attempts: &mut Attempts,
    ) -> Result<Changed, Fault> {
        if let Some(write) = self.policy_write(id, terms.policy)? {
            parts.push(Changed::Overtaken, write);
        }
        let caller = terms.caller;
        // The caller's own condition is the same.
        let remaining = terms.remaining;
        let remaining = remaining.filter(|it| caller.is_none_or(|caller| caller.client != it.id));
        if let Some(check) = self.remains(remaining)? {
            parts.push(Changed::Overtaken, check);
        }
        for write in self.role_writes(org, terms)? {
            parts.push(Changed::RolesChanged, write);
        }
        if let Some(caller) = caller {
            for check in self.still(caller, Some(id), &terms.roles())? {
                parts.push(Changed::CallerChanged, check);
            }
        }
        let (writes, meanings) = parts.into_parts();
        Ok(match self.transact_once(writes, first, attempts).await? {
            Transacted::Committed => Changed::Made,
            Transacted::ConditionFailed(position) => meanings
                .get(position)
                .copied()
                .unwrap_or(Changed::Overtaken),
        })
    }

    /// The writes that insert a client and its gate.
    pub(super) fn client_and_gate(
        &self,
        client: &AppClient,
    ) -> Result<Vec<TransactWriteItem>, Fault> {
        let gate = Gate::new(client.revision, Window::HOUR.bucket(client.created_at));
        Ok(vec![
            self.put_new(item_of(client))?,
            self.put_new(gate_item_of(client.id, &gate))?,
        ])
    }

    /// The write that inserts an item if its key is free.
    pub(super) fn put_new(&self, item: Item) -> Result<TransactWriteItem, Fault> {
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(item.into()))
            .condition_expression("attribute_not_exists(pk)");
        Ok(TransactWriteItem::builder()
            .put(put.build().map_err(unbuildable)?)
            .build())
    }

    /// Replaces the client in the state `former`. From then on its gate counts no token of another state;
    /// its buckets and counts stay. Only the record has a condition: it puts the changes of a client
    /// in order, and decides on both writes. A request with a key is kept. The first of the `attempts` is
    /// already begun.
    ///
    /// # Errors
    /// [`Fault::KeyUsed`], and when DynamoDB does not confirm whether all are written.
    pub async fn replace_client(
        &self,
        former: &AppClient,
        client: &AppClient,
        terms: &Terms<'_>,
        first: Option<&FirstRequest>,
        attempts: &mut Attempts,
    ) -> Result<Changed, Fault> {
        let record = Put::builder()
            .table_name(&self.table)
            .set_item(Some(item_of(client).into()))
            .condition_expression("revision = :former")
            .set_expression_attribute_values(values([(
                ":former",
                text(former.revision.to_string()),
            )]));
        let gate = self.gate_of_change(&former.secrets, client);
        let mut parts = Parts::default();
        let record = record.build().map_err(unbuildable)?;
        parts.push(
            Changed::Overtaken,
            TransactWriteItem::builder().put(record).build(),
        );
        let gate = gate.build().map_err(unbuildable)?;
        parts.push(
            Changed::Overtaken,
            TransactWriteItem::builder().update(gate).build(),
        );
        self.write_under(parts, (client.org, client.id), terms, first, attempts)
            .await
    }

    /// Deletes a client in the state `former`, and its gate if it has one. Without `former` its
    /// revision could not be read, and it only has to exist. `terms` and `attempts` are those of
    /// [`Self::replace_client`].
    ///
    /// # Errors
    /// When DynamoDB does not confirm whether both are deleted.
    pub async fn delete_client(
        &self,
        (org, id): (OrgId, ClientId),
        former: Option<Revision>,
        terms: &Terms<'_>,
        attempts: &mut Attempts,
    ) -> Result<Changed, Fault> {
        let delete = |key: Key| {
            Delete::builder()
                .table_name(&self.table)
                .set_key(Some(key.into()))
        };
        let record = delete(Key::client_record(id));
        let record = match former {
            Some(former) => record
                .condition_expression("revision = :former")
                .expression_attribute_values(":former", text(former.to_string())),
            None => record.condition_expression("attribute_exists(pk)"),
        };
        let mut parts = Parts::default();
        for delete in [record, delete(Key::client_gate(id))] {
            let delete = delete.build().map_err(unbuildable)?;
            let write = TransactWriteItem::builder().delete(delete).build();
            parts.push(Changed::Overtaken, write);
        }
        self.write_under(parts, (org, id), terms, None, attempts)
            .await
    }
}
