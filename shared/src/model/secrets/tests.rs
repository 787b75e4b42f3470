use std::collections::BTreeSet;

use uuid::Uuid;

use super::*;
use crate::model::{ClientSecret, LastUses};
use crate::random::Randomness;

const NOW: Timestamp = Timestamp::from_epoch_seconds(1_800_000_000);
const HOUR: u64 = 3_600;
const DAY: u64 = 86_400;

fn client() -> ClientId {
    ClientId::new(Uuid::from_u128(7))
}

fn days(days: u64) -> Timestamp {
    NOW.plus(days * DAY)
}

fn overlap(seconds: u64) -> Overlap {
    Overlap::from_seconds(seconds).unwrap()
}

fn new_secret(now: Timestamp, expires_at: Option<Timestamp>) -> NewSecret {
    let secret = ClientSecret::generate(&Randomness::of_the_system()).unwrap();
    NewSecret::of(client(), &secret, now, expires_at)
}

fn one(expires_at: Option<Timestamp>) -> Secrets {
    Secrets::one(new_secret(NOW, expires_at))
}

/// Two live secrets, and their ids.
fn two(ends: [Option<Timestamp>; 2]) -> (Secrets, [SecretId; 2]) {
    let [older, newer] = ends;
    let secrets = one(older).add(new_secret(NOW, newer), NOW).0;
    let ids: Vec<_> = secrets.stored().map(|secret| secret.id).collect();
    (secrets, ids.try_into().unwrap())
}

fn ids(secrets: &Secrets) -> Vec<SecretId> {
    secrets.stored().map(|secret| secret.id).collect()
}

fn end_of(secrets: &Secrets, id: SecretId) -> Option<Timestamp> {
    let mut stored = secrets.stored();
    stored.find(|secret| secret.id == id).unwrap().expires_at
}

#[test]
fn a_secret_is_live_until_its_end() {
    let end = days(40);
    let secrets = one(Some(end));
    let secret = secrets.newest().unwrap();
    let before = Timestamp::from_epoch_seconds(end.epoch_seconds() - 1);
    assert!(secret.is_live(before));
    assert!(!secret.is_live(end));
    assert_eq!(
        secrets.matching(&secret.hash, before),
        SecretMatch::Live(secret)
    );
    assert_eq!(
        secrets.matching(&secret.hash, end),
        SecretMatch::Expired(secret)
    );
    assert_eq!(secrets.live(end).count(), 0);
    assert_eq!(secrets.find(secret.id, end), None);
}

#[test]
fn each_stored_secret_matches_and_no_other_does() {
    let (secrets, _) = two([None, None]);
    for secret in secrets.stored() {
        assert_eq!(
            secrets.matching(&secret.hash, NOW),
            SecretMatch::Live(secret)
        );
        assert_eq!(Secrets::NONE.matching(&secret.hash, NOW), SecretMatch::None);
        assert_eq!(one(None).matching(&secret.hash, NOW), SecretMatch::None);
    }
}

/// A missing secret is compared as `OF_NOTHING`; its hash must not let anyone in.
#[test]
fn the_padding_of_the_comparison_matches_no_secret() {
    for secrets in [Secrets::NONE, one(None), two([None, None]).0] {
        let matching = secrets.matching(&SecretHash::OF_NOTHING, NOW);
        assert_eq!(matching, SecretMatch::None);
    }
}

#[test]
fn a_rotation_without_overlap_leaves_only_the_new_secret() {
    for former in [Secrets::NONE, one(None), two([None, Some(days(40))]).0] {
        let new = new_secret(NOW, None);
        let id = new.id;
        let rotated = former.rotate(new, Overlap::NONE, NOW).unwrap();
        assert_eq!(ids(&rotated), [id]);
    }
    assert_eq!(overlap(0), Overlap::NONE);
}

#[test]
fn an_overlap_keeps_the_newest_secret_and_drops_an_older_one() {
    let (former, [_, newer]) = two([None, None]);
    let new = new_secret(NOW, None);
    let id = new.id;
    let rotated = former.rotate(new, overlap(HOUR), NOW).unwrap();
    assert_eq!(ids(&rotated), [newer, id]);
    assert_eq!(end_of(&rotated, newer), Some(NOW.plus(HOUR)));
    assert_eq!(end_of(&rotated, id), None);
    assert_eq!(rotated.live(NOW.plus(HOUR - 1)).count(), 2);
    assert_eq!(rotated.live(NOW.plus(HOUR)).count(), 1);
}

#[test]
fn an_overlap_never_extends_a_secret_beyond_its_own_end() {
    let soon = NOW.plus(60);
    let former = one(Some(soon));
    let previous = ids(&former)[0];
    let rotated = former.rotate(new_secret(NOW, None), overlap(HOUR), NOW);
    assert_eq!(end_of(&rotated.unwrap(), previous), Some(soon));
}

