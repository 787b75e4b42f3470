//! What policies permit.
//!
//! The rules have names from small tables, so that they often meet. The requests also have, for each part of a name,
//! one that no rule has. It stands for all others.

use std::sync::LazyLock;

use arbitrary::Arbitrary;
use serde_json::{Value, json};
use shared::model::policy::{ActionName, Policies, Policy, PolicySource, Request, Resources};

use crate::policy_reference::{self, Question, Rule};

/// Two clients with some rules in common, and a Deny that is added to the first one.
#[derive(Arbitrary, Debug)]
pub struct Case {
    of_both: Vec<RuleChoice>,
    of_one: Vec<RuleChoice>,
    of_other: Vec<RuleChoice>,
    deny: RuleChoice,
    /// Where the Deny is added, and the rules are divided for another order.
    place: u8,
}

#[derive(Arbitrary, Clone, Copy, Debug)]
struct RuleChoice {
    is_deny: bool,
    names: NameTable,
    /// The bits of the chosen actions, and of the chosen resources.
    actions: u8,
    resources: u8,
}

#[derive(Arbitrary, Clone, Copy, Debug)]
enum NameTable {
    Clients,
    Roles,
    Others,
}

/// The rules of one list in a case. Few rules show all that many do.
const RULES: usize = 4;

const ID: &str = "00000000-0000-0000-0000-00000000000a";

static REQUESTS: LazyLock<Vec<(Question, Request)>> = LazyLock::new(requests);

impl NameTable {
    const fn actions(self) -> &'static [&'static str] {
        match self {
            Self::Clients => &[
                "*",
                "IAM:CreateM2MClient",
                "IAM:GetM2MClient",
                "App:GetM2MClient",
                "IAM:ListAllM2MClients",
                "IAM:RotateM2MClientSecret",
            ],
            Self::Roles => &["*", "IAM:CreateRole", "IAM:GetRole", "App:UpdateRole"],
            Self::Others => &["*", "FHIR:Read", "FHIR:Write"],
        }
    }

    const fn resources(self) -> &'static [&'static str] {
        match self {
            Self::Clients => &[
                "*",
                "IAM",
                "App:*",
                "IAM:M2MClient",
                "App:M2MClient:*",
                "IAM:M2MClient:00000000-0000-0000-0000-00000000000a",
                "App:M2MClient:0000000000000000000000000000000A",
                "IAM:M2MClient:00000000-0000-0000-0000-00000000000b",
            ],
            Self::Roles => &[
                "*:*",
                "IAM:*:*",
                "App",
                "IAM:Role",
                "App:Role:00000000-0000-0000-0000-00000000000A",
                "IAM:Role:00000000-0000-0000-0000-00000000000b",
            ],
            Self::Others => &[
                "*:*:*",
                "FHIR",
                "FHIR:Patient",
                "FHIR:Patient:*",
                "FHIR:Patient:a",
                "FHIR:Patient:b",
                "FHIR:Practitioner",
                "FHIR:Practitioner:a",
            ],
        }
    }
}

/// Every action of the tables on every resource.
fn requests() -> Vec<(Question, Request)> {
    let tables = [NameTable::Clients, NameTable::Roles, NameTable::Others];
    let actions = tables.iter().flat_map(|table| table.actions());
    let actions = actions.filter(|action| **action != "*");
    let actions: Vec<_> = actions.chain(&["FHIR:Other", "Z3:Get"]).collect();
    let mut resources = vec!["FHIR".to_owned(), "Z3:bucket:object".to_owned()];
    for of in ["IAM:M2MClient", "IAM:Role"] {
        resources.push(of.to_owned());
        resources.extend(["a", "b", "c"].map(|id| format!("{of}:{}", ID.replace('a', id))));
    }
    for of in ["FHIR:Patient", "FHIR:Practitioner", "FHIR:Other"] {
        resources.push(of.to_owned());
        resources.extend(["a", "b", "c"].map(|id| format!("{of}:{id}")));
    }
    let mut requests = Vec::new();
    for resource in resources {
        let parsed = Resources::parse(&resource).unwrap();
        requests.extend(actions.iter().filter_map(|action| {
            let request = Request::new(ActionName::parse(action).unwrap(), &parsed)?;
            Some((Question::of(action, &resource), request))
        }));
    }
    requests
}

impl RuleChoice {
    fn rule(self, effect: &str) -> Option<Value> {
        let actions = chosen(self.names.actions(), self.actions);
        let rule = |resources: &[&str]| json!({ "effect": effect, "action": actions, "resource": resources });
        let is_accepted = |rule: &Value| Policy::parse(&json!({ "rule": [rule] })).is_ok();
        let mut resources = chosen(self.names.resources(), self.resources);
        let chosen = rule(&resources);
        if is_accepted(&chosen) {
            return Some(chosen);
        }
        // An action on all resources of a type does not apply to one of them.
        resources.retain(|resource| is_accepted(&rule(&[resource])));
        (!resources.is_empty()).then(|| rule(&resources))
    }
}

