//! Tests of access policies.

mod brute_force;
mod changes;
mod examples;
mod grammar;

use serde_json::Value;

use super::{ActionName, Policies, Policy, PolicySource, Request, Resources};

fn policy(policy: &Value) -> Policy {
    Policy::parse(policy).unwrap()
}

/// A client with one policy.
fn with(rules: &Value) -> Policies {
    Policies(vec![(PolicySource::Inline, policy(rules))])
}

fn request(action: &str, resource: &str) -> Request {
    let action = ActionName::parse(action).unwrap();
    Request::new(action, &Resources::parse(resource).unwrap()).unwrap()
}

fn allows(policies: &Policies, action: &str, resource: &str) -> bool {
    policies.decide(&request(action, resource)).allowed
}
