//! The probability of each fault, and the delays of each call.

use crate::simulation::dice::Dice;

/// The result of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fate {
    /// AWS executes and answers it.
    Fine,
    /// AWS throttles it.
    Throttled,
    /// AWS fails with 500.
    Failed,
    /// AWS throttles one of a transaction's writes, and cancels the transaction.
    Cancelled,
    /// It conflicts with another write to the item.
    Conflict,
    /// The connection breaks before AWS has read the call.
    Unreached,
    /// The call does not arrive, and the caller gets no error.
    RequestDropped,
    /// AWS executes it, and the connection breaks before the answer.
    ResponseLost,
    /// AWS executes it, the answer does not arrive, and the caller gets no error.
    ResponseDropped,
    /// AWS executes it after the caller has given up.
    Late,
}

impl Fate {
    /// Every fate except `Fine`.
    pub(crate) const ALL_FAULTS: [Self; 9] = [
        Self::Throttled,
        Self::Cancelled,
        Self::Failed,
        Self::Conflict,
        Self::Unreached,
        Self::RequestDropped,
        Self::ResponseLost,
        Self::ResponseDropped,
        Self::Late,
    ];

    /// Whether this fate is possible for an operation.
    pub(crate) fn applies_to(self, operation: &str) -> bool {
        match self {
            Self::Cancelled => operation == "TransactWriteItems",
            Self::Conflict => matches!(operation, "UpdateItem" | "TransactWriteItems"),
            _ => true,
        }
    }

    /// Whether the caller waits until its timeout.
    pub(crate) fn is_silent(self) -> bool {
        matches!(
            self,
            Self::RequestDropped | Self::ResponseDropped | Self::Late
        )
    }

    /// Whether AWS executes the call although the caller gets no answer.
    pub(crate) fn is_ambiguous(self) -> bool {
        matches!(
            self,
            Self::ResponseLost | Self::ResponseDropped | Self::Late
        )
    }
}

/// The fault rates of the network, per thousand calls.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weather {
    faults: u64,
    slow: u64,
    conflicts: u64,
}

/// The delivery of a call: its fate, and delays in milliseconds.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    pub(super) fate: Fate,
    pub(super) request_delay: u64,
    pub(super) response_delay: u64,
    /// The duration of a transaction, or the time between the two reads of a Query.
    pub(super) work_time: u64,
    /// Whether a BatchGetItem may read only some of the items.
    pub(super) may_be_partial: bool,
    pub(super) variant: u64,
}

impl Weather {
    pub(crate) const CALM: Self = Self::new(0, 0, 0);
    pub(crate) const ALL: [Self; 4] = [
        Self::new(0, 10, 0),
        Self::new(40, 30, 20),
        Self::new(120, 60, 60),
        Self::new(350, 100, 100),
    ];

    const fn new(faults: u64, slow: u64, conflicts: u64) -> Self {
        Self {
            faults,
            slow,
            conflicts,
        }
    }

    pub(super) fn delivery(self, dice: &mut Dice, operation: &str) -> Delivery {
        let mut delivery = Delivery {
            fate: Fate::Fine,
            request_delay: dice.between(1, 12),
            response_delay: dice.between(1, 12),
            work_time: dice.between(1, 25),
            may_be_partial: self.slow > 0,
            variant: dice.next(),
        };
        // Slow, but rarely slow enough for an SDK timeout.
        if dice.chance(self.slow) {
            delivery.request_delay += dice.between(20, 700);
        }
        if dice.chance(self.slow) {
            delivery.response_delay += dice.between(20, 700);
        }
        if Fate::Conflict.applies_to(operation) && dice.chance(self.conflicts) {
            delivery.fail_with(dice, Fate::Conflict);
        } else if dice.chance(self.faults) {
            let fate = *dice.pick(&Fate::ALL_FAULTS);
            if fate != Fate::Conflict && fate.applies_to(operation) {
                delivery.fail_with(dice, fate);
            }
        }
        delivery
    }
}

impl Delivery {
    pub(super) fn fail_with(&mut self, dice: &mut Dice, fate: Fate) {
        self.fate = fate;
        self.variant = dice.next();
        if fate == Fate::Late {
            self.request_delay = dice.between(3_000, 6_500);
        }
    }
}

/// The calls to fail.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// The operation.
    pub(crate) operation: String,
    /// The number of its calls to let through first.
    pub(crate) after: usize,
    /// The number of its calls to fail after that.
    pub(crate) times: usize,
    /// The fate of the failing calls.
    pub(crate) fate: Fate,
}

impl Plan {
    pub(super) fn next(&mut self, operation: &str) -> Option<Fate> {
        if operation != self.operation {
            return None;
        }
        if self.after > 0 {
            self.after -= 1;
            return None;
        }
        self.times = self.times.checked_sub(1)?;
        Some(self.fate)
    }
}