fn chosen(names: &[&'static str], bits: u8) -> Vec<&'static str> {
    let names = names.iter().enumerate();
    let named = names.filter(|(index, _)| bits >> index & 1 == 1);
    named.map(|(_, name)| *name).collect()
}

fn rules(choices: &[RuleChoice]) -> Vec<Value> {
    let rule = |choice: &RuleChoice| choice.rule(if choice.is_deny { "Deny" } else { "Allow" });
    choices.iter().take(RULES).filter_map(rule).collect()
}

fn policy(rules: &[Value]) -> (PolicySource, Policy) {
    let policy = Policy::parse(&json!({ "rule": rules })).unwrap();
    (PolicySource::Inline, policy)
}

fn allowed(policies: &Policies) -> Vec<bool> {
    let decisions = REQUESTS.iter().map(|(_, request)| policies.decide(request));
    decisions.map(|decision| decision.allowed).collect()
}

/// A client whose only policy has these rules, and which requests are permitted to it.
struct Client {
    rules: Vec<Value>,
    policies: Policies,
    allowed: Vec<bool>,
}

impl Client {
    fn of(rules: Vec<Value>) -> Self {
        let policies = Policies(vec![policy(&rules)]);
        let allowed = allowed(&policies);
        Self {
            rules,
            policies,
            allowed,
        }
    }

    /// The decisions are those of the reference, and the rules that are said to decide do.
    fn check_decisions(&self) {
        let Self {
            rules, policies, ..
        } = self;
        let reference: Vec<_> = rules.iter().map(Rule::of).collect();
        for (question, request) in REQUESTS.iter() {
            let decision = policies.decide(request);
            let permitted = policy_reference::permit(&reference, question);
            assert_eq!(
                decision.allowed,
                permitted,
                "{question:?}: {}",
                json!(rules)
            );
            let deciding = decision.rule.map(|(_, index)| rules.get(index).unwrap());
            let effect = deciding.and_then(|rule| rule.pointer("/effect")?.as_str());
            assert_eq!(
                decision.allowed,
                effect == Some("Allow"),
                "{question:?}: {}",
                json!(rules)
            );
        }
    }

    fn check_added(&self, deny: Value, place: u8) {
        let mut rules = self.rules.clone();
        rules.insert(usize::from(place) % (rules.len() + 1), deny);
        let denied = Self::of(rules);
        let widened = self.first(&denied.allowed, |before, after| after && !before);
        assert!(
            widened.is_none(),
            "a Deny widens {widened:?}: {}",
            json!(denied.rules)
        );
    }

    /// In another order, and divided between two policies.
    fn check_order(&self, place: u8) {
        let mut rules = self.rules.clone();
        rules.reverse();
        let (first, second) = rules.split_at(usize::from(place) % (rules.len() + 1));
        let policies = Policies([second, first].map(policy).to_vec());
        let differs = self.first(&allowed(&policies), |before, after| before != after);
        assert!(
            differs.is_none(),
            "the order decides {differs:?}: {}",
            json!(rules)
        );
    }

    /// A client that holds everything of another one is permitted everything that the other one is.
    fn check_holding(&self, other: &Self) {
        if self.policies.hold_everything_of(&other.policies) {
            let lacks = self.first(&other.allowed, |own, other| other && !own);
            let (own, other) = (json!(self.rules), json!(other.rules));
            assert!(lacks.is_none(), "{own} lacks {lacks:?} of {other}");
        }
    }

    /// The first request for which the test of two decisions is true.
    fn first(&self, other: &[bool], test: impl Fn(bool, bool) -> bool) -> Option<&Question> {
        let mut both = REQUESTS.iter().zip(self.allowed.iter().zip(other));
        let found = both.find(|(_, (own, other))| test(**own, **other));
        found.map(|((question, _), _)| question)
    }
}

impl Case {
    /// Checks what is promised of every policy.
    pub fn check(&self) {
        let of_both = rules(&self.of_both);
        let one = Client::of([of_both.clone(), rules(&self.of_one)].concat());
        let other = Client::of([of_both, rules(&self.of_other)].concat());
        let none = Client::of(Vec::new());
        if let Some(deny) = self.deny.rule("Deny") {
            one.check_added(deny, self.place);
        }
        one.check_order(self.place);
        one.check_holding(&other);
        other.check_holding(&one);
        none.check_holding(&one);
        let holds_itself = one.policies.hold_everything_of(&one.policies);
        assert!(
            holds_itself,
            "a client lacks what it holds: {}",
            json!(one.rules)
        );
        // After the others, which it would hide: it finds most of what they find.
        one.check_decisions();
        none.check_decisions();
    }
}
