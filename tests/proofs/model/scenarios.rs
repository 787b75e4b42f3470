//! The protocol keeps its promises, whatever happens in whatever order.
//!
//! The worlds are many, so each scenario is about something, and small in everything else.

use std::sync::atomic::AtomicU32;

use stateright::{Checker as _, Model as _};

use crate::model::administrator::Change::{Delete, Disable, Enable, Quota, Rotate};
use crate::model::faults::Fault;
use crate::model::judge::Event;
use crate::model::protocol::Protocol;

/// Three instances, three requests, and nothing else: what a test adds is what it is about.
pub(crate) fn scenario() -> Protocol {
    Protocol {
        instances: 3,
        requests: 3,
        scripts: &[],
        ticks: 0,
        clocks_behind: &[0],
        disturbances: 0,
        fault: Fault::None,
        expected: &[],
        found: AtomicU32::new(0),
    }
}

/// Explores all that can happen.
fn holds(name: &str, protocol: Protocol) {
    let checker = protocol.checker().spawn_bfs().join();
    println!(
        "{name}: {} worlds, each within {} steps",
        checker.unique_state_count(),
        checker.max_depth(),
    );
    checker.assert_properties();
}

#[test]
fn no_token_passes_under_a_secret_or_a_status_that_is_no_more() {
    holds(
        "rotated, disabled, enabled",
        Protocol {
            scripts: &[&[Rotate, Disable, Enable]],
            expected: &[
                Event::IssuedInOneCall,
                Event::IssuedWithNewSecret,
                Event::IssuedAfterEnabling,
                Event::RefusedOldSecret,
                Event::RefusedDisabled,
                Event::OldRevisionTurnedAway,
                Event::ReadAcrossAChange,
            ],
            ..scenario()
        },
    );
}

#[test]
fn a_whole_life_of_changes_keeps_the_promises_while_buckets_turn() {
    holds(
        "rotated, disabled, enabled, given another quota, deleted",
        Protocol {
            requests: 2,
            scripts: &[&[Rotate, Disable, Enable, Quota(1), Delete]],
            clocks_behind: &[0, 1],
            expected: &[
                Event::Rolled,
                Event::IssuedAfterEnabling,
                Event::RefusedByQuota,
                Event::RefusedDeleted,
            ],
            ..scenario()
        },
    );
}

#[test]
fn changes_that_overtake_one_another_keep_the_promises() {
    holds(
        "rotated by one, disabled by another",
        Protocol {
            scripts: &[&[Rotate], &[Disable]],
            expected: &[Event::Overtaken, Event::RefusedDisabled],
            ..scenario()
        },
    );
}

#[test]
fn a_change_that_meets_a_deletion_ends() {
    holds(
        "rotated and disabled by one, deleted by another",
        Protocol {
            requests: 2,
            scripts: &[&[Rotate, Disable], &[Delete]],
            expected: &[Event::Overtaken, Event::RefusedDeleted],
            ..scenario()
        },
    );
}

#[test]
fn a_client_that_is_deleted_gets_no_token() {
    holds(
        "rotated, deleted",
        Protocol {
            scripts: &[&[Rotate, Delete]],
            ticks: 1,
            expected: &[Event::RefusedDeleted, Event::RefusedOldSecret],
            ..scenario()
        },
    );
}

#[test]
fn another_quota_holds_for_what_was_issued_before_it() {
    holds(
        "given a smaller quota, then a larger one",
        Protocol {
            requests: 4,
            scripts: &[&[Quota(1), Quota(3)]],
            expected: &[
                Event::IssuedUnderALargerQuota,
                Event::RefusedByQuota,
                Event::FullBucketTurnedAway,
            ],
            ..scenario()
        },
    );
}

#[test]
fn another_quota_holds_while_buckets_turn() {
    holds(
        "given a smaller quota, buckets and clocks",
        Protocol {
            scripts: &[&[Quota(1)]],
            ticks: 2,
            clocks_behind: &[0, 1],
            expected: &[Event::Rolled, Event::RefusedByQuota],
            ..scenario()
        },
    );
}

#[test]
fn a_rotation_holds_while_buckets_turn() {
    holds(
        "rotated, buckets and clocks",
        Protocol {
            scripts: &[&[Rotate]],
            ticks: 2,
            clocks_behind: &[0, 1],
            expected: &[Event::Rolled, Event::IssuedWithNewSecret],
            ..scenario()
        },
    );
}

#[test]
fn a_status_holds_while_buckets_turn() {
    holds(
        "disabled, enabled, buckets and clocks",
        Protocol {
            requests: 2,
            scripts: &[&[Disable, Enable]],
            ticks: 2,
            clocks_behind: &[0, 1],
            expected: &[Event::Rolled, Event::RefusedDisabled],
            ..scenario()
        },
    );
}

#[test]
fn the_quota_holds_over_buckets_and_clocks_that_are_a_bucket_apart() {
    holds(
        "buckets and clocks",
        Protocol {
            requests: 4,
            ticks: 5,
            clocks_behind: &[0, 1],
            expected: &[
                Event::IssuedByAClockBehind,
                Event::IssuedAfterAnEmptyWindow,
                Event::Rolled,
                Event::RefusedByQuota,
                Event::OldBucketTurnedAway,
                Event::FullBucketTurnedAway,
            ],
            ..scenario()
        },
    );
}

#[test]
fn conflicts_and_lost_answers_lose_counts_at_most() {
    holds(
        "disturbed twice, buckets and clocks",
        Protocol {
            ticks: 1,
            clocks_behind: &[0, 1],
            disturbances: 2,
            expected: &[Event::CountedWithoutToken, Event::RefusedByQuota],
            ..scenario()
        },
    );
}

#[test]
fn a_write_that_arrives_late_counts_for_no_state_but_its_own() {
    holds(
        "rotated, disturbed, buckets",
        Protocol {
            scripts: &[&[Rotate]],
            ticks: 1,
            disturbances: 1,
            expected: &[Event::CountedWithoutToken, Event::IssuedWithNewSecret],
            ..scenario()
        },
    );
}
