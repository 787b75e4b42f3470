//! Scenarios in which the org keeps an administrator, and the flaws with which it does not.

use stateright::{Checker as _, Model as _};

use super::{Deed, ENDS, Errand, Errands, Flaw, KEEPS_ONE, Member};

const ADMINISTRATOR: (bool, bool) = (true, true);
const OTHER: (bool, bool) = (false, true);

const fn errand(by: Member, deed: Deed, of: Member) -> Errand {
    Errand { by, of, deed }
}

/// Two administrators remove each other.
const EACH_OTHER: Errands = Errands {
    members: &[ADMINISTRATOR; 2],
    errands: &[errand(0, Deed::Demote, 1), errand(1, Deed::Disable, 0)],
    flaw: Flaw::None,
    may_be_last: true,
};

/// Three administrators remove themselves.
const THEMSELVES: Errands = Errands {
    members: &[ADMINISTRATOR; 3],
    errands: &[
        errand(0, Deed::Demote, 0),
        errand(1, Deed::Disable, 1),
        errand(2, Deed::Delete, 2),
    ],
    flaw: Flaw::None,
    may_be_last: true,
};

/// A client is promoted while another request deletes it, and then removes the one that promoted it.
const PROMOTED: Errands = Errands {
    members: &[ADMINISTRATOR, OTHER],
    errands: &[
        errand(0, Deed::Delete, 1),
        errand(0, Deed::Promote, 1),
        errand(1, Deed::Demote, 0),
    ],
    flaw: Flaw::None,
    may_be_last: true,
};

/// One removes another while that one is removed and restored by a third, and so on.
const RESTORED: Errands = Errands {
    members: &[ADMINISTRATOR; 3],
    errands: &[
        errand(0, Deed::Disable, 1),
        errand(2, Deed::Enable, 1),
        errand(1, Deed::Delete, 0),
        errand(2, Deed::Demote, 2),
    ],
    flaw: Flaw::None,
    may_be_last: true,
};

/// Explores every state, and checks the properties.
fn keeps(name: &str, errands: Errands) {
    let checker = errands.checker().spawn_bfs().join();
    println!(
        "{name}: {} states, at most {} steps deep",
        checker.unique_state_count(),
        checker.max_depth(),
    );
    checker.assert_properties();
}

/// Checks that the org loses its last administrator with the flaw.
fn loses(flaw: Flaw, sound: Errands) {
    let checker = Errands { flaw, ..sound }.checker().spawn_bfs().join();
    let path = checker.discovery(KEEPS_ONE).unwrap();
    println!("{flaw:?}: {:?}", path.into_actions());
}

#[test]
fn administrators_that_remove_each_other_leave_one() {
    keeps("each other", EACH_OTHER);
}

#[test]
fn administrators_that_remove_themselves_leave_one() {
    keeps("themselves", THEMSELVES);
}

#[test]
fn a_client_promoted_during_its_deletion_leaves_one() {
    keeps("promoted", PROMOTED);
}

#[test]
fn administrators_that_are_removed_and_restored_leave_one() {
    keeps("restored", RESTORED);
}

#[test]
fn without_the_check_the_last_administrators_remove_each_other() {
    loses(Flaw::NoCheck, EACH_OTHER);
    loses(Flaw::NoCheck, THEMSELVES);
}

#[test]
fn a_check_of_existence_accepts_a_disabled_administrator() {
    loses(Flaw::CheckOfExistence, EACH_OTHER);
}

#[test]
fn a_deletion_in_any_state_deletes_a_client_that_became_the_last_administrator() {
    loses(Flaw::DeletionOfAnyState, PROMOTED);
}

#[test]
fn a_list_that_is_out_of_date_does_not_show_who_remains() {
    loses(Flaw::TrustsList, THEMSELVES);
}

/// The org keeps an administrator, but the request never ends.
#[test]
fn a_retry_that_does_not_read_the_administrator_again_never_ends() {
    let flaw = Flaw::KeepsAdministrator;
    let checker = Errands { flaw, ..EACH_OTHER }.checker().spawn_bfs().join();
    assert!(checker.discovery(KEEPS_ONE).is_none());
    assert!(checker.discovery(ENDS).is_some());
}