#[test]
fn an_overlap_needs_a_live_secret() {
    let expired = one(Some(NOW));
    for former in [Secrets::NONE, expired] {
        let rotated = former.rotate(new_secret(NOW, None), overlap(1), NOW);
        assert_eq!(rotated, Err(InvalidSecretChange::NothingToOverlap));
    }
}

/// The live secret before the last one overlaps, if the last one has expired.
#[test]
fn an_overlap_passes_over_an_expired_secret() {
    let (former, [older, newer]) = two([None, Some(days(30))]);
    let rotated = former
        .rotate(new_secret(days(31), None), overlap(HOUR), days(31))
        .unwrap();
    assert!(rotated.contains(older) && !rotated.contains(newer));
}

#[test]
fn an_overlap_is_at_most_thirty_days() {
    assert!(Overlap::from_seconds(2_592_000).is_ok());
    for seconds in [2_592_001, 31_536_000, u64::MAX] {
        assert!(Overlap::from_seconds(seconds).is_err());
    }
}

#[test]
fn a_third_secret_replaces_the_one_that_was_added_last() {
    let (former, [older, newer]) = two([None, None]);
    let new = new_secret(NOW, None);
    let id = new.id;
    let (added, replaced) = former.add(new, NOW);
    assert_eq!(replaced, Some(newer));
    assert_eq!(ids(&added), [older, id]);
}

#[test]
fn an_expired_secret_holds_no_place() {
    let (former, [older, newer]) = two([Some(days(30)), None]);
    let (added, replaced) = former.add(new_secret(days(30), None), days(30));
    assert_eq!(replaced, None);
    assert!(added.contains(newer) && !added.contains(older));
    let (former, [older, newer]) = two([None, Some(days(30))]);
    let (added, replaced) = former.add(new_secret(days(30), None), days(30));
    assert_eq!(replaced, None);
    assert!(added.contains(older) && !added.contains(newer));
}

#[test]
fn an_expired_secret_stays_stored_until_its_place_is_needed() {
    let former = one(Some(days(30)));
    let (added, _) = former.add(new_secret(days(31), None), days(31));
    assert_eq!(added.stored().count(), 2);
    assert_eq!(added.live(days(31)).count(), 1);
    // Of two expired ones, the newer one stays.
    let (former, [_, newer]) = two([Some(days(30)), Some(days(31))]);
    let (added, _) = former.add(new_secret(days(32), None), days(32));
    assert_eq!(ids(&added)[0], newer);
}

#[test]
fn an_expired_secret_is_neither_changed_nor_deleted_nor_revived() {
    let secrets = one(Some(days(30)));
    let id = ids(&secrets)[0];
    let gone = Err(InvalidSecretChange::NotFound);
    assert_eq!(secrets.change_end(id, None, days(30)), gone);
    assert_eq!(secrets.change_end(id, Some(days(70)), days(30)), gone);
    assert_eq!(secrets.delete(id, days(30)), gone);
    let unknown = SecretId::of(client(), &SecretHash::OF_NOTHING);
    assert_eq!(secrets.change_end(unknown, None, NOW), gone);
    assert_eq!(secrets.delete(unknown, NOW), gone);
}

#[test]
fn an_end_is_none_or_thirty_to_365_days_ahead_with_a_minute_of_slack() {
    let secrets = one(None);
    let id = ids(&secrets)[0];
    let at = |time: Timestamp, seconds: i64| {
        let seconds = time.epoch_seconds().checked_add_signed(seconds).unwrap();
        Some(Timestamp::from_epoch_seconds(seconds))
    };
    for (end, is_valid) in [
        (None, true),
        (at(days(30), -61), false),
        (at(days(30), -60), true),
        (at(days(365), 60), true),
        (at(days(365), 61), false),
        (at(days(29), 0), false),
        (at(days(366), 0), false),
        (Some(NOW), false),
        (Some(Timestamp::from_epoch_seconds(0)), false),
        (Some(Timestamp::from_epoch_seconds(u64::MAX)), false),
    ] {
        let changed = secrets.change_end(id, end, NOW);
        assert_eq!(changed.is_ok(), is_valid, "{end:?}");
        let rotated = secrets.rotated_end(RotatedEnd::Set(end), NOW);
        assert_eq!(rotated.is_ok(), is_valid, "{end:?}");
        if is_valid {
            assert_eq!(end_of(&changed.unwrap(), id), end);
            assert_eq!(rotated.unwrap(), end);
        }
    }
}

/// What was shown can be sent back.
#[test]
fn the_current_end_is_accepted_although_it_is_near() {
    let secrets = one(Some(days(30)));
    let id = ids(&secrets)[0];
    let unchanged = secrets.change_end(id, Some(days(30)), days(29));
    assert_eq!(unchanged.unwrap(), secrets);
}

