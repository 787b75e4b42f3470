//! A model of the administrators of one org: changes that run at once, each in steps that any other
//! may interrupt, and a list of clients that may be out of date.
//!
//! It asks the service's own code who is an administrator and which change needs one that remains
//! (`Administrator::of`, `ends_administration`). The steps of `AppClients::replace`,
//! `AppClients::delete` and `Remaining`, and the database, are modelled. A conflict or a lost
//! response only repeats a step, so the model leaves them out.

mod scenarios;

use std::collections::VecDeque;

use shared::model::administrator::{Administrator, ends_administration};
use shared::model::{
    AppClient, ClientId, ClientStatus, ManagedRole, Name, NewClient, OrgId, Revision, SecretHash,
    Secrets, Timestamp, TokenQuota,
};
use stateright::{Model, Property};
use uuid::Uuid;

/// A client by its number.
type Member = usize;

/// A change of a client by another one, or by itself.
#[derive(Clone, Copy, Debug)]
struct Errand {
    by: Member,
    of: Member,
    deed: Deed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    Delete,
    Disable,
    Enable,
    Demote,
    Promote,
}

/// A fault in the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flaw {
    None,
    /// The write does not depend on the administrator that remains.
    NoCheck,
    /// The write depends on the existence of the administrator, not on its revision.
    CheckOfExistence,
    /// A deletion depends on the existence of the client, not on its revision.
    DeletionOfAnyState,
    /// A retry uses the administrator that was found before.
    KeepsAdministrator,
    /// Every client that is listed as an administrator remains, without a read or a check.
    TrustsList,
}

/// A client's record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Kept {
    revision: u8,
    is_enabled: bool,
    has_role: bool,
}

