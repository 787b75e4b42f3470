//! Gates in the table, and the write that counts a token.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::builders::UpdateBuilder;
use aws_sdk_dynamodb::types::{
    AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure, Update,
};

use super::item::{as_number, number, text};
use super::{Item, Key, Store, fault, values};
use crate::fault::Fault;
use crate::model::gate::{Bucket, Gate, GateWrite, Window};
use crate::model::{
    AppClient, ClientId, Day, LastUses, Revision, SecretPlace, Secrets, UsedSecret,
};
use crate::runtime::Attempts;

/// The outcome of the write that counts a token.
#[derive(Clone, Debug)]
pub enum Written {
    /// The token is counted and may be issued.
    Counted {
        /// The new gate.
        gate: Gate,
        /// Whether it is the first token of its day for a secret that ends soon. On all instances
        /// together, exactly one write a day finds that; a lost response may hide it.
        is_first_of_day: bool,
    },
    /// The condition failed. This is the existing gate; `None` if it is deleted with its client, or
    /// cannot be read.
    ConditionFailed(Option<Gate>),
}

impl Store {
    /// Makes the conditional write that counts a token, and records the day for the client and for the
    /// secret. After a conflict with a transaction, it pauses and tries again.
    ///
    /// # Errors
    /// When DynamoDB does not confirm whether the token is counted; then it must not be issued.
    pub async fn count(
        &self,
        client: ClientId,
        write: &GateWrite,
        secret: UsedSecret,
        attempts: &mut Attempts,
    ) -> Result<Written, Fault> {
        let mut is_left = attempts.at_once();
        while is_left {
            let update = self.gate_update(client, write, secret);
            let error = match Box::pin(update.send()).await {
                Ok(answer) => {
                    let gate = answer.attributes.map(Item::from);
                    let gate = gate.ok_or(Fault::Unreadable("gate"))?;
                    let former = || gate.number(USED_BEFORE).ok().map(Day::from_stored);
                    return Ok(Written::Counted {
                        is_first_of_day: secret.ends_soon.is_some()
                            && former() != Some(day_of(write)),
                        gate: gate_of(&gate)?,
                    });
                }
                Err(error) => error,
            };
            match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(failed)) => {
                    let gate = failed.item.clone().map(Item::from);
                    let gate = gate.and_then(|gate| gate_of(&gate).ok());
                    return Ok(Written::ConditionFailed(gate));
                }
                Some(UpdateItemError::TransactionConflictException(_)) => {}
                _ => return Err(fault("UpdateItem", &error)),
            }
            is_left = attempts.another().await?;
        }
        Err(Fault::Contended("UpdateItem"))
    }

    /// The write by which a change gives a gate the revision of the new record. Buckets and counts
    /// stay. The day in a place goes with the secret that held it, so a new one never shows it. The
    /// write has no condition: the record's condition decides on the whole transaction, so the
    /// change also mends a gate of another revision, or a missing one. A new gate starts with no
    /// counts, because they are lost.
    pub(super) fn gate_of_change(&self, former: &Secrets, client: &AppClient) -> UpdateBuilder {
        let cleared = client.secrets.places_to_clear(former).map(used_in);
        let cleared = cleared.collect::<Vec<_>>().join(", ");
        let remove = if cleared.is_empty() {
            String::new()
        } else {
            format!(" REMOVE {cleared}")
        };
        Update::builder()
            .table_name(&self.table)
            .set_key(Some(Key::client_gate(client.id).into()))
            .update_expression(format!(
                "SET revision = :revision, slot = if_not_exists(slot, :slot), \
                 issued = if_not_exists(issued, :issued), past = if_not_exists(past, :past){remove}",
            ))
            .set_expression_attribute_values(values([
                (":revision", text(client.revision.to_string())),
                (":slot", number(Window::HOUR.bucket(client.updated_at).0)),
                (":issued", number(0_u64)),
                (":past", AttributeValue::M([].into())),
            ]))
    }

    /// The current bucket is stored as `slot`, its former name: renaming a stored attribute would
    /// break existing tables.
    ///
    /// For a secret that ends soon, the write keeps the former day in its place: every operand of `SET`
    /// is the value before the write.
    fn gate_update(
        &self,
        client: ClientId,
        write: &GateWrite,
        secret: UsedSecret,
    ) -> aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder {
        let mut condition = "revision = :revision AND slot = :slot".to_owned();
        let mut update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(Key::client_gate(client).into()))
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .expression_attribute_values(":revision", text(write.revision.to_string()))
            .expression_attribute_values(":slot", number(write.bucket.0))
            .expression_attribute_values(":one", number(1_u64))
            .expression_attribute_values(":today", number(day_of(write).epoch_days()));
        if let Some(bound) = write.issued_below {
            condition.push_str(" AND issued < :bound");
            update = update.expression_attribute_values(":bound", number(bound));
        }
        let mut expression = String::with_capacity(160);
        expression.push_str("SET used_on = :today, ");
        if secret.ends_soon.is_some() {
            expression.push_str(match secret.place {
                SecretPlace::First => "used_before = if_not_exists(used_1, :never), ",
                SecretPlace::Second => "used_before = if_not_exists(used_2, :never), ",
            });
            update = update.expression_attribute_values(":never", number(0_u64));
        }
        expression.push_str(used_in(secret.place));
        expression.push_str(" = :today, issued = ");
        match &write.roll {
            None => expression.push_str("issued + :one"),
            Some(roll) => {
                expression.push_str(":one, slot = :into");
                update = update.expression_attribute_values(":into", number(roll.into.0));
                if roll.keeps_last {
                    expression.push_str(", past.#last = issued");
                    update = update.expression_attribute_names("#last", write.bucket.0.to_string());
                }
                for (position, bucket) in roll.forgets.iter().enumerate() {
                    let name = format!("#old{position}");
                    expression.push_str(if position == 0 {
                        " REMOVE past."
                    } else {
                        ", past."
                    });
                    expression.push_str(&name);
                    update = update.expression_attribute_names(name, bucket.0.to_string());
                }
            }
        }
        update
            .update_expression(expression)
            .condition_expression(condition)
    }
}

