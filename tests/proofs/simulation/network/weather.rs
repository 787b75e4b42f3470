//! How often calls suffer what.

use crate::simulation::dice::Dice;

/// What becomes of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fate {
    /// It is answered.
    Fine,
    /// AWS throttles.
    Throttled,
    /// AWS fails with 500.
    Failed,
    /// AWS throttles one of a transaction's writes and cancels it.
    Cancelled,
    /// Another write to the item is under way.
    Conflict,
    /// The connection breaks before AWS has read the call.
    Unreached,
    /// The call does not arrive, and nobody says so.
    Swallowed,
    /// AWS does it, and the connection breaks before the answer.
    Lost,
    /// AWS does it, and the answer does not arrive, and nobody says so.
    LostInSilence,
    /// AWS does it when the caller has given up.
    Late,
}

impl Fate {
    /// All that can go wrong.
    pub(crate) const EVERY_FAULT: [Self; 9] = [
        Self::Throttled,
        Self::Cancelled,
        Self::Failed,
        Self::Conflict,
        Self::Unreached,
        Self::Swallowed,
        Self::Lost,
        Self::LostInSilence,
        Self::Late,
    ];

    /// Whether that can happen to an operation.
    pub(crate) fn befalls(self, operation: &str) -> bool {
        match self {
            Self::Cancelled => operation == "TransactWriteItems",
            Self::Conflict => matches!(operation, "UpdateItem" | "TransactWriteItems"),
            _ => true,
        }
    }

    /// Whether the caller has to wait until it gives the call up.
    pub(crate) fn is_silent(self) -> bool {
        matches!(self, Self::Swallowed | Self::LostInSilence | Self::Late)
    }

    /// Whether the caller cannot know if AWS does it.
    pub(crate) fn is_ambiguous(self) -> bool {
        matches!(self, Self::Lost | Self::LostInSilence | Self::Late)
    }
}

/// How often things go wrong, in a thousand calls.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weather {
    faults: u64,
    slow: u64,
    conflicts: u64,
}

/// What happens to a call, with times in milliseconds.
#[derive(Clone, Debug)]
pub(crate) struct Issuance {
    pub(super) fate: Fate,
    pub(super) there: u64,
    pub(super) back: u64,
    /// How long a transaction takes.
    pub(super) work: u64,
    pub(super) variant: u64,
}

impl Weather {
    pub(crate) const FAIR: Self = Self::new(0, 0, 0);
    pub(crate) const EVERY: [Self; 4] = [
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

    pub(super) fn passage(self, dice: &mut Dice, operation: &str) -> Issuance {
        let mut passage = Issuance {
            fate: Fate::Fine,
            there: dice.between(1, 12),
            back: dice.between(1, 12),
            work: dice.between(1, 25),
            variant: dice.next(),
        };
        // Slow, but mostly not slow enough for the SDK to give the call up.
        if dice.chance(self.slow) {
            passage.there += dice.between(20, 700);
        }
        if dice.chance(self.slow) {
            passage.back += dice.between(20, 700);
        }
        if Fate::Conflict.befalls(operation) && dice.chance(self.conflicts) {
            passage.suffer(dice, Fate::Conflict);
        } else if dice.chance(self.faults) {
            let fate = *dice.pick(&Fate::EVERY_FAULT);
            if fate != Fate::Conflict && fate.befalls(operation) {
                passage.suffer(dice, fate);
            }
        }
        passage
    }
}

impl Issuance {
    pub(super) fn suffer(&mut self, dice: &mut Dice, fate: Fate) {
        self.fate = fate;
        self.variant = dice.next();
        if fate == Fate::Late {
            self.there = dice.between(3_000, 6_500);
        }
    }
}

/// Certain calls that break.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// Calls of this operation,
    pub(crate) operation: String,
    /// after so many of them,
    pub(crate) after: usize,
    /// and so many of them,
    pub(crate) times: usize,
    /// in this way.
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
