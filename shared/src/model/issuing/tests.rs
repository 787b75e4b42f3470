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
fn what_is_cached_permits_and_never_refuses() {
    let cached = || Step::first(Some(observed(1, 1)));
    assert!(matches!(decided(cached(), Ok(())), Step::Write(..)));
    assert_eq!(decided(cached(), Err(())), Step::Read);
    assert_eq!(Next::first(None), Step::Read);
}

#[test]
fn what_is_fresh_refuses() {
    let fresh = Step::read(Some(observed(1, 1)));
    assert_eq!(decided(fresh, Err(())), Step::Refused(()));
    assert_eq!(Next::read(None), Step::Unknown);
}

#[test]
fn a_record_and_a_gate_of_different_states_are_read_again() {
    assert_eq!(Next::read(Some(observed(1, 2))), Step::Read);
    assert_eq!(Next::first(Some(observed(1, 2))), Step::Read);
}

#[test]
fn a_gate_of_the_records_revision_proves_record_and_decision() {
    let met = |gate| -> Next { count().condition_failed(Window::HOUR, NOW, gate) };
    assert_eq!(met(Some(observed(1, 2).gate)), Step::Read);
    assert_eq!(met(None), Step::Read);
    let mut full = observed(1, 1).gate;
    full.issued = 200;
    assert!(matches!(met(Some(full)), Step::Full(_)));
    let Step::Write(again) = met(Some(observed(1, 1).gate)) else {
        panic!("there is room");
    };
    assert_eq!(again.observed(), &observed(1, 1));
}

#[test]
fn a_count_that_succeeded_gives_what_was_granted_and_what_is_known_now() {
    let mut gate = observed(1, 1).gate;
    gate.issued = 1;
    let (now_known, ()) = count().succeeded(gate.clone());
    assert_eq!(now_known.gate, gate);
    assert_eq!(now_known.client, observed(1, 1).client);
}
