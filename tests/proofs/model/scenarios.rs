//! Scenarios in which the protocol keeps its promises under every interleaving.
//!
//! The number of states grows fast, so each scenario varies one thing and keeps everything else
//! small.

use std::sync::atomic::AtomicU32;

use stateright::{Checker as _, Model as _};

use crate::model::administrator::Change::{Delete, Disable, Enable, Quota, Rotate};
use crate::model::beginning::Beginning;
use crate::model::faults::Fault;
use crate::model::judge::Event;
use crate::model::protocol::{FIRST_QUOTA, Protocol};

/// The base scenario: three instances and three requests. Each test adds its own subject.
pub(crate) fn scenario() -> Protocol {
    Protocol {
        quota: FIRST_QUOTA,
        first_ends: None,
        shows_uses: false,
        instances: 3,
        requests: 3,
        scripts: &[],
        ticks: 0,
        clocks_behind: &[0],
        disturbances: 0,
        beginning: Beginning::Whole,
        fault: Fault::None,
        expected: &[],
        found: AtomicU32::new(0),
    }
}

/// Explores every state of the scenario, and checks its properties.
pub(crate) fn holds(name: &str, protocol: Protocol) {
    let checker = protocol.checker().spawn_bfs().join();
    println!(
        "{name}: {} states, at most {} steps deep",
        checker.unique_state_count(),
        checker.max_depth(),
    );
    checker.assert_properties();
}

#[test]
fn no_token_is_counted_under_an_old_secret_or_status() {
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
                Event::OldRevisionRejected,
                Event::ReadDuringChange,
            ],
            ..scenario()
        },
    );
}

#[test]
fn every_kind_of_change_keeps_the_promises() {
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
fn concurrent_changes_keep_the_promises() {
    holds(
        "rotated by one, disabled by another",
        Protocol {
            scripts: &[&[Rotate], &[Disable]],
            expected: &[Event::ChangeConditionFailed, Event::RefusedDisabled],
            ..scenario()
        },
    );
}

#[test]
fn a_change_concurrent_with_a_deletion_ends() {
    holds(
        "rotated and disabled by one, deleted by another",
        Protocol {
            requests: 2,
            scripts: &[&[Rotate, Disable], &[Delete]],
            expected: &[Event::ChangeConditionFailed, Event::RefusedDeleted],
            ..scenario()
        },
    );
}

#[test]
fn a_deleted_client_gets_no_token() {
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
fn a_new_quota_includes_earlier_tokens() {
    holds(
        "given a smaller quota, then a larger one",
        Protocol {
            requests: 4,
            scripts: &[&[Quota(1), Quota(3)]],
            expected: &[
                Event::IssuedUnderLargerQuota,
                Event::RefusedByQuota,
                Event::FullBucketRejected,
            ],
            ..scenario()
        },
    );
}

#[test]
fn a_new_quota_holds_across_buckets() {
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
#[ignore = "among the largest: .ci/run runs it"]
fn a_rotation_holds_across_buckets() {
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
fn a_status_holds_across_buckets() {
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
#[ignore = "among the largest: .ci/run runs it"]
fn the_quota_holds_across_buckets_with_clocks_one_bucket_apart() {
    holds(
        "buckets and clocks",
        Protocol {
            requests: 4,
            ticks: 5,
            clocks_behind: &[0, 1],
            expected: &[
                Event::IssuedWithClockBehind,
                Event::IssuedAfterEmptyWindow,
                Event::Rolled,
                Event::RefusedByQuota,
                Event::OldBucketRejected,
                Event::FullBucketRejected,
            ],
            ..scenario()
        },
    );
}

#[test]
fn conflicts_and_lost_responses_only_waste_quota() {
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
#[ignore = "among the largest: .ci/run runs it"]
fn a_late_write_counts_only_under_its_own_state() {
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
