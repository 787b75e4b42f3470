use uuid::Uuid;

use super::*;
use crate::model::{ClientSecret, NewSecret, Overlap};
use crate::random::Randomness;
use crate::store::Key;

const CREATED: Timestamp = Timestamp::from_epoch_seconds(1_800_000_000);

fn client() -> ClientId {
    ClientId::new(Uuid::from_u128(7))
}

fn new_secret(expires_at: Option<Timestamp>) -> NewSecret {
    let secret = ClientSecret::generate(&Randomness::of_the_system()).unwrap();
    NewSecret::of(client(), &secret, CREATED, expires_at)
}

fn stored(secrets: &Secrets) -> Item {
    with_secrets(Item::new(Key::client_record(client())), secrets)
}

fn read(item: &Item) -> Result<Secrets, Fault> {
    secrets_of(client(), CREATED, item)
}

/// The attribute that cannot be read.
fn unreadable(item: &Item) -> Option<&'static str> {
    match read(item) {
        Ok(_) => None,
        Err(Fault::Unreadable(attribute)) => Some(attribute),
        Err(other) => panic!("{other}"),
    }
}

/// Every number of secrets, with and without ends.
fn examples() -> Vec<Secrets> {
    let end = Some(CREATED.plus(90 * 86_400));
    let one = Secrets::one(new_secret(None));
    let two = one.add(new_secret(end), CREATED).0;
    let overlap = Overlap::from_seconds(3_600).unwrap();
    vec![
        Secrets::NONE,
        Secrets::from_hash(client(), new_secret(None).hash, CREATED),
        Secrets::one(new_secret(end)),
        one.rotate(new_secret(None), overlap, CREATED).unwrap(),
        two.add(new_secret(None), CREATED).0,
        one,
        two,
    ]
}

#[test]
fn secrets_are_read_back_unchanged() {
    for secrets in examples() {
        assert_eq!(read(&stored(&secrets)).unwrap(), secrets);
    }
}

#[test]
fn the_former_release_finds_a_hash_only_if_it_alone_is_accepted_without_an_end() {
    for secrets in examples() {
        let all: Vec<_> = secrets.stored().collect();
        let item = stored(&secrets);
        let expected = match all.as_slice() {
            [only] if only.expires_at.is_none() => Some(only.hash.to_stored()),
            _ => None,
        };
        assert_eq!(item.text(ONLY_HASH).ok(), expected.as_deref());
    }
}

#[test]
fn a_record_of_the_former_release_has_one_secret_without_an_end() {
    let hash = new_secret(None).hash;
    let item = || Item::new(Key::client_record(client()));
    let item = |hash: &SecretHash| item().with(ONLY_HASH, text(hash.to_stored()));
    let secrets = read(&item(&hash)).unwrap();
    let secret = secrets.newest().unwrap();
    assert_eq!(secrets.stored().count(), 1);
    assert_eq!((&secret.last_four, secret.expires_at), (&None, None));
    assert_eq!(secret.created_at, CREATED);
    assert_eq!(secret.place, SecretPlace::First);
    assert_eq!(read(&item(&hash)).unwrap(), secrets, "the id is the same");
    let other = read(&item(&new_secret(None).hash)).unwrap();
    assert_ne!(other.newest().unwrap().id, secret.id);
}

#[test]
fn a_secret_keeps_its_id_when_the_former_release_writes_the_record() {
    let secrets = Secrets::one(new_secret(None));
    let hash = stored(&secrets).text(ONLY_HASH).unwrap().to_owned();
    let written = Item::new(Key::client_record(client())).with(ONLY_HASH, text(hash));
    let id = |secrets: &Secrets| secrets.newest().unwrap().id;
    assert_eq!(id(&read(&written).unwrap()), id(&secrets));
}

#[test]
fn secrets_that_no_change_leaves_are_unreadable() {
    let secret = |name: &str, value: Option<AttributeValue>| {
        let secrets = Secrets::one(new_secret(Some(CREATED)));
        let AttributeValue::M(mut members) = value_of(secrets.newest().unwrap()) else {
            panic!("no map");
        };
        match value {
            Some(value) => members.insert(name.to_owned(), value),
            None => members.remove(name),
        };
        AttributeValue::M(members)
    };
    let good = || secret("place", Some(number(1_u8)));
    let second = || secret("place", Some(number(2_u8)));
    let list = AttributeValue::L;
    for (why, value) in [
        ("no list", text("x")),
        ("no map", list(vec![text("x")])),
        ("id", list(vec![secret("id", Some(text("x")))])),
        ("no id", list(vec![secret("id", None)])),
        ("hash", list(vec![secret("hash", Some(text("x")))])),
        ("no hash", list(vec![secret("hash", None)])),
        (
            "last_four",
            list(vec![secret("last_four", Some(number(1_u8)))]),
        ),
        ("no created_at", list(vec![secret("created_at", None)])),
        (
            "expires_at",
            list(vec![secret("expires_at", Some(text("soon")))]),
        ),
        ("place", list(vec![secret("place", Some(number(3_u8)))])),
        ("no place", list(vec![secret("place", None)])),
        ("one place twice", list(vec![good(), good()])),
        ("three", list(vec![good(), second(), good()])),
    ] {
        // The hash of the former release does not help: the list decides.
        let item = Item::new(Key::client_record(client())).with(SECRETS, value);
        let item = item.with(ONLY_HASH, text(new_secret(None).hash.to_stored()));
        assert_eq!(unreadable(&item), Some(SECRETS), "{why}");
    }
    let item = Item::new(Key::client_record(client())).with(SECRETS, list(vec![good(), second()]));
    assert!(read(&item).is_ok());
    let neither = Item::new(Key::client_record(client()));
    assert_eq!(unreadable(&neither), Some(ONLY_HASH));
}
