//! DynamoDB: the conditional write of `store::gates` and the transactions of `store::clients`.

use shared::model::gate::{Bucket, Gate, GateWrite};

use crate::model::faults::Fault;
use crate::model::protocol::WINDOW;
use crate::model::world::{Database, Record};

impl Database {
    /// The `UpdateItem` that counts a token. Returns whether its conditions held. Only one fault
    /// uses `seen`, the count that the request observed.
    pub(crate) fn count_token(&mut self, write: &GateWrite, seen: u32, fault: Fault) -> bool {
        let Some(gate) = &mut self.gate else {
            return false;
        };
        let rolls = write.roll.is_some();
        let revision = fault == Fault::NoRevision || gate.revision == write.revision;
        let bucket = (fault == Fault::RollsFromAnyBucket && rolls) || gate.bucket == write.bucket;
        let bound = fault == Fault::NoBound
            || write
                .issued_below
                .is_none_or(|issued_below| gate.issued < issued_below);
        let count = fault != Fault::WriteComparesCount || seen == gate.issued;
        if !(revision && bucket && bound && count) {
            return false;
        }
        match &write.roll {
            None => gate.issued += 1,
            Some(roll) => {
                if fault == Fault::ForgetsTooEarly {
                    let remains = |bucket: &Bucket| bucket.0 + WINDOW.past_buckets > roll.into.0;
                    gate.past.retain(|bucket, _| remains(bucket));
                }
                for bucket in &roll.forgets {
                    gate.past.remove(bucket);
                }
                if roll.keeps_last {
                    gate.past.insert(write.bucket, gate.issued);
                }
                gate.bucket = roll.into;
                gate.issued = 1;
            }
        }
        true
    }

    /// The transaction of `replace_client`. Returns whether its conditions held.
    pub(crate) fn replace(
        &mut self,
        former: &Record,
        count: u32,
        changed: Record,
        fault: Fault,
    ) -> bool {
        let (Some(record), Some(gate)) = (&mut self.record, &mut self.gate) else {
            return false;
        };
        let count = fault != Fault::ChangeComparesCount || gate.issued == count;
        if record.revision != former.revision || gate.revision != former.revision || !count {
            return false;
        }
        *record = changed;
        if fault == Fault::ChangeOverwritesGate {
            *gate = Gate::new(changed.revision, gate.bucket);
        } else {
            gate.revision = changed.revision;
        }
        true
    }

    /// The transaction of `delete_client`. Returns whether its conditions held.
    pub(crate) fn delete(&mut self) -> bool {
        self.record.take().is_some() & self.gate.take().is_some()
    }

    /// The gate's count in its current bucket.
    pub(crate) fn count(&self) -> u32 {
        self.gate.as_ref().map_or(0, |gate| gate.issued)
    }
}
