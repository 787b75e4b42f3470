//! What was called for tokens.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::simulation::ask::Attributes;
use crate::simulation::checks;
use crate::simulation::dice::Dice;
use crate::simulation::log::What;
use crate::simulation::world::World;

/// How often each operation was called, and what came of it.
pub(crate) struct Cost {
    pub(crate) tokens: usize,
    /// Requests answered with 429.
    pub(crate) full: usize,
    calls: BTreeMap<String, usize>,
    /// The attempts of the SDK after the first.
    retries: usize,
    /// Writes that met a transaction.
    conflicts: usize,
}

impl Cost {
    /// Checks the run, and counts what was called since a place.
    pub(crate) fn since(world: &World, from: usize) -> Self {
        let events = world.log.take();
        checks::check(&events).unwrap();
        let mut cost = Self {
            tokens: 0,
            full: 0,
            calls: BTreeMap::new(),
            retries: 0,
            conflicts: 0,
        };
        for event in &events[from..] {
            match &event.what {
                What::Called {
                    operation, attempt, ..
                } => {
                    *cost.calls.entry(operation.clone()).or_default() += 1;
                    cost.retries += usize::from(*attempt > 1);
                }
                What::Collided => cost.conflicts += 1,
                What::Answered(answer) => match answer.status {
                    200 => cost.tokens += 1,
                    429 => cost.full += 1,
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

    /// Writes whose condition did not hold, and that were built anew.
    pub(crate) fn refused(&self) -> usize {
        self.of("UpdateItem").saturating_sub(self.tokens)
    }

    pub(crate) fn print(&self, kind: &str) {
        println!("{kind}: {self}");
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        #[expect(clippy::cast_precision_loss, reason = "it is for people to read")]
        let per_token = |count: usize| count as f64 / self.tokens as f64;
        write!(
            formatter,
            "{} tokens, {} times 429; per token {:.3} calls, {:.3} write units, {:.3} read units; \
             {:?}, {} writes refused, {} conflicts, {} retries",
            self.tokens,
            self.full,
            per_token(self.all()),
            // A gate and its record are smaller than what one unit writes and reads.
            per_token(self.of("UpdateItem")),
            per_token(self.of("Query")),
            self.calls,
            self.refused(),
            self.conflicts,
            self.retries,
        )
    }
}

/// A deployment with an instance for the administrator, which is the first, and so many more, whose
/// clocks differ by some seconds; and a client whose quota is in nobody's way.
pub(crate) async fn deployment(instances: u64) -> (Arc<World>, String, String) {
    let ahead: Vec<_> = (0..=instances).map(|number| number * 7 % 50).collect();
    let world = World::start(0, &mut Dice::new(0), &ahead).await;
    let (id, secret) = world.client(named("Counted", 100_000)).await;
    (world, id, secret)
}

/// What a client is to be, with that quota.
pub(crate) fn named(name: &str, quota: u64) -> Attributes {
    Attributes {
        name: Some(name.to_owned()),
        quota: Some(quota),
        ..Attributes::default()
    }
}