/// The administrator that remains, and its revision.
type Seen = (Member, u8);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Phase {
    /// Its caller is read.
    Authenticate,
    /// Its client is read.
    Read,
    /// The administrator that its last write used is read again.
    ReadAgain(Kept, Member),
    /// The org's clients are listed.
    List(Kept),
    /// The next candidate is read.
    ReadCandidate(Kept, VecDeque<Member>),
    Write(Kept, Option<Seen>),
    Done(Ending),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Ending {
    Made,
    /// The caller may not, or the client is gone.
    Refused,
    LastAdministrator,
}

/// A request, and the administrator that it knows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Course {
    phase: Phase,
    found: Option<Seen>,
    /// The number of its writes so far.
    writes: u8,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Org {
    members: Vec<Option<Kept>>,
    /// The members as the index shows them.
    listed: Vec<Option<Kept>>,
    courses: Vec<Course>,
    /// The number of changes so far; it makes the next revision.
    changes: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Move {
    /// A request takes its next step.
    Go(usize),
    /// The index catches up with one member.
    Index(Member),
}

/// A scenario.
#[derive(Clone, Debug)]
struct Errands {
    /// Of each member: whether it has the role, and whether it is enabled.
    members: &'static [(bool, bool)],
    errands: &'static [Errand],
    flaw: Flaw,
    /// Whether a request may be refused because it found no other administrator.
    may_be_last: bool,
}

const KEEPS_ONE: &str = "an org that has an administrator keeps one";
const ENDS: &str = "a request writes again only after another change";

/// Time does not matter: no secret has an end.
const NOW: Timestamp = Timestamp::from_epoch_seconds(0);

/// The service's view of a member.
fn client(member: Member, kept: Kept) -> AppClient {
    let role = if kept.has_role {
        ManagedRole::BuilderAdmin
    } else {
        ManagedRole::CareTeamUser
    };
    let uuid = Uuid::from_u128(member as u128);
    let client = AppClient::from(NewClient {
        id: ClientId::new(uuid),
        org: OrgId::new(Uuid::nil()),
        name: Name::parse("Member").unwrap(),
        token_quota: TokenQuota::per_hour(1).unwrap(),
        roles: vec![role.grant()],
        secrets: Secrets::from_hash(ClientId::new(uuid), SecretHash::OF_NOTHING, NOW),
        created_at: NOW,
        revision: Revision::new(Uuid::from_u128(kept.revision.into())),
    });
    AppClient {
        status: if kept.is_enabled {
            ClientStatus::Enabled
        } else {
            ClientStatus::Disabled
        },
        ..client
    }
}

/// The member as an administrator that a write may depend on.
fn seen(member: Member, kept: Option<Kept>) -> Option<Seen> {
    let kept = kept?;
    Administrator::of(&client(member, kept), NOW).map(|_| (member, kept.revision))
}

impl Errand {
    /// The record after it; `None` if it deletes the client.
    fn changed(self, former: Kept, revision: u8) -> Option<Kept> {
        let changed = Kept { revision, ..former };
        match self.deed {
            Deed::Delete => None,
            Deed::Disable | Deed::Enable => Some(Kept {
                is_enabled: self.deed == Deed::Enable,
                ..changed
            }),
            Deed::Demote | Deed::Promote => Some(Kept {
                has_role: self.deed == Deed::Promote,
                ..changed
            }),
        }
    }
}

impl Errands {
    /// Whether the writes are so few that each failed one had another change before it.
    fn are_few(&self, org: &Org) -> bool {
        let mut courses = org.courses.iter();
        courses.all(|course| usize::from(course.writes) <= self.errands.len())
    }

    fn step(&self, org: &mut Org, number: usize) {
        let errand = self.errands[number];
        let course = org.courses[number].clone();
        org.courses[number].phase = match course.phase {
            Phase::Authenticate => match seen(errand.by, org.members[errand.by]) {
                None => Phase::Done(Ending::Refused),
                caller => {
                    let other = caller.filter(|_| errand.by != errand.of);
                    org.courses[number].found = other;
                    Phase::Read
                }
            },
            Phase::Read => match org.members[errand.of] {
                None => Phase::Done(Ending::Refused),
                Some(former) => self.after(org, number, former),
            },
            Phase::ReadAgain(former, used) => {
                let found = seen(used, org.members[used]);
                org.courses[number].found = found;
                match found {
                    None => Phase::List(former),
                    found => Phase::Write(former, found),
                }
            }
            Phase::List(former) => {
                let listed = org.listed.iter().enumerate();
                let listed = listed.filter(|(member, kept)| {
                    *member != errand.of && seen(*member, **kept).is_some()
                });
                Phase::ReadCandidate(former, listed.map(|(member, _)| member).collect())
            }
            Phase::ReadCandidate(former, mut candidates) => match candidates.pop_front() {
                None => Phase::Done(Ending::LastAdministrator),
                Some(_) if self.flaw == Flaw::TrustsList => Phase::Write(former, None),
                Some(candidate) => match seen(candidate, org.members[candidate]) {
                    None => Phase::ReadCandidate(former, candidates),
                    found => {
                        org.courses[number].found = found;
                        Phase::Write(former, found)
                    }
                },
            },
            Phase::Write(former, remaining) => {
                org.courses[number].writes += 1;
                self.write(org, errand, former, remaining)
            }
            Phase::Done(_) => panic!("a finished request"),
        };
    }

    /// `Remaining::after`.
    fn after(&self, org: &Org, number: usize, former: Kept) -> Phase {
        let errand = self.errands[number];
        let changed = errand.changed(former, 0);
        let changed = changed.map(|changed| client(errand.of, changed));
        if !ends_administration(&client(errand.of, former), changed.as_ref(), NOW) {
            return Phase::Write(former, None);
        }
        let Course { found, writes, .. } = org.courses[number];
        match found {
            None => Phase::List(former),
            Some((used, _)) if writes > 0 && self.flaw != Flaw::KeepsAdministrator => {
                Phase::ReadAgain(former, used)
            }
            found => Phase::Write(former, found),
        }
    }

    fn write(&self, org: &mut Org, errand: Errand, former: Kept, remaining: Option<Seen>) -> Phase {
        let current = org.members[errand.of];
        let is_deletion_of_any =
            self.flaw == Flaw::DeletionOfAnyState && errand.deed == Deed::Delete;
        let of_client = current
            .is_some_and(|current| is_deletion_of_any || current.revision == former.revision);
        let remains = remaining.is_none_or(|(member, revision)| match self.flaw {
            Flaw::NoCheck => true,
            Flaw::CheckOfExistence => org.members[member].is_some(),
            _ => org.members[member].is_some_and(|kept| kept.revision == revision),
        });
        if !(of_client && remains) {
            return Phase::Read;
        }
        org.changes += 1;
        org.members[errand.of] = errand.changed(former, org.changes);
        Phase::Done(Ending::Made)
    }
}

impl Model for Errands {
    type State = Org;
    type Action = Move;

    fn init_states(&self) -> Vec<Org> {
        let members: Vec<_> = self
            .members
            .iter()
            .map(|(has_role, is_enabled)| {
                Some(Kept {
                    revision: 0,
                    is_enabled: *is_enabled,
                    has_role: *has_role,
                })
            })
            .collect();
        let course = Course {
            phase: Phase::Authenticate,
            found: None,
            writes: 0,
        };
        vec![Org {
            listed: members.clone(),
            members,
            courses: vec![course; self.errands.len()],
            changes: 0,
        }]
    }

    fn actions(&self, org: &Org, moves: &mut Vec<Move>) {
        // After a violation, further steps prove nothing.
        if !self.are_few(org) {
            return;
        }
        for (number, course) in org.courses.iter().enumerate() {
            if !matches!(course.phase, Phase::Done(_)) {
                moves.push(Move::Go(number));
            }
        }
        let behind = |member: &Member| org.listed[*member] != org.members[*member];
        moves.extend((0..org.members.len()).filter(behind).map(Move::Index));
    }

    fn next_state(&self, org: &Org, chosen: Move) -> Option<Org> {
        let mut next = org.clone();
        match chosen {
            Move::Go(number) => self.step(&mut next, number),
            Move::Index(member) => next.listed[member] = next.members[member],
        }
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let mut properties = vec![
            Property::always(KEEPS_ONE, |_, org: &Org| {
                let mut members = org.members.iter().enumerate();
                members.any(|(member, kept)| seen(member, *kept).is_some())
            }),
            Property::always(ENDS, Self::are_few),
            Property::sometimes("a change is made", |_, org: &Org| {
                org.courses
                    .iter()
                    .any(|course| course.phase == Phase::Done(Ending::Made))
            }),
        ];
        if self.may_be_last {
            properties.push(Property::sometimes("none remains", |_, org: &Org| {
                let last = Phase::Done(Ending::LastAdministrator);
                org.courses.iter().any(|course| course.phase == last)
            }));
        }
        properties
    }
}
