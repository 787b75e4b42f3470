//! Decides whether policies permit a request.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::action::{Action, ActionName, ActionPattern};
use super::resource::Resources;
use super::rules::{Effect, Policy, Rule};

/// The policies of a client: that of each of its roles, and its inline one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policies(pub Vec<(PolicySource, Policy)>);

/// Where a policy comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicySource {
    /// The client itself.
    Inline,
    /// A role of the client.
    Role(Uuid),
}

/// An action on resources to which it applies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub(super) action: ActionName,
    pub(super) resource: Resources,
}

/// What policies say about a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PolicyDecision {
    /// Whether the request is permitted.
    pub allowed: bool,
    /// The first rule that decides: a Deny, or else an Allow. `None` if no rule matches.
    pub rule: Option<(PolicySource, usize)>,
}

impl std::fmt::Display for PolicySource {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Inline => formatter.write_str("inline"),
            Self::Role(id) => id.fmt(formatter),
        }
    }
}

impl Request {
    /// The request; `None` if the action does not apply to the resource.
    #[must_use]
    pub fn new(action: ActionName, resource: &Resources) -> Option<Self> {
        let resource = action.among(resource)?;
        Some(Self { action, resource })
    }

    /// An action of this service on the resource of its type with this id, or on all of them.
    #[must_use]
    pub fn of(action: Action, id: Option<Uuid>) -> Self {
        let one = id.filter(|_| !action.is_of_all());
        Self {
            resource: one.map_or_else(
                || action.resources(),
                |id| Resources::one(action.resource_type(), id),
            ),
            action: ActionName::Iam(action),
        }
    }
}

impl Policies {
    /// Decides the request. If it is about several resources, it is permitted only if it is for each of them.
    #[must_use]
    pub fn decide(&self, request: &Request) -> PolicyDecision {
        let first = |effect| {
            let policies = self.0.iter();
            let mut found = policies.filter_map(|(source, policy)| {
                let mut rules = policy.rules.iter();
                let index =
                    rules.position(|rule| rule.effect == effect && rule.matches(request))?;
                Some((*source, index))
            });
            found.next()
        };
        let denied = first(Effect::Deny);
        let allowed = denied.is_none().then(|| first(Effect::Allow)).flatten();
        PolicyDecision {
            allowed: allowed.is_some(),
            rule: denied.or(allowed),
        }
    }

    /// The actions that are permitted on some resource, sorted by name. `*` stands for the actions of this service.
    #[must_use]
    pub fn permissions(&self) -> BTreeSet<String> {
        let allows = self.rules().filter(|rule| rule.effect == Effect::Allow);
        let named = allows.flat_map(|rule| &rule.actions);
        let named = named.filter_map(|pattern| match pattern {
            ActionPattern::One(action) => Some(action.clone()),
            ActionPattern::Any => None,
        });
        let own = Action::ALL.into_iter().map(ActionName::Iam);
        let candidates: BTreeSet<_> = named.chain(own).collect();
        let permitted = candidates
            .into_iter()
            .filter(|action| self.permits_somewhere(action));
        permitted.map(|action| action.to_string()).collect()
    }

    /// A part of a name can have infinitely many values, so several Denies of parts of an allowed set never make
    /// up the whole set: there is a permitted resource unless one Deny covers it.
    fn permits_somewhere(&self, action: &ActionName) -> bool {
        let mut allows = self.rules().filter(|rule| rule.effect == Effect::Allow);
        allows.any(|rule| {
            let mut applies = rule.resources.iter().filter_map(|of| action.among(of));
            rule.names(action) && applies.any(|applies| !self.denies_all(action, &applies))
        })
    }

    /// Whether a rule denies the action on all of these resources.
    fn denies_all(&self, action: &ActionName, resources: &Resources) -> bool {
        let mut denies = self.rules().filter(|rule| rule.effect == Effect::Deny);
        denies
            .any(|rule| rule.names(action) && rule.resources.iter().any(|of| of.covers(resources)))
    }

    /// Whether one rule allows everything, and none denies anything.
    #[must_use]
    pub fn allow_everything(&self) -> bool {
        let allows_all = |rule: &Rule| {
            rule.effect == Effect::Allow
                && rule.actions.contains(&ActionPattern::Any)
                && rule.resources.contains(&Resources::everything())
        };
        self.rules().all(|rule| rule.effect == Effect::Allow) && self.rules().any(allows_all)
    }

    pub(super) fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.0.iter().flat_map(|(_, policy)| &policy.rules)
    }
}

impl Rule {
    fn names(&self, action: &ActionName) -> bool {
        self.actions.iter().any(|pattern| pattern.matches(action))
    }

    /// An Allow has to allow the whole request. A Deny denies it if it denies a part of it, except that an action
    /// on all resources of a type has no parts.
    fn matches(&self, request: &Request) -> bool {
        let Request { action, resource } = request;
        self.names(action)
            && self.resources.iter().any(|of| {
                of.covers(resource)
                    || (self.effect == Effect::Deny && !action.is_of_all() && resource.covers(of))
            })
    }
}
