//! Properties of random policies, compared with every request of a small universe.
//!
//! The universe has names that rules use, and for each part of a name one that no rule uses, which stands for all
//! others.

use fastrand::Rng;
use serde_json::{Value, json};

use super::{ActionName, policy, with};
use crate::model::policy::{Action, IamType, Policies, Policy, PolicySource, Request, Resources};

const IDS: [&str; 3] = [
    "00000000-0000-0000-0000-00000000000a",
    "00000000-0000-0000-0000-00000000000b",
    // In no rule.
    "00000000-0000-0000-0000-00000000000c",
];

/// The actions of another service. No rule has the last one.
const OTHERS: [&str; 3] = ["FHIR:Read", "FHIR:Write", "FHIR:Other"];

fn resources() -> Vec<Resources> {
    let mut texts = Vec::new();
    for of in ["M2MClient", "Role"] {
        texts.push(format!("IAM:{of}"));
        texts.extend(IDS.map(|id| format!("IAM:{of}:{id}")));
    }
    texts.push("FHIR".to_owned());
    for of in ["Patient", "Practitioner", "Other"] {
        texts.push(format!("FHIR:{of}"));
        texts.extend(["a", "b", "c"].map(|id| format!("FHIR:{of}:{id}")));
    }
    texts.push("Z3:bucket:object".to_owned());
    texts
        .iter()
        .map(|text| Resources::parse(text).unwrap())
        .collect()
}

/// Every request.
pub(super) fn universe() -> Vec<Request> {
    let own = Action::ALL.into_iter();
    let own = own.filter(|action| {
        [IamType::M2mClient, IamType::Role]
            .map(Resources::of_type)
            .contains(&action.resources())
    });
    let others = OTHERS.into_iter().chain(["Z3:Get"]);
    let others = others.map(|action| ActionName::parse(action).unwrap());
    let actions: Vec<_> = own.map(ActionName::Iam).chain(others).collect();
    let resources = resources();
    let mut requests = Vec::new();
    for action in &actions {
        for resource in &resources {
            requests.extend(Request::new(action.clone(), resource));
        }
    }
    requests
}

fn some<'a>(random: &mut Rng, from: &[&'a str]) -> Vec<&'a str> {
    let number = random.usize(1..=2);
    (0..number).map(|_| *random.choice(from).unwrap()).collect()
}

/// A random rule.
fn rule(random: &mut Rng, effects: &[&str]) -> Value {
    const OWN: [&str; 7] = [
        "*",
        "IAM:CreateM2MClient",
        "IAM:GetM2MClient",
        "IAM:UpdateM2MClient",
        "IAM:ListAllRoles",
        "IAM:GetRole",
        "IAM:UpdateRole",
    ];
    const OWN_RESOURCES: [&str; 8] = [
        "*",
        "IAM",
        "IAM:M2MClient",
        "IAM:M2MClient:00000000-0000-0000-0000-00000000000a",
        "IAM:M2MClient:00000000-0000-0000-0000-00000000000b",
        "IAM:Role",
        "IAM:Role:00000000-0000-0000-0000-00000000000a",
        "IAM:Role:00000000-0000-0000-0000-00000000000b",
    ];
    const OTHER: [&str; 3] = ["*", "FHIR:Read", "FHIR:Write"];
    const OTHER_RESOURCES: [&str; 7] = [
        "*",
        "FHIR",
        "FHIR:Patient",
        "FHIR:Patient:a",
        "FHIR:Patient:b",
        "FHIR:Practitioner",
        "FHIR:Practitioner:a",
    ];
    loop {
        let (actions, resources) = if random.bool() {
            (some(random, &OWN), some(random, &OWN_RESOURCES))
        } else {
            (some(random, &OTHER), some(random, &OTHER_RESOURCES))
        };
        let effect = random.choice(effects).unwrap();
        let rule = json!({ "effect": effect, "action": actions, "resource": resources });
        if Policy::parse(&json!({ "rule": [rule] })).is_ok() {
            return rule;
        }
    }
}

pub(super) fn rules(random: &mut Rng) -> Vec<Value> {
    let number = random.usize(0..=4);
    (0..number)
        .map(|_| rule(random, &["Allow", "Allow", "Deny"]))
        .collect()
}

