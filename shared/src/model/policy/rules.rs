//! The rules of a policy.

use super::action::{Action, ActionName, ActionPattern};
use super::resource::Resources;

/// The rules of a role, or of one client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    pub(super) rules: Vec<Rule>,
}

/// Allows or denies each of its actions on each of its resources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rule {
    pub(super) effect: Effect,
    pub(super) actions: Vec<ActionPattern>,
    pub(super) resources: Vec<Resources>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    Allow,
    Deny,
}

impl Policy {
    /// The maximum number of rules.
    pub const RULES: usize = 100;
    /// The maximum number of actions, and of resources, in one rule.
    pub const NAMES: usize = 100;
    /// The maximum number of pairs of an action and a resource in all rules together. A comparison of
    /// policies looks at each pair.
    pub const PAIRS: usize = 1_000;
    /// The maximum length of a policy as JSON without spaces, in bytes.
    pub const BYTES: usize = 8_192;

    /// A policy that allows every action on every resource.
    #[must_use]
    pub fn everything() -> Self {
        Self {
            rules: vec![Rule {
                effect: Effect::Allow,
                actions: vec![ActionPattern::Any],
                resources: vec![Resources::everything()],
            }],
        }
    }

    /// A policy that allows these actions on every resource.
    #[must_use]
    pub fn of(actions: &[Action]) -> Self {
        let rules = actions.iter().map(|action| Rule {
            effect: Effect::Allow,
            actions: vec![ActionPattern::One(ActionName::Iam(*action))],
            resources: vec![action.resources()],
        });
        Self {
            rules: rules.collect(),
        }
    }
}
