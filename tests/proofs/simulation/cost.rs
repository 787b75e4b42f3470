//! The AWS calls per token.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::simulation::ask::Attributes;
use crate::simulation::checks;
use crate::simulation::dice::Dice;
use crate::simulation::log::EventKind;
use crate::simulation::world::World;

/// The number of AWS calls by operation, and their results.
pub(crate) struct Cost {
    pub(crate) tokens: usize,
    /// Requests answered with 429.
    pub(crate) over_quota: usize,
    calls: BTreeMap<String, usize>,
    /// SDK attempts after the first.
    retries: usize,
    /// Writes that conflicted with a transaction.
    conflicts: usize,
}

impl Cost {
    /// Checks the run, and counts the calls since a place in the log.
    pub(crate) fn since(world: &World, from: usize) -> Self {
        let events = world.log.take();
        checks::check(&events).unwrap();
        let mut cost = Self {
            tokens: 0,
            over_quota: 0,
            calls: BTreeMap::new(),
            retries: 0,
            conflicts: 0,
        };
        for event in &events[from..] {
            match &event.kind {
                EventKind::Called {
                    operation, attempt, ..
                } => {
                    *cost.calls.entry(operation.clone()).or_default() += 1;
                    cost.retries += usize::from(*attempt > 1);
                }
                EventKind::Collided => cost.conflicts += 1,
                EventKind::Answered(answer) => match answer.status {
                    200 => cost.tokens += 1,
                    429 => cost.over_quota += 1,
                    status => panic!("{status}"),
                },
                _ => {}
            }
        }
        cost
    }

    pub(crate) fn of(&self, operation: &str) -> usize {
        self.calls.get(operation).copied().unwrap_or(0)
    }

    pub(crate) fn all(&self) -> usize {
        self.calls.values().sum()
    }

    /// Writes whose condition failed: those beyond one per token.
    pub(crate) fn failed_conditions(&self) -> usize {
        self.of("UpdateItem").saturating_sub(self.tokens)
    }

    pub(crate) fn print(&self, kind: &str) {
        println!("{kind}: {self}");
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        #[expect(clippy::cast_precision_loss, reason = "printed for a person")]
        let per_token = |count: usize| count as f64 / self.tokens as f64;
        write!(
            formatter,
            "{} tokens, {} responses with 429; per token {:.3} calls, {:.3} write units, \
             {:.3} read units; {:?}, {} failed conditions, {} conflicts, {} retries",
            self.tokens,
            self.over_quota,
            per_token(self.all()),
            // A gate fits into one write unit; gate and record together fit into one read unit.
            per_token(self.of("UpdateItem")),
            per_token(self.of("Query")),
            self.calls,
            self.failed_conditions(),
            self.conflicts,
            self.retries,
        )
    }
}

/// A deployment, and a client with an ample quota. The first instance is the administrator's;
/// `instances` is the number of others. Their clocks differ by some seconds.
pub(crate) async fn deployment(instances: u64) -> (Arc<World>, String, String) {
    let ahead: Vec<_> = (0..=instances).map(|number| number * 7 % 50).collect();
    let world = World::start(&mut Dice::new(0), &ahead).await;
    let (id, secret) = world.client(named("Counted", 100_000)).await;
    (world, id, secret)
}

/// The attributes of a client with this name and quota.
pub(crate) fn named(name: &str, quota: u64) -> Attributes {
    Attributes {
        name: Some(name.to_owned()),
        quota: Some(quota),
        ..Attributes::default()
    }
}