#[test]
fn a_rotated_secret_keeps_the_validity_of_its_predecessor_in_days() {
    for (validity, kept) in [
        (Some(90 * DAY), Some(90)),
        (Some(90 * DAY - 5), Some(90)),
        (Some(89 * DAY + 1), Some(90)),
        (Some(365 * DAY + 60), Some(365)),
        (Some(30 * DAY - 60), Some(30)),
        (Some(HOUR), Some(30)),
        (None, None),
    ] {
        let secrets = one(validity.map(|seconds| NOW.plus(seconds)));
        // Also late: the secret may have expired before.
        for now in [NOW, days(20), days(400)] {
            let end = secrets.rotated_end(RotatedEnd::Keep, now).unwrap();
            assert_eq!(end, kept.map(|days| now.plus(days * DAY)), "{validity:?}");
        }
    }
    assert_eq!(Secrets::NONE.kept_end(NOW), None);
}

#[test]
fn the_predecessor_is_the_newest_live_secret() {
    let (secrets, _) = two([Some(days(200)), Some(days(40))]);
    assert_eq!(secrets.kept_end(NOW), Some(days(40)));
    assert_eq!(secrets.kept_end(days(50)), Some(days(250)));
}

#[test]
fn no_other_secrets_can_be_stored() {
    let stored = |secrets: &[&AppClientSecret]| {
        Secrets::from_stored(secrets.iter().map(|&secret| secret.clone()).collect())
    };
    let (secrets, _) = two([None, None]);
    let [first, second] = secrets.0.as_slice() else {
        panic!("not two");
    };
    assert_eq!(stored(&[first, second]), Some(secrets.clone()));
    let same_place = AppClientSecret {
        place: first.place,
        ..second.clone()
    };
    let same_id = AppClientSecret {
        id: first.id,
        ..second.clone()
    };
    assert_eq!(stored(&[first, &same_place]), None);
    assert_eq!(stored(&[first, &same_id]), None);
    assert_eq!(stored(&[first, second, first]), None);
}

/// A change of secrets, chosen at random.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Add,
    Rotate(Overlap),
    End(Option<Timestamp>),
    Delete,
}

fn any_deed(dice: &mut fastrand::Rng, now: Timestamp) -> Deed {
    let end = dice.bool().then(|| now.plus(dice.u64(30..=365) * DAY));
    match dice.u8(..6) {
        0 | 1 => Deed::Add,
        2 => Deed::Rotate(Overlap::NONE),
        3 => Deed::Rotate(overlap(dice.u64(..=2_592_000))),
        4 => Deed::End(end),
        _ => Deed::Delete,
    }
}

/// Makes a change, and checks what it may drop. Returns the secrets afterwards.
fn made(deed: Deed, former: &Secrets, of: SecretId, new: NewSecret, now: Timestamp) -> Secrets {
    let live: Vec<_> = former.live(now).map(|secret| secret.id).collect();
    let added = new.id;
    let result = match deed {
        Deed::Add => Ok(former.add(new, now).0),
        Deed::Rotate(overlap) => former.rotate(new, overlap, now),
        Deed::End(end) => former.change_end(of, end, now),
        Deed::Delete => former.delete(of, now),
    };
    let Ok(changed) = result else {
        return former.clone();
    };
    // What may be dropped of the live ones.
    let expected: Vec<_> = match (deed, live.as_slice()) {
        (Deed::Add, [older, _]) => vec![*older, added],
        (Deed::Add, live) => live.iter().copied().chain([added]).collect(),
        (Deed::Rotate(Overlap::NONE), _) => vec![added],
        (Deed::Rotate(_), live) => live.last().copied().into_iter().chain([added]).collect(),
        (Deed::End(_), live) => live.to_vec(),
        (Deed::Delete, live) => live.iter().copied().filter(|id| *id != of).collect(),
    };
    let kept: Vec<_> = changed.live(now).map(|secret| secret.id).collect();
    assert_eq!(kept, expected, "{deed:?}");
    changed
}

