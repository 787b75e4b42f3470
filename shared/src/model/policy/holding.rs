//! Whether one client holds everything that another one holds, so that it grants nothing that it lacks.
//!
//! The answer is yes only if the holder is permitted every request that the other one is. It may be no although
//! that is so: if the other one is permitted *every* action on resources of a service that is not this one, or of
//! several services, the holder must have that in one rule. A list of actions is no proof, because the other
//! service may have more.
//!
//! Two conditions together are sufficient:
//!
//! 1. Whatever the other one's Allows permit is covered by one of the holder's Allows, unless a Deny of the other
//!    one takes all of it away.
//! 2. Where a Deny of the holder takes away a part of that, a Deny of the other one takes it away, too.

use std::collections::{BTreeMap, BTreeSet};

use super::action::{Action, ActionName, ActionPattern};
use super::decision::{Policies, PolicySource};
use super::resource::Resources;
use super::rules::{Effect, Policy, Rule};

/// The actions of the rules with one effect, by resource.
type ByResource<'a> = BTreeMap<&'a Resources, BTreeSet<&'a ActionPattern>>;

/// The rules of several policies together.
struct Rules<'a> {
    allows: ByResource<'a>,
    denies: ByResource<'a>,
}

impl Policies {
    /// Whether a client with these policies holds everything that one with `other` holds.
    #[must_use]
    pub fn hold_everything_of(&self, other: &Self) -> bool {
        let (holder, other) = (Rules::of(self), Rules::of(other));
        holder.allow_what_is_allowed_to(&other) && holder.deny_nothing_that_is_allowed_to(&other)
    }
}

impl Policies {
    /// Whether a caller with these policies may change those of a client from `former` to `new`. It grants what
    /// it adds, and what the policies that it leaves permit without those that it removes, such as a Deny.
    ///
    /// That is sound: what `new` permits is permitted by what is kept, or by what is added.
    #[must_use]
    pub fn may_change(&self, former: &Self, new: &Self) -> bool {
        if former == new || self.allow_everything() {
            return true;
        }
        let is_kept = |policy: &&(_, _)| former.0.contains(policy);
        let kept = Self(new.0.iter().filter(is_kept).cloned().collect());
        let added = new.0.iter().filter(|policy| !is_kept(policy));
        let added = Self(added.cloned().collect());
        self.hold_everything_of(&added)
            && (former.hold_everything_of(&kept) || self.hold_everything_of(&kept))
    }
}

impl Policies {
    /// Whether a caller with these policies may change the policy of a role, whatever other policies the clients
    /// with the role have. It grants what the new policy permits and the former one does not; and what the
    /// former one denied and the new one no longer does, because other policies may allow it.
    #[must_use]
    pub fn may_change_role(&self, former: &Policy, new: &Policy) -> bool {
        if former == new || self.allow_everything() {
            return true;
        }
        let alone = |policy: &Policy| Self(vec![(PolicySource::Inline, policy.clone())]);
        let denied = former
            .rules
            .iter()
            .filter(|rule| rule.effect == Effect::Deny);
        let released = denied.map(|rule| Rule {
            effect: Effect::Allow,
            ..rule.clone()
        });
        let still_denied = new.rules.iter().filter(|rule| rule.effect == Effect::Deny);
        let released = Policy {
            rules: released.chain(still_denied.cloned()).collect(),
        };
        let (former, new, released) = (alone(former), alone(new), alone(&released));
        (former.hold_everything_of(&new) || self.hold_everything_of(&new))
            && self.hold_everything_of(&released)
    }
}

impl<'a> Rules<'a> {
    fn of(policies: &'a Policies) -> Self {
        let (mut allows, mut denies) = (ByResource::new(), ByResource::new());
        for rule in policies.rules() {
            let rules = match rule.effect {
                Effect::Allow => &mut allows,
                Effect::Deny => &mut denies,
            };
            for resource in &rule.resources {
                rules.entry(resource).or_default().extend(&rule.actions);
            }
        }
        Self { allows, denies }
    }

    /// The first condition.
    fn allow_what_is_allowed_to(&self, other: &Self) -> bool {
        other.allows.iter().all(|(resource, actions)| {
            actions.iter().all(|action| {
                every_part(action, resource, |action, resource| {
                    covers(&other.denies, action, resource)
                        || covers(&self.allows, action, resource)
                })
            })
        })
    }

    /// The second condition.
    fn deny_nothing_that_is_allowed_to(&self, other: &Self) -> bool {
        overlaps(&self.denies, &other.allows).all(|(both, denied, allowed)| {
            common(denied, allowed).all(|action| {
                every_part(action, both, |action, resource| {
                    covers(&other.denies, action, resource)
                })
            })
        })
    }
}

/// The resources that are in both, with their actions in each. A set of resources is part of at most three larger
/// ones, so these are few.
fn overlaps<'a>(
    one: &'a ByResource<'a>,
    other: &'a ByResource<'a>,
) -> impl Iterator<
    Item = (
        &'a Resources,
        &'a BTreeSet<&'a ActionPattern>,
        &'a BTreeSet<&'a ActionPattern>,
    ),
> {
    let larger_ones = one.iter().flat_map(move |(resource, actions)| {
        let larger = resource.and_larger();
        larger.filter_map(move |larger| Some((*resource, actions, other.get(&larger)?)))
    });
    let larger_others = other.iter().flat_map(move |(resource, others)| {
        let larger = resource.and_larger().filter(|larger| larger != *resource);
        larger.filter_map(move |larger| Some((*resource, one.get(&larger)?, others)))
    });
    larger_ones.chain(larger_others)
}

/// The actions in both.
fn common<'a>(
    one: &'a BTreeSet<&'a ActionPattern>,
    other: &'a BTreeSet<&'a ActionPattern>,
) -> impl Iterator<Item = &'a ActionPattern> {
    let has_any = |actions: &BTreeSet<&ActionPattern>| actions.contains(&ActionPattern::Any);
    let (one_has_any, other_has_any) = (has_any(one), has_any(other));
    let of_one = one
        .iter()
        .filter(move |action| other_has_any || other.contains(*action));
    let of_other = other.iter().filter(move |_| one_has_any);
    of_one.chain(of_other).copied()
}

/// Whether the test holds for each part of what an action of a rule applies to. `None` is every action, where they
/// cannot be listed.
fn every_part(
    action: &ActionPattern,
    resource: &Resources,
    test: impl Fn(Option<&ActionName>, &Resources) -> bool,
) -> bool {
    match (action, resource.iam_type()) {
        (ActionPattern::One(action), _) => action
            .among(resource)
            .is_none_or(|resource| test(Some(action), &resource)),
        (ActionPattern::Any, Some(of)) => {
            let mut actions = Action::applying_to(of, resource).map(ActionName::Iam);
            actions.all(|action| test(Some(&action), resource))
        }
        (ActionPattern::Any, None) => test(None, resource),
    }
}

/// Whether a rule has the action on all of these resources.
fn covers(rules: &ByResource<'_>, action: Option<&ActionName>, resource: &Resources) -> bool {
    let one = action.map(|action| ActionPattern::One(action.clone()));
    resource.and_larger().any(|larger| {
        rules.get(&larger).is_some_and(|actions| {
            actions.contains(&ActionPattern::Any)
                || one.as_ref().is_some_and(|one| actions.contains(one))
        })
    })
}
