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

/// What a Query finds of a client whose record and gate have these revisions.
fn found(record: u128, gate: Option<u128>) -> Option<FoundClient<Record>> {
    let gate = gate.map(|gate| observed(record, gate).gate);
    Some(FoundClient::new(Record(revision(record)), gate))
}

const READ: Next = Step::Read(Reading::FIRST);

#[test]
fn a_cached_state_may_permit_but_never_refuse() {
    let cached = || Step::first(Some(observed(1, 1)));
    assert!(matches!(decided(cached(), Ok(())), Step::Write(..)));
    assert_eq!(decided(cached(), Err(())), READ);
    assert_eq!(Next::first(None), READ);
}

#[test]
fn a_fresh_state_may_refuse() {
    let fresh = Reading::FIRST.found(found(1, Some(1)));
    assert_eq!(decided(fresh, Err(())), Step::Denied(()));
    assert_eq!(Reading::FIRST.found::<Record, (), ()>(None), Step::Unknown);
}

#[test]
fn a_torn_client_that_would_get_a_token_is_read_five_times() {
    for gate in [Some(2), None] {
        let mut step = READ;
        let (mut reads, mut pauses) = (0, Duration::ZERO);
        while let Step::Read(reading) = step {
            assert_eq!(reading.longest_pause().is_some(), reads > 0);
            pauses += reading.longest_pause().unwrap_or_default();
            reads += 1;
            step = decided(reading.found(found(1, gate)), Ok(()));
        }
        assert_eq!(step, Step::Damaged);
        assert_eq!(reads, TORN_READS);
        // A change that commits for a second is no damage, and the reads leave time for a response.
        let shortest = pauses / 2;
        assert!(shortest >= Duration::from_secs(1), "{shortest:?}");
        assert!(pauses < Duration::from_secs(3), "{pauses:?}");
    }
}

#[test]
fn an_unreadable_gate_ends_only_a_request_that_would_get_a_token() {
    let unreadable = || {
        let client = Record(revision(1));
        Reading::FIRST.found(Some(FoundClient::UnreadableGate(client, "past")))
    };
    assert_eq!(decided(unreadable(), Err(())), Step::Denied(()));
    assert_eq!(decided(unreadable(), Ok(())), Step::Unreadable("past"));
}

#[test]
fn the_record_of_a_torn_client_may_refuse() {
    for gate in [Some(2), None] {
        let torn = Reading::FIRST.found(found(1, gate));
        assert_eq!(decided(torn, Err(())), Step::Denied(()));
    }
}

#[test]
fn a_whole_client_after_torn_reads_gets_its_token() {
    let Step::Read(reading) = decided(Reading::FIRST.found(found(1, Some(2))), Ok(())) else {
        panic!("one torn read may be a change that commits");
    };
    let whole = reading.found(found(2, Some(2)));
    assert!(matches!(decided(whole, Ok(())), Step::Write(..)));
}

#[test]
fn a_gate_of_the_records_revision_confirms_record_and_decision() {
    let after_failure = |gate| -> Next { count().condition_failed(Window::HOUR, NOW, gate) };
    assert_eq!(after_failure(Some(observed(1, 2).gate)), READ);
    assert_eq!(after_failure(None), READ);
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