#[test]
fn every_sequence_of_changes_keeps_the_rules_of_secrets() {
    let mut dice = fastrand::Rng::with_seed(15);
    for _ in 0..500 {
        let mut now = NOW;
        let mut secrets = Secrets::NONE;
        // The gate's days: which secret each is of.
        let mut days_of = [None, None];
        let mut order = Vec::new();
        for _ in 0..30 {
            now = now.plus(dice.u64(..40 * DAY));
            let new = new_secret(now, dice.bool().then(|| now.plus(30 * DAY)));
            let added = new.id;
            let stored = ids(&secrets);
            let of = dice.choice(&stored).copied().unwrap_or(added);
            let deed = any_deed(&mut dice, now);
            let changed = made(deed, &secrets, of, new, now);

            assert!(changed.stored().count() <= 2);
            let places: BTreeSet<_> = changed.stored().map(|it| it.place.number()).collect();
            assert_eq!(places.len(), changed.stored().count());
            assert!(Secrets::from_stored(changed.0.clone()).is_some());
            // Oldest first.
            if changed.contains(added) {
                order.push(added);
            }
            let position = |id: &SecretId| order.iter().position(|it| it == id);
            assert!(ids(&changed).iter().map(position).is_sorted());
            for secret in changed.stored() {
                let former = secrets.0.iter().find(|it| it.id == secret.id);
                // A secret keeps its place, and gets another end only as the change says.
                assert!(former.is_none_or(|former| former.place == secret.place));
                if let (Some(former), Deed::Add | Deed::Delete) = (former, deed) {
                    assert_eq!(former, secret);
                }
            }
            for place in changed.places_to_clear(&secrets) {
                days_of[usize::from(place.number()) - 1] = None;
            }
            for secret in changed.stored() {
                let day_of = &mut days_of[usize::from(secret.place.number()) - 1];
                // Each secret finds no day, or its own.
                assert!(day_of.is_none_or(|id| id == secret.id), "{deed:?}");
                if dice.bool() && secret.is_live(now) {
                    *day_of = Some(secret.id);
                }
            }
            secrets = changed;
        }
    }
}

/// The changes of secrets, as the audit event has them.
fn changes(former: &Secrets, changed: &Secrets) -> Vec<(SecretId, SecretEvent)> {
    let changes = changed.changes_since(Some(former)).into_iter();
    changes.map(|change| (change.id, change.event)).collect()
}

#[test]
fn an_audit_event_names_each_secret_that_is_added_replaced_or_deleted() {
    let (former, [older, newer]) = two([None, Some(days(40))]);
    let new = || new_secret(NOW, Some(days(90)));
    let (added, _) = former.add(new(), NOW);
    let id = added.newest().unwrap().id;
    let is_added = SecretEvent::Added(Some(days(90)));
    let expected = [(id, is_added), (newer, SecretEvent::Replaced)];
    assert_eq!(changes(&former, &added), expected);

    let rotated = former.rotate(new(), Overlap::NONE, NOW).unwrap();
    let id = rotated.newest().unwrap().id;
    let expected = [
        (id, is_added),
        (older, SecretEvent::Replaced),
        (newer, SecretEvent::Replaced),
    ];
    assert_eq!(changes(&former, &rotated), expected);

    let deleted = former.delete(older, NOW).unwrap();
    let expected = [(older, SecretEvent::Deleted)];
    assert_eq!(changes(&former, &deleted), expected);
    assert_eq!(changes(&former, &former), []);
    let first = one(None).changes_since(None);
    assert_eq!(first[0].event, SecretEvent::Added(None));
}

#[test]
fn an_audit_event_has_each_end_that_changes() {
    let (former, [older, newer]) = two([None, None]);
    let changed = former.change_end(older, Some(days(50)), NOW).unwrap();
    let expected = [(older, SecretEvent::EndChanged(Some(days(50))))];
    assert_eq!(changes(&former, &changed), expected);
    let back = [(older, SecretEvent::EndChanged(None))];
    assert_eq!(changes(&changed, &former), back);

    let rotated = former.rotate(new_secret(NOW, None), overlap(60), NOW);
    let rotated = rotated.unwrap();
    let id = rotated.newest().unwrap().id;
    let expected = [
        (id, SecretEvent::Added(None)),
        (older, SecretEvent::Replaced),
        (newer, SecretEvent::EndChanged(Some(NOW.plus(60)))),
    ];
    assert_eq!(changes(&former, &rotated), expected);
}

/// It was rejected before.
#[test]
fn an_audit_event_does_not_name_an_expired_secret_that_gives_up_its_place() {
    let (former, _) = two([Some(days(40)), None]);
    let later = days(41);
    let (added, replaced) = former.add(new_secret(later, None), later);
    assert_eq!(replaced, None);
    let id = added.newest().unwrap().id;
    assert_eq!(changes(&former, &added), [(id, SecretEvent::Added(None))]);
}

#[test]
fn the_day_of_a_place_goes_with_its_secret() {
    let (former, [older, newer]) = two([None, None]);
    let day = Some(NOW.day());
    let uses = LastUses {
        client: day,
        first: day,
        second: day,
    };
    let after = |changed: &Secrets| {
        let uses = uses.after(&former, changed);
        [uses.client, uses.first, uses.second]
    };
    assert_eq!(after(&former), [day; 3]);
    let kept = |id| former.delete(id, NOW).unwrap();
    assert_eq!(after(&kept(older)), [day, None, day]);
    assert_eq!(after(&kept(newer)), [day, day, None]);
    let added = former.add(new_secret(NOW, None), NOW).0;
    assert_eq!(after(&added), [day, day, None]);
}
