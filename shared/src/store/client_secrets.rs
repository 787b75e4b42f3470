//! The client secrets in a record.
//!
//! The list `secrets` decides. Release 0.1.0 has only `secret`, a hash. That attribute is written too
//! as long as it says the same, so that the former release can be deployed again. In any other state
//! it is left out: the former release then refuses the client instead of accepting an ended secret.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use super::Item;
use super::item::{as_number, as_time, number, text, time};
use crate::fault::Fault;
use crate::model::{
    AppClientSecret, ClientId, LastFour, SecretHash, SecretId, SecretPlace, Secrets, Timestamp,
};

/// The list of secrets.
const SECRETS: &str = "secrets";
/// The hash of the only secret.
const ONLY_HASH: &str = "secret";

/// The item with the secrets.
pub(super) fn with_secrets(item: Item, secrets: &Secrets) -> Item {
    let list = secrets.stored().map(value_of).collect();
    let item = item.with(SECRETS, AttributeValue::L(list));
    let mut stored = secrets.stored();
    match (stored.next(), stored.next()) {
        (Some(only), None) if only.expires_at.is_none() => {
            item.with(ONLY_HASH, text(only.hash.to_stored()))
        }
        _ => item,
    }
}

/// Reads the secrets of a client that was created at `created_at`.
pub(super) fn secrets_of(
    client: ClientId,
    created_at: Timestamp,
    item: &Item,
) -> Result<Secrets, Fault> {
    if item.has(SECRETS) {
        return item.read(SECRETS, |list| {
            let secrets = list.as_l().ok()?.iter().map(secret_of);
            Secrets::from_stored(secrets.collect::<Option<_>>()?)
        });
    }
    let hash = SecretHash::from_stored(item.text(ONLY_HASH)?);
    let hash = hash.ok_or(Fault::Unreadable(ONLY_HASH))?;
    Ok(Secrets::from_hash(client, hash, created_at))
}

fn value_of(secret: &AppClientSecret) -> AttributeValue {
    let members = [
        ("id", Some(text(secret.id.to_string()))),
        ("hash", Some(text(secret.hash.to_stored()))),
        (
            "last_four",
            secret.last_four.as_ref().map(|it| text(it.as_str())),
        ),
        ("created_at", Some(time(secret.created_at))),
        ("expires_at", secret.expires_at.map(time)),
        ("place", Some(number(secret.place.number()))),
    ];
    let members = members.into_iter();
    let members = members.filter_map(|(name, value)| Some((name.to_owned(), value?)));
    AttributeValue::M(members.collect())
}

fn secret_of(value: &AttributeValue) -> Option<AppClientSecret> {
    let members = value.as_m().ok()?;
    Some(AppClientSecret {
        id: SecretId::from_stored(as_text(members.get("id")?)?)?,
        hash: SecretHash::from_stored(as_text(members.get("hash")?)?)?,
        last_four: optional(members, "last_four", |value| {
            as_text(value).map(LastFour::from_stored)
        })?,
        created_at: as_time(members.get("created_at")?)?,
        expires_at: optional(members, "expires_at", as_time)?,
        place: SecretPlace::from_stored(as_number(members.get("place")?)?)?,
    })
}

/// An optional member; `None` if it is there and cannot be read.
#[expect(
    clippy::option_option,
    reason = "the outer one is a failure, as everywhere in this file"
)]
fn optional<T>(
    members: &HashMap<String, AttributeValue>,
    name: &str,
    read: impl FnOnce(&AttributeValue) -> Option<T>,
) -> Option<Option<T>> {
    match members.get(name) {
        Some(value) => read(value).map(Some),
        None => Some(None),
    }
}

fn as_text(value: &AttributeValue) -> Option<&str> {
    value.as_s().ok().map(String::as_str)
}

#[cfg(test)]
mod tests;
