use std::collections::BTreeMap;

use uuid::Uuid;

use super::super::gate::Bucket;
use super::*;

type Next = Step<Record, (), ()>;

const NOW: Timestamp = Timestamp::from_epoch_seconds(0);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Record(Revision);

impl Gated for Record {
    fn revision(&self) -> Revision {
        self.0
    }

    fn quota(&self) -> TokenQuota {
        TokenQuota::per_hour(200).unwrap()
    }
}

fn revision(number: u128) -> Revision {
    Revision::new(Uuid::from_u128(number))
}

fn observed(record: u128, gate: u128) -> Observed<Record> {
    Observed {
        client: Record(revision(record)),
        gate: Gate {
            revision: revision(gate),
            bucket: Bucket(0),
            issued: 0,
            past: BTreeMap::new(),
        },
    }
}

fn decided(step: Next, decision: Result<(), ()>) -> Next {
    match step {
        Step::Decide(candidate) => candidate.decided(Window::HOUR, NOW, decision),
        other => other,
    }
}

fn count() -> Count<Record, ()> {
    match decided(Step::first(Some(observed(1, 1))), Ok(())) {
        Step::Write(count) => count,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_cached_state_may_permit_but_never_refuse() {
    let cached = || Step::first(Some(observed(1, 1)));
    assert!(matches!(decided(cached(), Ok(())), Step::Write(..)));
    assert_eq!(decided(cached(), Err(())), Step::Read);
    assert_eq!(Next::first(None), Step::Read);
}

#[test]
fn a_fresh_state_may_refuse() {
    let fresh = Step::read(Some(observed(1, 1)));
    assert_eq!(decided(fresh, Err(())), Step::Denied(()));
    assert_eq!(Next::read(None), Step::Unknown);
}

#[test]
fn a_record_and_a_gate_of_different_revisions_are_read_again() {
    assert_eq!(Next::read(Some(observed(1, 2))), Step::Read);
    assert_eq!(Next::first(Some(observed(1, 2))), Step::Read);
}

#[test]
fn a_gate_of_the_records_revision_confirms_record_and_decision() {
    let after_failure = |gate| -> Next { count().condition_failed(Window::HOUR, NOW, gate) };
    assert_eq!(after_failure(Some(observed(1, 2).gate)), Step::Read);
    assert_eq!(after_failure(None), Step::Read);
    let mut full = observed(1, 1).gate;
    full.issued = 200;
    assert!(matches!(after_failure(Some(full)), Step::Full(_)));
    let Step::Write(again) = after_failure(Some(observed(1, 1).gate)) else {
        panic!("the quota has room");
    };
    assert_eq!(again.observed(), &observed(1, 1));
}

#[test]
fn a_successful_count_returns_the_grant_and_the_new_gate() {
    let mut gate = observed(1, 1).gate;
    gate.issued = 1;
    let (observed_now, ()) = count().succeeded(gate.clone());
    assert_eq!(observed_now.gate, gate);
    assert_eq!(observed_now.client, observed(1, 1).client);
}
