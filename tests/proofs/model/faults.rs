//! The model bites: with a fault in it, the checker finds what goes wrong.

use std::sync::atomic::AtomicU32;

use stateright::{Checker as _, HasDiscoveries, Model as _};

use crate::model::administrator::Change::{Disable, Quota, Rotate};
use crate::model::promises;
use crate::model::protocol::Protocol;
use crate::model::scenarios::scenario;

/// What is wrong with the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing.
    None,
    /// The write does not ask for the revision.
    NoRevision,
    /// A roll does not ask for the bucket that was seen.
    RollsFromAnyBucket,
    /// The quota is looked at before the write, and not by it.
    NoBound,
    /// The window is shorter than clocks and requests need it to be.
    OnePastBucketTooFew,
    /// A clock is further behind, or a request takes longer, than the window allows.
    ReadingTooOld,
    /// A change writes the gate anew.
    ChangePutsGate,
    /// What is cached refuses.
    CacheRefuses,
    /// Record and gate out of one Query pass for those of one moment.
    QueryTakenForOneMoment,
    /// A change goes through only if no token was counted meanwhile.
    ChangeComparesCount,
    /// A write goes through only if no token was counted meanwhile.
    WriteComparesCount,
    /// A request whose write was turned away tries the same one again.
    LearnsNothing,
}

/// The promise is kept without the fault, and broken with it.
fn breaks(promise: &'static str, fault: Fault, sound: Protocol) {
    let faulty = Protocol {
        fault,
        found: AtomicU32::new(0),
        ..sound
    };
    sound.checker().spawn_bfs().join().assert_properties();
    let checker = faulty
        .checker()
        .finish_when(HasDiscoveries::AllOf([promise].into()))
        .spawn_bfs()
        .join();
    let path = checker.discovery(promise).unwrap();
    println!("{fault:?}: {:?}", path.into_actions());
}

#[test]
fn a_write_without_the_revision_lets_an_old_state_pass() {
    breaks(
        promises::OLD_STATE,
        Fault::NoRevision,
        Protocol {
            requests: 1,
            scripts: &[&[Disable]],
            ..scenario()
        },
    );
}

#[test]
fn a_write_without_the_revision_lets_a_state_pass_that_is_not_there() {
    breaks(
        promises::OTHER_STATE,
        Fault::NoRevision,
        Protocol {
            requests: 1,
            scripts: &[&[Rotate]],
            ..scenario()
        },
    );
}

#[test]
fn a_roll_from_any_bucket_exceeds_the_quota() {
    breaks(
        promises::QUOTA,
        Fault::RollsFromAnyBucket,
        Protocol {
            clocks_behind: &[0, 1],
            ..scenario()
        },
    );
}

#[test]
fn a_quota_that_is_not_in_the_write_is_exceeded() {
    breaks(promises::QUOTA, Fault::NoBound, scenario());
}

#[test]
fn one_past_bucket_too_few_exceeds_the_quota() {
    breaks(
        promises::QUOTA,
        Fault::OnePastBucketTooFew,
        Protocol {
            ticks: 2,
            clocks_behind: &[0, 1],
            ..scenario()
        },
    );
}

/// What the promise does not cover, so that it is clear how far it goes.
#[test]
fn a_reading_that_is_more_than_two_buckets_old_exceeds_the_quota() {
    breaks(
        promises::QUOTA,
        Fault::ReadingTooOld,
        Protocol {
            ticks: 3,
            clocks_behind: &[0, 1],
            ..scenario()
        },
    );
}

#[test]
fn a_change_that_puts_the_gate_exceeds_the_quota() {
    breaks(
        promises::QUOTA,
        Fault::ChangePutsGate,
        Protocol {
            scripts: &[&[Rotate]],
            ..scenario()
        },
    );
}

#[test]
fn a_cached_record_that_refuses_refuses_the_new_state() {
    breaks(
        promises::REFUSAL,
        Fault::CacheRefuses,
        Protocol {
            requests: 1,
            scripts: &[&[Rotate]],
            ..scenario()
        },
    );
}

#[test]
fn a_query_taken_for_one_moment_lets_an_old_state_pass() {
    breaks(
        promises::OLD_STATE,
        Fault::QueryTakenForOneMoment,
        Protocol {
            requests: 1,
            scripts: &[&[Disable]],
            ..scenario()
        },
    );
}

#[test]
fn a_change_that_compares_the_count_is_kept_out_by_a_busy_client() {
    breaks(
        promises::CHANGE_BLOCKED,
        Fault::ChangeComparesCount,
        Protocol {
            requests: 1,
            scripts: &[&[Rotate]],
            ..scenario()
        },
    );
}

#[test]
fn a_write_that_compares_the_count_is_kept_out_by_a_busy_client() {
    breaks(
        promises::WRITE_BLOCKED,
        Fault::WriteComparesCount,
        // A quota that has room for both of two that meet in a bucket.
        Protocol {
            scripts: &[&[Quota(3)]],
            ..scenario()
        },
    );
}

#[test]
fn a_request_that_learns_nothing_from_a_refused_write_never_ends() {
    breaks(
        promises::IN_VAIN,
        Fault::LearnsNothing,
        Protocol {
            requests: 2,
            ..scenario()
        },
    );
}
