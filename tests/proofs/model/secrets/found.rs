//! Faults in the handling of secrets. The checker finds a counterexample for each.

use crate::model::administrator::Change::{Add, End, Overlap, Remove, Rotate, Show};
use crate::model::faults::{Fault, breaks};
use crate::model::promises;
use crate::model::protocol::{BEGINNING, Protocol};
use crate::model::scenarios::scenario;

/// One request to one instance.
fn one_request() -> Protocol {
    Protocol {
        instances: 1,
        requests: 1,
        ..scenario()
    }
}

/// A client whose secret ends within the scenario.
fn ending() -> Protocol {
    Protocol {
        first_ends: Some(BEGINNING + 1),
        ticks: 1,
        ..one_request()
    }
}

/// Tokens before and after the first secret gives its place away.
fn last_uses() -> Protocol {
    Protocol {
        requests: 2,
        scripts: &[&[Rotate]],
        shows_uses: true,
        ..one_request()
    }
}

#[test]
fn a_write_without_the_revision_counts_for_a_removed_secret() {
    breaks(
        promises::REMOVED,
        Fault::NoRevision,
        Protocol {
            scripts: &[&[Add(None), Remove(0)]],
            ..one_request()
        },
    );
}

#[test]
fn a_change_that_leaves_the_gates_revision_counts_for_a_removed_secret() {
    breaks(
        promises::REMOVED,
        Fault::ChangeKeepsGatesRevision,
        Protocol {
            scripts: &[&[Rotate]],
            ..one_request()
        },
    );
}

#[test]
fn an_expired_secret_that_is_accepted_is_found() {
    breaks(promises::ENDED, Fault::AcceptsExpired, ending());
}

#[test]
fn a_secret_that_is_accepted_at_its_end_is_found() {
    breaks(promises::ENDED, Fault::EndIsInclusive, ending());
}

#[test]
fn a_cached_secret_that_never_ends_is_found() {
    breaks(promises::ENDED, Fault::CachedSecretsNeverEnd, ending());
}

#[test]
fn a_request_that_is_compared_with_the_newest_secret_only_loses_the_overlap() {
    breaks(
        promises::REFUSAL,
        Fault::ComparesOnlyTheNewest,
        Protocol {
            scripts: &[&[Overlap(1)]],
            ..one_request()
        },
    );
}

#[test]
fn a_rotation_that_ignores_its_overlap_is_found() {
    breaks(
        promises::RULES,
        Fault::RotatesAtOnce,
        Protocol {
            scripts: &[&[Overlap(1)]],
            ..one_request()
        },
    );
}

#[test]
fn a_rotation_that_leaves_the_previous_secret_is_found() {
    breaks(
        promises::RULES,
        Fault::RotationKeepsPrevious,
        Protocol {
            scripts: &[&[Rotate]],
            ..one_request()
        },
    );
}

#[test]
fn an_overlap_beyond_the_end_of_the_previous_secret_is_found() {
    breaks(
        promises::RULES,
        Fault::OverlapExtends,
        Protocol {
            scripts: &[&[Overlap(2)]],
            ..ending()
        },
    );
}

#[test]
fn an_ended_secret_that_is_given_another_end_is_found() {
    breaks(
        promises::RULES,
        Fault::RevivesEnded,
        Protocol {
            scripts: &[&[End(0, None)]],
            ..ending()
        },
    );
}

#[test]
fn a_new_secret_that_ignores_another_change_of_the_secrets_is_found() {
    breaks(
        promises::OVERTAKEN,
        Fault::OvertakesSecrets,
        Protocol {
            scripts: &[&[Add(None)], &[Overlap(1)]],
            ..one_request()
        },
    );
}

#[test]
fn a_third_secret_that_replaces_the_oldest_is_found() {
    breaks(
        promises::RULES,
        Fault::AddReplacesTheOldest,
        Protocol {
            scripts: &[&[Add(None), Add(None)]],
            ..one_request()
        },
    );
}

#[test]
fn a_cached_record_that_can_refuse_rejects_an_added_secret() {
    for promise in [promises::REFUSAL, promises::FRESH] {
        breaks(
            promise,
            Fault::CacheRefuses,
            Protocol {
                scripts: &[&[Add(None)]],
                ..one_request()
            },
        );
    }
}

#[test]
fn a_cached_record_that_can_refuse_rejects_a_secret_with_a_later_end() {
    breaks(
        promises::REFUSAL,
        Fault::CacheRefuses,
        Protocol {
            scripts: &[&[End(0, Some(3))]],
            ..ending()
        },
    );
}

#[test]
fn a_change_that_leaves_a_day_gives_it_to_the_new_secret() {
    breaks(promises::FOREIGN_USE, Fault::ChangeKeepsUses, last_uses());
}

#[test]
fn a_change_that_removes_both_days_loses_that_of_the_secret_that_stays() {
    breaks(
        promises::LOST_USE,
        Fault::ChangeClearsUses,
        Protocol {
            scripts: &[&[Overlap(1)]],
            ..last_uses()
        },
    );
}

#[test]
fn a_day_written_without_the_revision_is_that_of_the_predecessor() {
    for fault in [Fault::WritesUseApart, Fault::NoRevision] {
        breaks(promises::FOREIGN_USE, fault, last_uses());
    }
}

#[test]
fn last_uses_read_as_a_snapshot_are_those_of_the_predecessor() {
    breaks(
        promises::FOREIGN_USE,
        Fault::ShowsTornUses,
        Protocol {
            scripts: &[&[Rotate], &[Show]],
            ..last_uses()
        },
    );
}

#[test]
fn a_change_that_overwrites_the_gate_gives_each_secret_a_quota() {
    breaks(
        promises::QUOTA,
        Fault::ChangeOverwritesGate,
        Protocol {
            requests: 3,
            scripts: &[&[Overlap(1)]],
            ..one_request()
        },
    );
}
