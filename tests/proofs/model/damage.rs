//! Scenarios that begin with a damaged client, and the faults that they find.

use stateright::{Checker as _, Model as _};

use crate::model::administrator::Change::{self, Delete, Disable, Enable, Quota, Rotate};
use crate::model::beginning::Beginning;
use crate::model::faults::{Fault, breaks};
use crate::model::judge::Event;
use crate::model::promises;
use crate::model::protocol::Protocol;
use crate::model::scenarios::{holds, scenario};

/// Two requests for a client that is damaged in this way.
fn damaged(beginning: Beginning) -> Protocol {
    Protocol {
        requests: 2,
        beginning,
        ..scenario()
    }
}

#[test]
fn any_change_mends_a_torn_client_and_keeps_its_counts() {
    holds(
        "torn; rotated, disabled, enabled",
        Protocol {
            scripts: &[&[Rotate, Disable, Enable]],
            expected: &[
                Event::ReportedDamaged,
                Event::RefusedWhileDamaged,
                Event::IssuedWithNewSecret,
                Event::IssuedAfterEnabling,
                Event::RefusedByQuota,
                Event::RefusedDisabled,
            ],
            ..damaged(Beginning::OtherRevision)
        },
    );
}

#[test]
fn any_change_mends_a_client_without_a_gate() {
    holds(
        "without a gate; rotated, disabled, enabled",
        Protocol {
            scripts: &[&[Rotate, Disable, Enable]],
            expected: &[
                Event::ReportedDamaged,
                Event::RefusedWhileDamaged,
                Event::IssuedWithNewSecret,
                Event::IssuedAfterEnabling,
                Event::RefusedDisabled,
            ],
            ..damaged(Beginning::NoGate)
        },
    );
}

#[test]
#[ignore = "among the largest: .ci/run runs it"]
fn a_new_gate_holds_across_buckets() {
    holds(
        "without a gate; rotated, given a smaller quota, buckets and clocks",
        Protocol {
            scripts: &[&[Rotate, Quota(1)]],
            ticks: 2,
            clocks_behind: &[0, 1],
            expected: &[
                Event::ReportedDamaged,
                Event::IssuedWithNewSecret,
                Event::RefusedByQuota,
                Event::Rolled,
            ],
            ..damaged(Beginning::NoGate)
        },
    );
}

#[test]
fn concurrent_changes_mend_a_damaged_client() {
    for beginning in [Beginning::OtherRevision, Beginning::NoGate] {
        holds(
            &format!("{beginning:?}; rotated by one, disabled by another"),
            Protocol {
                scripts: &[&[Rotate], &[Disable]],
                expected: &[
                    Event::ReportedDamaged,
                    Event::IssuedWithNewSecret,
                    Event::RefusedDisabled,
                    Event::ChangeConditionFailed,
                ],
                ..damaged(beginning)
            },
        );
    }
}

#[test]
fn a_damaged_client_can_be_deleted_and_does_not_come_back() {
    for beginning in [Beginning::OtherRevision, Beginning::NoGate] {
        holds(
            &format!("{beginning:?}; rotated by one, deleted by another"),
            Protocol {
                scripts: &[&[Rotate], &[Delete]],
                expected: &[
                    Event::ReportedDamaged,
                    Event::RefusedDeleted,
                    Event::ChangeConditionFailed,
                ],
                ..damaged(beginning)
            },
        );
    }
}

#[test]
fn a_gate_without_a_record_gets_no_token() {
    holds(
        "without a record; rotated by one, deleted by another",
        Protocol {
            scripts: &[&[Rotate], &[Delete]],
            expected: &[Event::RefusedDeleted],
            ..damaged(Beginning::NoRecord)
        },
    );
}

/// Shows the limit of the promise: the write sees only the gate. After the next change, the cached
/// state is of no use.
#[test]
fn an_instance_that_cached_the_gates_state_uses_it_until_the_next_change() {
    let protocol = Protocol {
        scripts: &[&[Rotate]],
        ..damaged(Beginning::OlderGate)
    };
    let checker = protocol.checker().spawn_bfs().join();
    assert!(checker.discovery(promises::OTHER_STATE).is_some());
    assert!(checker.discovery(promises::OLD_STATE).is_none());
    assert!(checker.discovery(promises::WASTED_STEP).is_none());
    assert!(checker.discovery(promises::FALSE_ALARM).is_none());
}

#[test]
fn a_change_that_depends_on_the_gate_is_blocked_by_damage() {
    const ROTATED: &[&[Change]] = &[&[Rotate]];
    const DELETED: &[&[Change]] = &[&[Delete]];
    for (beginning, scripts) in [
        (Beginning::OtherRevision, ROTATED),
        (Beginning::NoGate, ROTATED),
        (Beginning::NoGate, DELETED),
    ] {
        breaks(
            promises::CHANGE_BLOCKED,
            Fault::ChangeComparesGate,
            Protocol {
                requests: 1,
                scripts,
                ..damaged(beginning)
            },
        );
    }
}

#[test]
fn a_change_that_leaves_the_gates_revision_mends_nothing() {
    breaks(
        promises::WHOLE,
        Fault::ChangeKeepsGatesRevision,
        Protocol {
            requests: 1,
            scripts: &[&[Rotate]],
            ..damaged(Beginning::OtherRevision)
        },
    );
}

#[test]
fn a_change_that_leaves_the_gates_revision_counts_under_an_old_state() {
    breaks(
        promises::OLD_STATE,
        Fault::ChangeKeepsGatesRevision,
        Protocol {
            requests: 1,
            scripts: &[&[Disable]],
            ..scenario()
        },
    );
}

#[test]
fn a_change_that_resets_the_counts_of_a_torn_client_exceeds_the_quota() {
    breaks(
        promises::QUOTA,
        Fault::ChangeOverwritesGate,
        Protocol {
            scripts: &[&[Rotate]],
            ..damaged(Beginning::OtherRevision)
        },
    );
}

#[test]
fn a_gate_written_without_the_records_condition_comes_back_alone() {
    breaks(
        promises::WHOLE,
        Fault::ChangeWritesGateAlone,
        Protocol {
            requests: 1,
            scripts: &[&[Rotate], &[Delete]],
            ..scenario()
        },
    );
}

#[test]
fn a_gate_written_without_the_records_condition_damages_a_client() {
    breaks(
        promises::WHOLE,
        Fault::ChangeWritesGateAlone,
        Protocol {
            requests: 1,
            scripts: &[&[Rotate], &[Disable]],
            ..scenario()
        },
    );
}

#[test]
fn a_request_that_reads_a_torn_client_without_a_limit_never_ends() {
    breaks(
        promises::WASTED_STEP,
        Fault::ReadsTornClientAgain,
        Protocol {
            requests: 1,
            ..damaged(Beginning::OtherRevision)
        },
    );
}

#[test]
fn a_single_torn_read_may_be_a_change_that_commits() {
    breaks(
        promises::FALSE_ALARM,
        Fault::TornReadIsDamage,
        Protocol {
            requests: 1,
            // The secret stays, so the record does not refuse it.
            scripts: &[&[Enable]],
            ..scenario()
        },
    );
}
