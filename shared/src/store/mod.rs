//! DynamoDB: one table, with one file for each kind of item.
//!
//! | pk | sk | item | file |
//! |---|---|---|---|
//! | `CLIENT#{id}` | `RECORD` | an App Client | `clients.rs`, `client_list.rs`, `client_record.rs`, `client_secrets.rs` |
//! | `CLIENT#{id}` | `GATE` | its gate | `gates.rs` |
//! | `POLICY#{client}` | `POLICY` | the inline policy of an App Client | `policies.rs` |
//! | `ROLES#{org}` | `ROLE#{id}` | a role of the org | `roles.rs` |
//! | `ROLES#{org}` | `COUNT` | the number of roles of the org | `roles.rs` |
//! | `ORG#{id}` | `ORG` | an org | `orgs.rs` |
//! | `IDEMPOTENCY#{caller}` | hash of a key | the first request with the key | `first_requests.rs` |
//! | `KEYS` | `PUBLIC` | the public key set, as JSON | `key_set.rs` |
//! | `UPGRADES` | `NAME_LISTING` | how far old records have their keys in `by-name` | `name_keys.rs` |
//!
//! The index `by-org` (`org`, `listing`) has the keys of an org's clients, oldest first, and `by-name`
//! (`org`, `name_listing`) the same by name.

mod administrators;
mod client_list;
mod client_record;
mod client_secrets;
mod clients;
mod first_requests;
mod gates;
mod item;
mod key_set;
mod name_keys;
mod name_listing;
mod orgs;
mod policies;
mod roles;
mod standing;
mod terms;
mod transaction;

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};

use crate::fault::Fault;
use crate::random::Randomness;
use crate::runtime::{Attempts, Environment, VariableError};

pub use client_list::{ClientList, ListPart, ListPosition, Listed};
pub use client_record::{ORG, Position};
pub use clients::{Changed, Deletable};
pub use gates::Written;
pub use item::{Item, Key};
pub use name_keys::{LastClient, NameKeys};
pub use name_listing::NamePosition;
pub use policies::{FoundPolicies, PolicyChange};
pub use roles::{ChangedRole, CreatedRole, RoleInUse, StoredRole};
pub use standing::Standing;
pub use terms::Terms;

/// The table.
#[derive(Clone, Debug)]
pub struct Store {
    client: Client,
    table: String,
    randomness: Randomness,
}

impl Store {
    /// The table in `TABLE_NAME`.
    ///
    /// # Errors
    /// When `TABLE_NAME` is not set.
    pub fn new(environment: &Environment) -> Result<Self, VariableError> {
        Ok(Self {
            client: Client::new(&environment.aws),
            table: environment.variables.required("TABLE_NAME")?.to_owned(),
            randomness: environment.randomness.clone(),
        })
    }

    /// The attempts of one request that may conflict with others.
    #[must_use]
    pub fn attempts(&self) -> Attempts {
        Attempts::at_a_conflicting_write(&self.randomness)
    }

    /// The attempts of one request at records that DynamoDB leaves unprocessed. The first is made: it
    /// is the read of the records.
    #[must_use]
    pub fn rereads(&self) -> Attempts {
        let mut attempts = self.attempts();
        attempts.at_once();
        attempts
    }

    /// Reads one item with strong consistency.
    async fn get(&self, key: Key) -> Result<Option<Item>, Fault> {
        let get = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(key.into()))
            .consistent_read(true);
        let answer = Box::pin(get.send()).await;
        let answer = answer.map_err(|error| fault("GetItem", &error))?;
        Ok(answer.item.map(Item::from))
    }

    /// Reads up to 100 items with strong consistency. DynamoDB may return only some of them, after 16 MB or
    /// when it throttles; the rest are read after a pause.
    async fn get_all(
        &self,
        mut keys: Vec<HashMap<String, AttributeValue>>,
        rereads: &mut Attempts,
    ) -> Result<Vec<Item>, Fault> {
        let mut items = Vec::new();
        let mut is_first = true;
        while !keys.is_empty() {
            if !is_first && !rereads.another().await? {
                return Err(Fault::Unavailable {
                    service: "DynamoDB",
                    operation: "BatchGetItem",
                    code: "UnprocessedKeys".to_owned(),
                });
            }
            is_first = false;
            let request = KeysAndAttributes::builder()
                .set_keys(Some(keys))
                .consistent_read(true);
            let get = self
                .client
                .batch_get_item()
                .request_items(&self.table, request.build().map_err(unbuildable)?);
            let answer = Box::pin(get.send()).await;
            let answer = answer.map_err(|error| fault("BatchGetItem", &error))?;
            // There is one table.
            let found = answer.responses.unwrap_or_default().into_values().flatten();
            items.extend(found.map(Item::from));
            let rest = answer.unprocessed_keys.unwrap_or_default().into_values();
            keys = rest.flat_map(|rest| rest.keys).collect();
        }
        Ok(items)
    }

    /// Replaces the item whose `attribute` is `former`, or inserts one if `former` is `None`.
    /// Returns false if the condition fails.
    async fn put_in_place_of(
        &self,
        attribute: &str,
        former: Option<&str>,
        item: Item,
    ) -> Result<bool, Fault> {
        let put = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item.into()));
        let put = match former {
            None => put.condition_expression("attribute_not_exists(pk)"),
            Some(former) => put
                .condition_expression("#attribute = :former")
                .expression_attribute_names("#attribute", attribute)
                .expression_attribute_values(":former", AttributeValue::S(former.to_owned())),
        };
        match Box::pin(put.send()).await {
            Ok(_) => Ok(true),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(|error| error.is_conditional_check_failed_exception()) =>
            {
                Ok(false)
            }
            Err(error) => Err(fault("PutItem", &error)),
        }
    }
}

fn fault<E: ProvideErrorMetadata, R>(operation: &'static str, error: &SdkError<E, R>) -> Fault {
    Fault::of_sdk("DynamoDB", operation, error)
}

/// The SDK's builders fail when a required member is missing, which never happens here.
fn unbuildable(_: aws_sdk_dynamodb::error::BuildError) -> Fault {
    Fault::IncompleteRequest
}

/// Values for an expression: `values([(":now", number(7))])`.
fn values<const N: usize>(
    pairs: [(&str, AttributeValue); N],
) -> Option<HashMap<String, AttributeValue>> {
    let owned = pairs.map(|(name, value)| (name.to_owned(), value));
    Some(owned.into())
}