/// The day on which a write records its token: that of the bucket, which only moves forward, even where
/// the clocks of two instances are apart at midnight.
fn day_of(write: &GateWrite) -> Day {
    Window::HOUR.day(write.counts_in())
}

/// The attribute with the day in the place of a secret that ends soon, as it was before the last token
/// for such a secret.
const USED_BEFORE: &str = "used_before";

/// The attribute with the day of the last token for the secret in this place.
///
/// Release 0.1.0 does not know it. If a deployment goes back to that release and a secret is rotated
/// there, the day is the former secret's until the next token.
const fn used_in(place: SecretPlace) -> &'static str {
    match place {
        SecretPlace::First => "used_1",
        SecretPlace::Second => "used_2",
    }
}

/// The days in a gate. A day that cannot be read is left out: nothing depends on it.
pub(super) fn last_uses_of(item: &Item) -> LastUses {
    let day = |name| item.number(name).ok().map(Day::from_stored);
    LastUses {
        client: day("used_on"),
        first: day(used_in(SecretPlace::First)),
        second: day(used_in(SecretPlace::Second)),
    }
}

/// The item of a gate that has not issued a token yet, so without `used_on`.
pub(super) fn item_of(client: ClientId, gate: &Gate) -> Item {
    let past = gate.past.iter();
    let past = past.map(|(bucket, issued)| (bucket.0.to_string(), number(*issued)));
    Item::new(Key::client_gate(client))
        .with("revision", text(gate.revision.to_string()))
        .with("slot", number(gate.bucket.0))
        .with("issued", number(gate.issued))
        .with("past", AttributeValue::M(past.collect()))
}

pub(super) fn gate_of(item: &Item) -> Result<Gate, Fault> {
    let past = item.read("past", |past| {
        let counts = past.as_m().ok()?.iter();
        let counts = counts.map(|(bucket, issued)| {
            Some((Bucket(bucket.parse().ok()?), as_number::<u32>(issued)?))
        });
        counts.collect::<Option<BTreeMap<_, _>>>()
    })?;
    Ok(Gate {
        revision: Revision::from_stored(item.text("revision")?)
            .ok_or(Fault::Unreadable("revision"))?,
        bucket: Bucket(item.number("slot")?),
        issued: item.number("issued")?,
        past,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::gate::Window;

    /// The size as DynamoDB counts it: names, UTF-8 text, half a byte per digit, and an overhead of
    /// one or three bytes.
    fn size(value: &AttributeValue) -> usize {
        match value {
            AttributeValue::S(text) => text.len(),
            AttributeValue::N(digits) => digits.len().div_ceil(2) + 1,
            AttributeValue::M(map) => {
                3 + map
                    .iter()
                    .map(|(name, value)| name.len() + size(value) + 1)
                    .sum::<usize>()
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_largest_gate_fits_in_one_write_unit() {
        let bucket = Bucket(29_999_999);
        let gate = Gate {
            revision: Revision::new(uuid::Uuid::max()),
            bucket,
            issued: 999_999,
            past: (1..=Window::HOUR.past_buckets)
                .map(|back| (Bucket(bucket.0 - back), 999_999))
                .collect(),
        };
        let mut item = item_of(ClientId::new(uuid::Uuid::max()), &gate);
        for name in ["used_on", USED_BEFORE]
            .into_iter()
            .chain(SecretPlace::BOTH.map(used_in))
        {
            item = item.with(name, number(99_999_u64));
        }
        let attributes = std::collections::HashMap::from(item);
        let bytes: usize = attributes
            .iter()
            .map(|(name, value)| name.len() + size(value))
            .sum();
        assert!(bytes < 1_024, "{bytes} bytes");
    }

    #[test]
    fn a_gate_is_read_back_unchanged() {
        let gate = Gate {
            revision: Revision::new(uuid::Uuid::max()),
            bucket: Bucket(5),
            issued: 3,
            past: BTreeMap::from([(Bucket(4), 2), (Bucket(1), 7)]),
        };
        let item = item_of(ClientId::new(uuid::Uuid::nil()), &gate);
        assert_eq!(gate_of(&item).unwrap(), gate);
    }
}
