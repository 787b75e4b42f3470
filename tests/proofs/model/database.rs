//! DynamoDB: the conditional write of `store::gates` and the transactions of `store::clients`.

use shared::model::gate::{Bucket, Gate, GateWrite};
use shared::model::{Revision, SecretPlace};

use crate::model::faults::Fault;
use crate::model::protocol::WINDOW;
use crate::model::world::{Database, Granted, Record};

impl Database {
    /// The `UpdateItem` that counts a token. Returns whether its conditions held. Only one fault
    /// uses `seen`, the count that the request observed.
    pub(crate) fn count_token(
        &mut self,
        write: &GateWrite,
        granted: Granted,
        seen: u32,
        fault: Fault,
    ) -> bool {
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
        let holds = revision && bucket && bound && count;
        if let Some(uses) = &mut self.uses
            && (holds || fault == Fault::WritesUseApart)
        {
            uses.set(granted.place, Some(granted.secret));
        }
        if !holds {
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

    /// The transaction of `replace_client`. Returns whether its condition held. A missing gate is
    /// created in the bucket `current`.
    pub(crate) fn replace(
        &mut self,
        former: &Record,
        count: u32,
        changed: Record,
        current: Bucket,
        fault: Fault,
    ) -> bool {
        let of_record = self.record.is_some_and(|it| it.revision == former.revision);
        let of_gate = match fault {
            Fault::ChangeComparesCount => self.count() == count,
            Fault::ChangeComparesGate => {
                self.gate.as_ref().map(|gate| gate.revision) == Some(former.revision)
            }
            _ => true,
        };
        let committed = of_record && of_gate;
        if committed {
            self.record = Some(changed);
            self.clear_uses(former, &changed, fault);
        }
        if committed || fault == Fault::ChangeWritesGateAlone {
            self.change_gate(changed.revision, current, fault);
        }
        committed
    }

    /// A place that a secret leaves loses its day.
    fn clear_uses(&mut self, former: &Record, changed: &Record, fault: Fault) {
        let Some(uses) = &mut self.uses else {
            return;
        };
        match fault {
            Fault::ChangeKeepsUses => {}
            Fault::ChangeClearsUses => {
                for place in SecretPlace::BOTH {
                    uses.set(place, None);
                }
            }
            _ => {
                for place in changed.keyring.places_to_clear(former.keyring) {
                    uses.set(place, None);
                }
            }
        }
    }

    fn change_gate(&mut self, revision: Revision, current: Bucket, fault: Fault) {
        match &mut self.gate {
            Some(_) if fault == Fault::ChangeKeepsGatesRevision => {}
            Some(gate) if fault == Fault::ChangeOverwritesGate => {
                *gate = Gate::new(revision, gate.bucket);
            }
            Some(gate) => gate.revision = revision,
            None => self.gate = Some(Gate::new(revision, current)),
        }
    }

    /// The transaction of `delete_client`. Returns whether its condition held.
    pub(crate) fn delete(&mut self, fault: Fault) -> bool {
        let of_gate = fault != Fault::ChangeComparesGate || self.gate.is_some();
        let committed = self.record.is_some() && of_gate;
        if committed {
            (self.record, self.gate) = (None, None);
        }
        committed
    }

    /// Whether record and gate have the same revision, or neither exists.
    pub(crate) fn is_whole(&self) -> bool {
        let record = self.record.as_ref().map(|record| record.revision);
        record == self.gate.as_ref().map(|gate| gate.revision)
    }

    /// The gate's count in its current bucket.
    pub(crate) fn count(&self) -> u32 {
        self.gate.as_ref().map_or(0, |gate| gate.issued)
    }
}
