//! The operations that change a client: `AppClients::replace` and `AppClients::delete`.

use shared::model::Timestamp;

use crate::model::faults::Fault;
use crate::model::judge::{Event, Outcome, Violation};
use crate::model::protocol::{Protocol, WINDOW};
use crate::model::world::{Record, Stage, World, quota, revision_of};

/// A change to the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    Rotate,
    Disable,
    Enable,
    Quota(u8),
    Delete,
}

impl Protocol {
    pub(crate) fn read_client(&self, world: &mut World, by: usize) {
        // Only one fault uses the count. Otherwise it is 0, so that equivalent worlds stay equal.
        let count = match self.fault {
            Fault::ChangeComparesCount => world.database.count(),
            _ => 0,
        };
        match world.database.record {
            Some(record) => world.administrators[by].stage = Stage::Writing(record, count),
            None => world.end_change(by),
        }
    }

    pub(crate) fn transact(&self, world: &mut World, outcome: &mut Outcome, by: usize) {
        let administrator = &world.administrators[by];
        let Stage::Writing(former, count) = administrator.stage else {
            panic!("{administrator:?} is not writing");
        };
        let change = self.scripts[by][administrator.ended];
        let undisturbed = world.database.record == Some(former);
        let state = world.changes + 1;
        let changed = Record {
            revision: revision_of(state),
            state,
            ..former
        };
        let changed = match change {
            Change::Rotate => Record {
                secret: world.secrets,
                ..changed
            },
            Change::Disable => Record {
                enabled: false,
                ..changed
            },
            Change::Enable => Record {
                enabled: true,
                ..changed
            },
            Change::Quota(tokens) => Record {
                quota: quota(tokens),
                ..changed
            },
            Change::Delete => changed,
        };
        let committed = match change {
            Change::Delete => world.database.delete(self.fault),
            _ => {
                let current = WINDOW.bucket(Timestamp::from_epoch_seconds(world.time));
                let database = &mut world.database;
                database.replace(&former, count, changed, current, self.fault)
            }
        };
        if committed {
            world.changes = state;
            world.secrets += u8::from(change == Change::Rotate);
            world.administrators[by].stage = Stage::Answering(state);
            world.gate_moved();
            world.observe();
            return;
        }
        outcome.show(Event::ChangeConditionFailed);
        if undisturbed {
            outcome.violations.insert(Violation::ChangeBlocked);
        }
        match change {
            Change::Delete => world.end_change(by),
            _ => world.administrators[by].stage = Stage::Reading,
        }
    }

    pub(crate) fn answer(&self, world: &mut World, by: usize) {
        if let Stage::Answering(state) = world.administrators[by].stage {
            world.answered = world.answered.max(state);
        }
        world.end_change(by);
    }
}

impl World {
    fn end_change(&mut self, by: usize) {
        let administrator = &mut self.administrators[by];
        administrator.ended += 1;
        administrator.stage = Stage::Reading;
    }
}
