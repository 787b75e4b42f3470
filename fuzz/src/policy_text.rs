//! What is accepted as a policy, and what is said about other documents.

use serde_json::{Value, json};
use shared::model::policy::{
    ActionName, InvalidPolicy, Policies, Policy, PolicySource, Reason, Request, Resources,
};

/// Checks a document, which need not be JSON.
pub fn check(document: &[u8]) {
    let Ok(document) = serde_json::from_slice::<Value>(document) else {
        return;
    };
    match Policy::parse(&document) {
        Ok(policy) => check_accepted(&document, &policy),
        Err(invalid) => check_refused(&document, &invalid),
    }
}

fn alone(policy: Policy) -> Policies {
    Policies(vec![(PolicySource::Inline, policy)])
}

fn check_accepted(document: &Value, policy: &Policy) {
    let written: Value = serde_json::from_str(&document.to_string()).unwrap();
    assert_eq!(Policy::parse(&written).as_ref(), Ok(policy));

    let (policies, nothing) = (alone(policy.clone()), Policies::default());
    assert!(policies.hold_everything_of(&policies));
    assert!(policies.hold_everything_of(&nothing));
    if nothing.hold_everything_of(&policies) {
        assert!(policies.permissions().is_empty());
    }
    let rules = document.pointer("/rule").and_then(Value::as_array).unwrap();
    rules.iter().for_each(check_rule);
}

/// A rule decides about everything that it names.
fn check_rule(rule: &Value) {
    let [actions, resources] = ["/action", "/resource"].map(|pointer| names(rule, pointer));
    let with = |effect| {
        let mut rule = rule.clone();
        *rule.pointer_mut("/effect").unwrap() = json!(effect);
        Policy::parse(&json!({ "rule": [rule] })).unwrap()
    };
    let (allows, mut denies) = (alone(with("Allow")), alone(with("Allow")));
    denies.0.push((PolicySource::Inline, with("Deny")));
    assert!(denies.permissions().is_empty());
    for action in actions.iter().filter(|action| **action != "*") {
        let action = ActionName::parse(action).unwrap();
        assert!(allows.permissions().contains(&action.to_string()));
        for resource in &resources {
            let resource = Resources::parse(resource).unwrap();
            // The rule was accepted, so its actions apply to its resources.
            let request = Request::new(action.clone(), &resource).unwrap();
            assert!(allows.decide(&request).allowed);
            assert!(!denies.decide(&request).allowed);
        }
    }
}

/// The names, of which a rule has one or an array.
fn names<'a>(rule: &'a Value, pointer: &str) -> Vec<&'a str> {
    match rule.pointer(pointer).unwrap() {
        Value::Array(names) => names.iter().map(|name| name.as_str().unwrap()).collect(),
        name => vec![name.as_str().unwrap()],
    }
}

/// The pointer leads to what is wrong; to a member that is missing, from the object that lacks it.
fn check_refused(document: &Value, invalid: &InvalidPolicy) {
    let InvalidPolicy { pointer, reason } = invalid;
    let place = document.pointer(pointer);
    if *reason == Reason::Missing {
        let (parent, _) = pointer.rsplit_once('/').unwrap();
        assert!(place.is_none() && document.pointer(parent).unwrap().is_object());
    } else {
        assert!(place.is_some(), "{pointer}");
    }
}
