//! The operations that change a client: `AppClients::replace` and `AppClients::delete`, and the one
//! that shows its last uses.

use shared::model::Timestamp;

use crate::model::faults::Fault;
use crate::model::judge::{Event, Outcome, Violation};
use crate::model::keyring::SecretNumber;
use crate::model::protocol::{Protocol, WINDOW};
use crate::model::world::{Decided, Record, Stage, World, quota, revision_of};

/// A change to the client. Times are in ticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    Rotate,
    /// A rotation after which the newest secret stays valid for some time.
    Overlap(u64),
    /// Adds a secret, with an end or without.
    Add(Option<u64>),
    /// Removes a secret.
    Remove(SecretNumber),
    /// Gives a secret another end, from now, or none.
    End(SecretNumber, Option<u64>),
    Disable,
    Enable,
    Quota(u8),
    Delete,
    /// Shows the last uses, and changes nothing.
    Show,
}

impl Change {
    /// Whether it gives the client a new secret.
    const fn adds_secret(self) -> bool {
        matches!(self, Self::Rotate | Self::Overlap(_) | Self::Add(_))
    }

    /// Whether it may give a secret an end.
    pub(crate) const fn may_give_end(self) -> bool {
        matches!(
            self,
            Self::Overlap(_) | Self::Add(Some(_)) | Self::End(_, Some(_))
        )
    }

    /// Whether it changes the secrets.
    pub(crate) const fn is_of_secrets(self) -> bool {
        self.adds_secret() || matches!(self, Self::Remove(_) | Self::End(..))
    }
}

impl Protocol {
    pub(crate) fn read_client(
        &self,
        world: &mut World,
        outcome: &mut Outcome,
        by: usize,
        behind: u64,
    ) {
        let administrator = world.administrators[by];
        let change = self.scripts[by][administrator.ended];
        let Some(record) = world.database.record else {
            return world.end_change(by);
        };
        // Only one fault uses the count. Otherwise it is 0, so that equivalent worlds stay equal.
        let count = match self.fault {
            Fault::ChangeComparesCount => world.database.count(),
            _ => 0,
        };
        let now = match change {
            _ if self.depends_on_time(change) => world.time - behind,
            _ => 0,
        };
        let mut first = record.keyring;
        match administrator.stage {
            Stage::ShowingGate(revision, uses) => {
                outcome.shown(&record, revision, uses, self.fault);
                return world.end_change(by);
            }
            Stage::Reading(_) if change == Change::Show => {
                world.administrators[by].stage = Stage::ShowingRecord(record);
                return;
            }
            Stage::Reading(Some(read)) if record.keyring != read => {
                if self.fault != Fault::OvertakesSecrets {
                    outcome.show(Event::SecretsOvertaken);
                    return world.end_change(by);
                }
                first = read;
            }
            _ => {}
        }
        let changed = record
            .keyring
            .changed(change, world.secrets, now, self.fault);
        if changed.is_err() {
            outcome.refused_change(record.keyring.expected(change, world.secrets, now));
            return world.end_change(by);
        }
        world.administrators[by].stage = Stage::Writing(Decided {
            former: record,
            first,
            count,
            now,
        });
    }

    pub(crate) fn transact(&self, world: &mut World, outcome: &mut Outcome, by: usize) {
        let administrator = &world.administrators[by];
        let Stage::Writing(decided) = administrator.stage else {
            panic!("{administrator:?} is not writing");
        };
        let Decided { former, now, .. } = decided;
        let change = self.scripts[by][administrator.ended];
        let current = world.database.record;
        let undisturbed = current == Some(former);
        let state = world.changes + 1;
        let keyring = former.keyring;
        let keyring = keyring.changed(change, world.secrets, now, self.fault);
        let changed = Record {
            revision: revision_of(state),
            state,
            keyring: keyring.unwrap(),
            ..former
        };
        let changed = match change {
            Change::Disable | Change::Enable => Record {
                enabled: change == Change::Enable,
                ..changed
            },
            Change::Quota(tokens) => Record {
                quota: quota(tokens),
                ..changed
            },
            _ => changed,
        };
        let committed = match change {
            Change::Delete => world.database.delete(self.fault),
            _ => {
                let current = WINDOW.bucket(Timestamp::from_epoch_seconds(world.time));
                let database = &mut world.database;
                database.replace(&former, decided.count, changed, current, self.fault)
            }
        };
        if committed {
            if change.is_of_secrets() {
                outcome.changed_secrets(world, &former, change, now);
            }
            if change.adds_secret() {
                let read_first = current.is_some_and(|it| it.keyring == decided.first);
                outcome.require(read_first, Violation::OvertakenSecrets);
            }
            let bits = |record: Option<Record>| record.map_or(0, |record| record.keyring.bits());
            let removed = bits(current) & !bits(world.database.record);
            world.changes = state;
            world.secrets += u8::from(change.adds_secret());
            world.administrators[by].stage = Stage::Answering(state, removed);
            world.gate_moved();
            world.observe();
            outcome.check_uses(world);
            return;
        }
        outcome.show(Event::ChangeConditionFailed);
        if undisturbed {
            outcome.violations.insert(Violation::ChangeBlocked);
        }
        match change {
            Change::Delete => world.end_change(by),
            _ => {
                let known = change.adds_secret().then_some(decided.first);
                world.administrators[by].stage = Stage::Reading(known);
            }
        }
    }

    pub(crate) fn answer(&self, world: &mut World, by: usize) {
        if let Stage::Answering(state, removed) = world.administrators[by].stage {
            world.answered = world.answered.max(state);
            world.removed |= removed;
        }
        world.end_change(by);
    }
}

impl World {
    pub(crate) fn read_uses(&mut self, outcome: &mut Outcome, by: usize, fault: Fault) {
        let gate = self.database.gate.as_ref().map(|gate| gate.revision);
        let uses = self.database.uses.unwrap_or_default();
        match self.administrators[by].stage {
            Stage::ShowingRecord(record) => {
                outcome.shown(&record, gate, uses, fault);
                self.end_change(by);
            }
            _ => self.administrators[by].stage = Stage::ShowingGate(gate, uses),
        }
    }

    fn end_change(&mut self, by: usize) {
        let administrator = &mut self.administrators[by];
        administrator.ended += 1;
        administrator.stage = Stage::Reading(None);
    }
}