pub(super) fn one(rules: &[Value]) -> Policies {
    with(&json!({ "rule": rules }))
}

pub(super) fn allowed(policies: &Policies, universe: &[Request]) -> Vec<bool> {
    let decisions = universe
        .iter()
        .map(|request| policies.decide(request).allowed);
    decisions.collect()
}

pub(super) const CASES: u64 = 2_000;

#[test]
fn a_deny_that_is_added_never_widens() {
    let universe = universe();
    for seed in 0..CASES {
        let mut random = Rng::with_seed(seed);
        let mut rules = rules(&mut random);
        let before = allowed(&one(&rules), &universe);
        let place = random.usize(0..=rules.len());
        rules.insert(place, rule(&mut random, &["Deny"]));
        let after = allowed(&one(&rules), &universe);
        let mut pairs = before.iter().zip(&after);
        assert!(
            pairs.all(|(before, after)| before >= after),
            "{seed}: {rules:?}"
        );
    }
}

#[test]
fn the_order_of_rules_and_policies_never_matters() {
    let universe = universe();
    for seed in 0..CASES {
        let mut random = Rng::with_seed(seed);
        let mut rules = [rules(&mut random), rules(&mut random)].concat();
        let before = allowed(&one(&rules), &universe);
        random.shuffle(&mut rules);
        let (first, second) = rules.split_at(rules.len() / 2);
        let policies = [second, first].map(|rules| policy(&json!({ "rule": rules })));
        let policies = policies.map(|policy| (PolicySource::Inline, policy));
        let apart = Policies(policies.to_vec());
        assert_eq!(allowed(&apart, &universe), before, "{seed}: {rules:?}");
    }
}

#[test]
fn who_holds_everything_is_permitted_every_request_of_the_other() {
    let universe = universe();
    let (mut held, mut refused_in_doubt) = (0, 0);
    for seed in 0..5 * CASES {
        let mut random = Rng::with_seed(seed);
        let other = rules(&mut random);
        // Policies with much in common, so that both answers occur.
        let mut holder = rules(&mut random);
        holder.extend(other.iter().filter(|_| random.u8(..) < 230).cloned());
        let (one, two) = (one(&holder), one(&other));
        let pairs = allowed(&one, &universe);
        let includes = pairs
            .iter()
            .zip(allowed(&two, &universe))
            .all(|(one, two)| *one >= two);
        if one.hold_everything_of(&two) {
            held += 1;
            assert!(includes, "{seed}: {holder:?} does not hold {other:?}");
        } else if includes {
            refused_in_doubt += 1;
        }
    }
    // The answer is no in doubt, but only seldom.
    assert!(held > 1_250, "{held}");
    assert!(refused_in_doubt * 20 < held, "{refused_in_doubt} of {held}");
}

#[test]
fn every_client_holds_what_it_holds() {
    for seed in 0..CASES {
        let mut random = Rng::with_seed(seed);
        let mut rules = rules(&mut random);
        let policies = one(&rules);
        assert!(policies.hold_everything_of(&policies), "{rules:?}");
        assert!(policies.hold_everything_of(&Policies::default()));
        // More Allows hold it, too, and so do fewer Denies.
        let added = rule(&mut random, &["Allow"]);
        let more = one(&[rules.clone(), vec![added]].concat());
        assert!(more.hold_everything_of(&policies), "{rules:?}");
        rules.retain(|rule| rule["effect"] == "Allow");
        assert!(one(&rules).hold_everything_of(&policies), "{rules:?}");
    }
}

#[test]
fn permissions_are_the_actions_that_are_allowed_on_some_resource() {
    let universe = universe();
    for seed in 0..CASES {
        let rules = rules(&mut Rng::with_seed(seed));
        let policies = one(&rules);
        let named = policies.permissions();
        for action in Action::ALL.into_iter().map(ActionName::Iam) {
            let mut of_action = universe.iter().filter(|request| request.action == action);
            if of_action.clone().next().is_some() {
                let is_allowed = of_action.any(|request| policies.decide(request).allowed);
                assert_eq!(
                    named.contains(&action.to_string()),
                    is_allowed,
                    "{action}: {rules:?}"
                );
            }
        }
    }
}
