use super::*;

const BEGIN: Timestamp = Timestamp::from_epoch_seconds(1_800_000_000);

fn key(text: &str) -> IdempotencyKey {
    IdempotencyKey::parse(text.as_bytes()).unwrap()
}

fn pepper(text: &str) -> Pepper {
    Pepper::parse(&text.repeat(32)).unwrap()
}

fn first() -> FirstRequest {
    let request = KeyedRequest {
        key: key("a"),
        fingerprint: Fingerprint::of(&[b"POST /", b"body"]),
    };
    let [caller, client, nonce] = [1, 2, 3].map(Uuid::from_u128);
    let (caller, client) = (ClientId::new(caller), ClientId::new(client));
    FirstRequest::new(caller, &request, client, nonce, BEGIN)
}

fn secret(first: &FirstRequest, pepper: &Pepper) -> String {
    first.secret(pepper).unwrap().reveal().to_owned()
}

#[test]
fn a_key_has_1_to_255_visible_characters_and_no_comma() {
    for valid in ["a", "\"8e03978e-40d5-43dd-bc93\"", "!~;=", &"x".repeat(255)] {
        assert!(IdempotencyKey::parse(valid.as_bytes()).is_some(), "{valid}");
    }
    for invalid in [
        "",
        " ",
        "a b",
        " a",
        "a,b",
        "é",
        "a\t",
        "\u{7f}",
        &"x".repeat(256),
    ] {
        assert!(
            IdempotencyKey::parse(invalid.as_bytes()).is_none(),
            "{invalid}"
        );
    }
    assert!(IdempotencyKey::parse(b"\xff").is_none());
}

#[test]
fn quotation_marks_belong_to_the_key() {
    assert_ne!(key("\"a\"").digest(), key("a").digest());
}

#[test]
fn the_parts_of_a_request_are_not_interchangeable() {
    let fingerprint = Fingerprint::of(&[b"POST /a", b"bc"]);
    assert_eq!(fingerprint, Fingerprint::of(&[b"POST /a", b"bc"]));
    for other in [
        Fingerprint::of(&[b"POST /ab", b"c"]),
        Fingerprint::of(&[b"POST /a", b"bd"]),
        Fingerprint::of(&[b"POST /abc"]),
    ] {
        assert_ne!(fingerprint, other);
    }
    let stored = Fingerprint::from_stored(&fingerprint.to_stored());
    assert_eq!(stored, Some(fingerprint));
    assert_eq!(Fingerprint::from_stored("x"), None);
}

#[test]
fn the_secret_is_the_same_each_time_and_well_formed() {
    let first = first();
    let derived = secret(&first, &pepper("p"));
    assert_eq!(derived, secret(&first, &pepper("p")));
    assert!(ClientSecret::parse(&derived).is_some());
}

/// A release that derives other secrets cannot answer the repeats of requests to the one before.
#[test]
fn the_derivation_is_that_of_former_releases() {
    let expected = "lk_secret_QGLtxr8RB0H0yVGl6ooG6XSr6tUmT4Bi3IRnhO5CXVp4dJT3h";
    assert_eq!(secret(&first(), &pepper("p")), expected);
}

#[test]
fn every_part_of_the_derivation_changes_the_secret() {
    let derived = secret(&first(), &pepper("p"));
    assert_ne!(derived, secret(&first(), &pepper("q")));
    let changes: [fn(&mut FirstRequest); 4] = [
        |first| first.caller = ClientId::new(Uuid::from_u128(9)),
        |first| first.client = ClientId::new(Uuid::from_u128(9)),
        |first| first.nonce = Uuid::from_u128(9),
        |first| first.key = key("b"),
    ];
    for change in changes {
        let mut other = first();
        change(&mut other);
        assert_ne!(derived, secret(&other, &pepper("p")));
    }
}

#[test]
fn a_request_is_kept_for_24_hours() {
    let first = first();
    assert!(first.is_kept_at(BEGIN));
    assert!(first.is_kept_at(BEGIN.plus(86_399)));
    assert!(!first.is_kept_at(BEGIN.plus(86_400)));
}

#[test]
fn a_pepper_below_256_bits_is_refused() {
    assert!(Pepper::parse(&"p".repeat(31)).is_none());
    assert!(Pepper::parse(&"p".repeat(32)).is_some());
}

#[test]
fn neither_a_key_nor_a_pepper_is_printed() {
    let printed = format!("{:?} {:?}", key("abc"), pepper("p"));
    assert_eq!(printed, "IdempotencyKey(…) Pepper(…)");
}
