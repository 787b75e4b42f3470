//! Scenarios in which every promise is kept.

use crate::model::administrator::Change::{
    Add, Delete, Disable, End, Overlap, Remove, Rotate, Show,
};
use crate::model::judge::Event;
use crate::model::protocol::{BEGINNING, Protocol};
use crate::model::scenarios::{holds, scenario};

/// Two requests to two instances, with clocks one tick apart.
fn two_secrets() -> Protocol {
    Protocol {
        instances: 2,
        requests: 2,
        clocks_behind: &[0, 1],
        ..scenario()
    }
}

#[test]
fn during_an_overlap_each_secret_gets_tokens_within_one_quota() {
    holds(
        "rotated with an overlap",
        Protocol {
            requests: 3,
            scripts: &[&[Overlap(1)]],
            clocks_behind: &[0],
            ticks: 1,
            expected: &[
                Event::IssuedWithNewSecret,
                Event::IssuedWithEachSecret,
                Event::RefusedEndedSecret,
                Event::RefusedByQuota,
                Event::Rolled,
            ],
            ..two_secrets()
        },
    );
}

#[test]
fn an_overlap_never_extends_a_secret() {
    holds(
        "ending, rotated with a longer overlap",
        Protocol {
            first_ends: Some(BEGINNING + 1),
            scripts: &[&[Overlap(2)]],
            ticks: 2,
            expected: &[
                Event::IssuedWithEachSecret,
                Event::RefusedEndedSecret,
                Event::ChangeOfSecretsRefused,
            ],
            ..two_secrets()
        },
    );
}

#[test]
fn a_removed_secret_gets_no_token() {
    holds(
        "a secret added, the first removed, the second removed",
        Protocol {
            scripts: &[&[Add(None), Remove(0), Remove(1)]],
            clocks_behind: &[0],
            requests: 3,
            expected: &[
                Event::IssuedInOneCall,
                Event::IssuedWithEachSecret,
                Event::IssuedWithNewSecret,
                Event::RefusedOldSecret,
                Event::OldRevisionRejected,
            ],
            ..two_secrets()
        },
    );
}

#[test]
fn a_client_without_a_secret_gets_one() {
    holds(
        "the only secret removed, rotated with an overlap, a secret added",
        Protocol {
            scripts: &[&[Remove(0), Overlap(1), Add(None)]],
            clocks_behind: &[0],
            expected: &[
                Event::RefusedOldSecret,
                Event::ChangeOfSecretsRefused,
                Event::IssuedWithNewSecret,
            ],
            ..two_secrets()
        },
    );
}

#[test]
fn a_third_secret_replaces_the_newest() {
    holds(
        "two secrets added, rotated with an overlap, rotated",
        Protocol {
            scripts: &[&[Add(Some(2)), Add(None), Overlap(1), Rotate]],
            clocks_behind: &[0],
            expected: &[
                Event::SecretReplaced,
                Event::IssuedWithEachSecret,
                Event::RefusedOldSecret,
            ],
            ..two_secrets()
        },
    );
}

#[test]
fn an_end_is_changed_before_it_and_not_after_it() {
    holds(
        "ending, given a later end, given none",
        Protocol {
            first_ends: Some(BEGINNING + 1),
            scripts: &[&[End(0, Some(2)), End(0, None)]],
            ticks: 2,
            expected: &[
                Event::RefusedEndedSecret,
                Event::ChangeOfSecretsRefused,
                Event::ReadDuringChange,
            ],
            ..two_secrets()
        },
    );
}

#[test]
fn an_ended_secret_gives_its_place_away() {
    holds(
        "ending, two secrets added",
        Protocol {
            first_ends: Some(BEGINNING + 1),
            scripts: &[&[Add(None), Add(None)]],
            clocks_behind: &[0],
            ticks: 1,
            shows_uses: true,
            expected: &[
                Event::RefusedEndedSecret,
                Event::SecretReplaced,
                Event::IssuedWithEachSecret,
            ],
            ..two_secrets()
        },
    );
}

#[test]
fn concurrent_changes_of_secrets_are_refused_or_made_again() {
    holds(
        "rotated with an overlap by one, a secret added and the first removed by another",
        Protocol {
            scripts: &[&[Overlap(1)], &[Add(None), Remove(0)]],
            clocks_behind: &[0],
            expected: &[
                Event::SecretsOvertaken,
                Event::ChangeConditionFailed,
                Event::ChangeOfSecretsRefused,
                Event::IssuedWithEachSecret,
            ],
            ..two_secrets()
        },
    );
}

#[test]
fn a_new_secret_that_meets_another_change_is_tried_again() {
    holds(
        "rotated with an overlap by one, disabled by another",
        Protocol {
            scripts: &[&[Overlap(1)], &[Disable]],
            clocks_behind: &[0],
            expected: &[
                Event::ChangeConditionFailed,
                Event::RefusedDisabled,
                Event::IssuedWithEachSecret,
            ],
            ..two_secrets()
        },
    );
}

#[test]
fn a_deleted_client_has_no_secrets() {
    holds(
        "a secret added by one, deleted by another",
        Protocol {
            scripts: &[&[Add(None)], &[Delete]],
            clocks_behind: &[0],
            expected: &[Event::RefusedDeleted, Event::IssuedWithNewSecret],
            ..two_secrets()
        },
    );
}

#[test]
fn a_new_secret_never_has_its_predecessors_last_use() {
    holds(
        "rotated with an overlap twice, shown",
        Protocol {
            scripts: &[&[Overlap(1), Overlap(1)], &[Show]],
            clocks_behind: &[0],
            shows_uses: true,
            expected: &[
                Event::ShownDuringChange,
                Event::ShownUse,
                Event::IssuedWithEachSecret,
            ],
            ..two_secrets()
        },
    );
}

#[test]
#[ignore = "among the largest: .ci/run runs it"]
fn a_late_write_leaves_the_last_uses_to_their_secrets() {
    holds(
        "rotated with an overlap twice, disturbed, shown",
        Protocol {
            scripts: &[&[Overlap(1), Overlap(1)], &[Show]],
            clocks_behind: &[0],
            disturbances: 1,
            shows_uses: true,
            expected: &[
                Event::ShownDuringChange,
                Event::ShownUse,
                Event::CountedWithoutToken,
            ],
            ..two_secrets()
        },
    );
}

#[test]
#[ignore = "among the largest: .ci/run runs it"]
fn two_secrets_hold_across_buckets() {
    holds(
        "ending, rotated with an overlap, one added; buckets and clocks",
        Protocol {
            first_ends: Some(BEGINNING + 1),
            scripts: &[&[Overlap(1), Add(Some(2))]],
            ticks: 2,
            shows_uses: true,
            expected: &[
                Event::IssuedWithEachSecret,
                Event::SecretReplaced,
                Event::RefusedEndedSecret,
                Event::ChangeOfSecretsRefused,
            ],
            ..two_secrets()
        },
    );
}
