//! Tests of the model itself: the checker finds a counterexample for each injected fault.

use std::sync::atomic::AtomicU32;

use stateright::{Checker as _, HasDiscoveries, Model as _};

use crate::model::administrator::Change::{Disable, Quota, Rotate};
use crate::model::promises;
use crate::model::protocol::Protocol;
use crate::model::scenarios::scenario;

/// A fault in the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// No fault.
    None,
    /// The write has no condition on the revision.
    NoRevision,
    /// A roll has no condition on the observed bucket.
    RollsFromAnyBucket,
    /// The quota is checked before the write, but not in its condition.
    NoBound,
    /// The window is shorter than clock skew and request duration require.
    OnePastBucketTooFew,
    /// A clock is further behind, or a request takes longer, than the window allows for.
    ReadingTooOld,
    /// A roll removes a past bucket when it still counts, one bucket too early.
    ForgetsTooEarly,
    /// A change overwrites the gate with a new one.
    ChangeOverwritesGate,
    /// A change leaves the gate's revision as it was.
    ChangeKeepsGatesRevision,
    /// A change or a deletion depends on the gate too.
    ChangeComparesGate,
    /// A change writes the gate even if the record's condition fails.
    ChangeWritesGateAlone,
    /// A request reads a torn client without a limit.
    ReadsTornClientAgain,
    /// A request takes a client for damaged after one torn read.
    TornReadIsDamage,
    /// A cached record can refuse a request.
    CacheRefuses,
    /// The record and gate that a Query returns are taken as a snapshot.
    QueryAsSnapshot,
    /// A change succeeds only if no token was counted meanwhile.
    ChangeComparesCount,
    /// A gate write succeeds only if no token was counted meanwhile.
    WriteComparesCount,
    /// A request repeats the same write after its condition failed.
    RepeatsFailedWrite,
    /// A secret is accepted after its end.
    AcceptsExpired,
    /// A secret is accepted at its end.
    EndIsInclusive,
    /// The end of a secret is compared only after a read.
    CachedSecretsNeverEnd,
    /// A request is compared only with the newest secret.
    ComparesOnlyTheNewest,
    /// A rotation ignores its overlap.
    RotatesAtOnce,
    /// A rotation without an overlap leaves the previous secret.
    RotationKeepsPrevious,
    /// An overlap continues beyond the end of the previous secret.
    OverlapExtends,
    /// A secret that has ended can be given another end.
    RevivesEnded,
    /// A new secret is added, although another change of the secrets was committed meanwhile.
    OvertakesSecrets,
    /// A third secret replaces the oldest one.
    AddReplacesTheOldest,
    /// A change leaves the day of last use in the place of a new secret.
    ChangeKeepsUses,
    /// A change removes both days of last use.
    ChangeClearsUses,
    /// The day of last use is written even if the write's condition fails.
    WritesUseApart,
    /// Record and gate are taken as a snapshot when last uses are shown.
    ShowsTornUses,
}

/// Checks that the promise holds without the fault and fails with it.
pub(crate) fn breaks(promise: &'static str, fault: Fault, sound: Protocol) {
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
fn a_write_without_the_revision_counts_under_an_old_state() {
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
fn a_write_without_the_revision_counts_under_another_state() {
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
fn a_quota_checked_only_before_the_write_is_exceeded() {
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

#[test]
fn a_past_bucket_removed_too_early_exceeds_the_quota() {
    breaks(
        promises::QUOTA,
        Fault::ForgetsTooEarly,
        // Three tokens in three buckets, and one more: a smaller quota would hide the fault.
        Protocol {
            quota: 3,
            requests: 4,
            ticks: 2,
            clocks_behind: &[0, 1],
            ..scenario()
        },
    );
}

/// Shows the limit of the promise: beyond it, the quota can be exceeded.
#[test]
fn a_clock_reading_more_than_two_buckets_old_exceeds_the_quota() {
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
fn a_change_that_overwrites_the_gate_exceeds_the_quota() {
    breaks(
        promises::QUOTA,
        Fault::ChangeOverwritesGate,
        Protocol {
            scripts: &[&[Rotate]],
            ..scenario()
        },
    );
}

#[test]
fn a_cached_record_that_can_refuse_rejects_the_new_secret() {
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
fn a_query_taken_as_a_snapshot_counts_under_an_old_state() {
    breaks(
        promises::OLD_STATE,
        Fault::QueryAsSnapshot,
        Protocol {
            requests: 1,
            scripts: &[&[Disable]],
            ..scenario()
        },
    );
}

#[test]
fn a_busy_client_blocks_a_change_that_compares_the_count() {
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
fn a_busy_client_blocks_a_write_that_compares_the_count() {
    breaks(
        promises::WRITE_BLOCKED,
        Fault::WriteComparesCount,
        // The quota has room for two concurrent requests in a bucket.
        Protocol {
            scripts: &[&[Quota(3)]],
            ..scenario()
        },
    );
}

#[test]
fn a_request_that_repeats_a_failed_write_never_ends() {
    breaks(
        promises::WASTED_STEP,
        Fault::RepeatsFailedWrite,
        Protocol {
            requests: 2,
            ..scenario()
        },
    );
}
