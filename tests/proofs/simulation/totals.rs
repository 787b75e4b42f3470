//! Totals over all runs.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::AddAssign;

use tests::Damage;

use crate::simulation::answer::Answer;
use crate::simulation::ask::Ask;
use crate::simulation::log::{Event, EventKind};
use crate::simulation::network::Fate;
use crate::simulation::writes::Write;

/// The number of each kind of event.
#[derive(Clone, Debug, Default)]
pub(crate) struct Totals {
    pub(crate) runs: u64,
    pub(crate) requests: u64,
    /// The answers by status.
    pub(crate) answers: BTreeMap<u16, u64>,
    pub(crate) tokens: u64,
    /// The AWS calls of requests that got a token.
    pub(crate) calls_for_tokens: u64,
    pub(crate) calls: u64,
    /// SDK attempts after the first.
    pub(crate) retries: u64,
    /// Conflicts, both injected and between concurrent writes.
    pub(crate) conflicts: u64,
    /// Reads that got an earlier state.
    pub(crate) stale: u64,
    /// Requests whose instance crashed.
    pub(crate) crashed: u64,
    /// Clients that were damaged at the beginning.
    pub(crate) damaged: BTreeMap<Damage, u64>,
    /// Damaged clients that were changed or deleted later.
    pub(crate) mended: u64,
    pub(crate) faults: BTreeMap<Fate, u64>,
}

impl Totals {
    pub(crate) fn of(events: &[Event]) -> Self {
        let mut totals = Self {
            runs: 1,
            ..Self::default()
        };
        let mut tokens = BTreeMap::new();
        let mut damaged = BTreeSet::new();
        for Event { request, kind, .. } in events {
            match kind {
                EventKind::Asked { ask, .. } => {
                    if matches!(ask, Ask::Token { .. }) {
                        tokens.insert(request, 0);
                    }
                }
                EventKind::Called { attempt, fate, .. } => {
                    totals.calls += 1;
                    totals.retries += u64::from(*attempt > 1);
                    totals.conflicts += u64::from(*fate == Fate::Conflict);
                    if *fate != Fate::Fine {
                        *totals.faults.entry(*fate).or_default() += 1;
                    }
                    if let Some(calls) = tokens.get_mut(request) {
                        *calls += 1;
                    }
                }
                EventKind::Collided => totals.conflicts += 1,
                EventKind::Stale(_) => totals.stale += 1,
                EventKind::Answered(answer) => {
                    totals.requests += 1;
                    totals.crashed += u64::from(answer.status == Answer::NONE.status);
                    *totals.answers.entry(answer.status).or_default() += 1;
                    if let Some(calls) = tokens.get(request)
                        && answer.status == 200
                    {
                        totals.tokens += 1;
                        totals.calls_for_tokens += calls;
                    }
                }
                EventKind::Damaged(client, damage) => {
                    *totals.damaged.entry(*damage).or_default() += 1;
                    damaged.insert(client);
                }
                EventKind::Wrote(client, Write::Became(..) | Write::Gone) => {
                    totals.mended += u64::from(damaged.remove(client));
                }
                EventKind::Wrote(..) => {}
            }
        }
        totals
    }

    /// AWS calls per issued token.
    pub(crate) fn calls_per_token(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "printed for a person")]
        let ratio = self.calls_for_tokens as f64 / self.tokens as f64;
        ratio
    }
}

impl AddAssign for Totals {
    fn add_assign(&mut self, other: Self) {
        self.runs += other.runs;
        self.requests += other.requests;
        self.tokens += other.tokens;
        self.calls_for_tokens += other.calls_for_tokens;
        self.calls += other.calls;
        self.retries += other.retries;
        self.conflicts += other.conflicts;
        self.stale += other.stale;
        self.crashed += other.crashed;
        self.mended += other.mended;
        for (status, count) in other.answers {
            *self.answers.entry(status).or_default() += count;
        }
        for (damage, count) in other.damaged {
            *self.damaged.entry(damage).or_default() += count;
        }
        for (fate, count) in other.faults {
            *self.faults.entry(fate).or_default() += count;
        }
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{} runs, {} requests (answers: {:?}), {} tokens at {:.3} calls each; \
             {} calls, {} retries, {} conflicts, {} stale reads; damaged clients: {:?}, {} of them \
             mended; faults: {:?}",
            self.runs,
            self.requests,
            self.answers,
            self.tokens,
            self.calls_per_token(),
            self.calls,
            self.retries,
            self.conflicts,
            self.stale,
            self.damaged,
            self.mended,
            self.faults
        )
    }
}
