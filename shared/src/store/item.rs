//! The keys and attributes of items.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::fault::Fault;
use crate::model::idempotency::IdempotencyKey;
use crate::model::{ClientId, OrgId, RoleId, Timestamp};

/// The key of an item.
#[derive(Clone, Debug)]
pub struct Key {
    pk: String,
    sk: String,
}

/// The attributes of an item.
#[derive(Clone, Debug, Default)]
pub struct Item(HashMap<String, AttributeValue>);

impl Key {
    pub(super) fn client_record(id: ClientId) -> Self {
        Self::new(Self::client_partition(id), "RECORD")
    }

    pub(super) fn client_gate(id: ClientId) -> Self {
        Self::new(Self::client_partition(id), "GATE")
    }

    pub(super) fn client_partition(id: ClientId) -> String {
        format!("CLIENT#{id}")
    }

    /// The sort key of an inline policy.
    pub(super) const POLICY: &str = "POLICY";

    pub(super) fn client_policy(id: ClientId) -> Self {
        Self::new(format!("POLICY#{id}"), Self::POLICY)
    }

    pub(super) fn role(org: OrgId, id: RoleId) -> Self {
        Self::new(Self::roles_partition(org), &format!("ROLE#{id}"))
    }

    pub(super) fn role_count(org: OrgId) -> Self {
        Self::new(Self::roles_partition(org), "COUNT")
    }

    pub(super) fn roles_partition(org: OrgId) -> String {
        format!("ROLES#{org}")
    }

    pub(super) fn org(id: OrgId) -> Self {
        Self::new(format!("ORG#{id}"), "ORG")
    }

    pub(super) fn first_request(caller: ClientId, key: &IdempotencyKey) -> Self {
        Self::new(format!("IDEMPOTENCY#{caller}"), &key.digest())
    }

    pub(super) fn key_set() -> Self {
        Self::new("KEYS", "PUBLIC")
    }

    pub(super) fn name_keys() -> Self {
        Self::new("UPGRADES", "NAME_LISTING")
    }

    fn new(pk: impl Into<String>, sk: &str) -> Self {
        Self {
            pk: pk.into(),
            sk: sk.to_owned(),
        }
    }
}

impl Item {
    /// An item with only its key.
    pub(super) fn new(key: Key) -> Self {
        Self(key.into())
    }

    /// The item with one more attribute.
    pub(super) fn with(mut self, name: &str, value: AttributeValue) -> Self {
        self.0.insert(name.to_owned(), value);
        self
    }

    /// The item's sort key.
    pub(super) fn sort_key(&self) -> Option<&str> {
        self.0.get("sk")?.as_s().ok().map(String::as_str)
    }

    /// Whether the item has this attribute.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Reads an attribute with `read`.
    ///
    /// # Errors
    /// [`Fault::Unreadable`] when the attribute is missing or `read` returns `None`.
    pub(super) fn read<'a, T>(
        &'a self,
        name: &'static str,
        read: impl FnOnce(&'a AttributeValue) -> Option<T>,
    ) -> Result<T, Fault> {
        self.0
            .get(name)
            .and_then(read)
            .ok_or(Fault::Unreadable(name))
    }

    pub(super) fn text(&self, name: &'static str) -> Result<&str, Fault> {
        self.read(name, |value| value.as_s().ok().map(String::as_str))
    }

    pub(super) fn number<N: TryFrom<u64>>(&self, name: &'static str) -> Result<N, Fault> {
        self.read(name, as_number)
    }

    pub(super) fn time(&self, name: &'static str) -> Result<Timestamp, Fault> {
        self.read(name, as_time)
    }
}

impl From<Key> for HashMap<String, AttributeValue> {
    fn from(key: Key) -> Self {
        Self::from([
            ("pk".to_owned(), AttributeValue::S(key.pk)),
            ("sk".to_owned(), AttributeValue::S(key.sk)),
        ])
    }
}

impl From<HashMap<String, AttributeValue>> for Item {
    fn from(attributes: HashMap<String, AttributeValue>) -> Self {
        Self(attributes)
    }
}

impl From<Item> for HashMap<String, AttributeValue> {
    fn from(item: Item) -> Self {
        item.0
    }
}

pub(super) fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

pub(super) fn number(value: impl Into<u64>) -> AttributeValue {
    AttributeValue::N(value.into().to_string())
}

pub(super) fn time(value: Timestamp) -> AttributeValue {
    number(value.epoch_seconds())
}

pub(super) fn as_time(value: &AttributeValue) -> Option<Timestamp> {
    as_number(value).map(Timestamp::from_epoch_seconds)
}

pub(super) fn as_number<N: TryFrom<u64>>(value: &AttributeValue) -> Option<N> {
    value.as_n().ok()?.parse::<u64>().ok()?.try_into().ok()
}
