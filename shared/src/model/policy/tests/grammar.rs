//! What is accepted as a policy, and where it is wrong.

use serde_json::{Value, json};

use super::{allows, policy, with};
use crate::model::policy::{Action, IamType, InvalidPolicy, Policy, Reason, Resources};

const ID: &str = "23357fe8-3368-484d-a040-a6e672d59de1";

fn rule(action: &Value, resource: &Value) -> Value {
    json!({ "rule": [{ "effect": "Allow", "action": action, "resource": resource }] })
}

fn refused(policy: &Value, pointer: &str, reason: Reason) {
    let pointer = pointer.to_owned();
    assert_eq!(
        Policy::parse(policy),
        Err(InvalidPolicy { pointer, reason }),
        "{policy}"
    );
}

#[test]
fn trailing_parts_may_be_left_out() {
    let everything = Resources::everything();
    for text in ["*", "*:*", "*:*:*"] {
        assert_eq!(Resources::parse(text), Ok(everything.clone()), "{text}");
    }
    for [short, long] in [
        ["IAM", "IAM:*:*"],
        ["IAM:*", "IAM"],
        ["IAM:Role", "IAM:Role:*"],
        ["FHIR:Patient", "FHIR:Patient:*"],
    ] {
        assert_eq!(Resources::parse(short), Resources::parse(long), "{short}");
    }
}

#[test]
fn one_id_has_one_meaning_however_it_is_spelled() {
    let canonical = Resources::parse(&format!("IAM:Role:{ID}"));
    assert!(canonical.is_ok());
    for id in [ID.to_uppercase(), ID.replace('-', "")] {
        assert_eq!(Resources::parse(&format!("IAM:Role:{id}")), canonical);
    }
}

#[test]
fn app_is_another_spelling_of_iam() {
    let policies = with(&rule(
        &json!("App:RotateM2MClientSecret"),
        &json!("App:M2MClient"),
    ));
    let client = format!("IAM:M2MClient:{ID}");
    assert!(allows(&policies, "IAM:RotateM2MClientSecret", &client));
    assert!(allows(&policies, "App:RotateM2MClientSecret", &client));
    let mixed = rule(&json!("IAM:GetRole"), &json!("App:Role"));
    assert!(Policy::parse(&mixed).is_ok());
}

#[test]
fn nothing_specific_follows_a_wildcard() {
    for text in ["*:Role", "IAM:*:1", "*:*:1", "FHIR:*:1"] {
        assert_eq!(Resources::parse(text), Err(Reason::AfterWildcard), "{text}");
        refused(
            &rule(&json!("*"), &json!(text)),
            "/rule/0/resource",
            Reason::AfterWildcard,
        );
    }
}

#[test]
fn a_malformed_resource_is_refused() {
    for text in [
        "",
        ":",
        "IAM:",
        ":Role",
        "FHIR::1",
        "a:b:c:d",
        "FHIR:Pat ient",
        "FHIR:Pat*",
        "FHIR:\u{e9}",
        "**",
        "a:b:c:*",
        "FHIR:Patient:1\n",
    ] {
        refused(
            &rule(&json!("*"), &json!(text)),
            "/rule/0/resource",
            Reason::Malformed,
        );
    }
}

#[test]
fn an_unknown_type_or_id_of_iam_is_refused() {
    for text in [
        "IAM:Robot",
        "App:Robot:*",
        "IAM:m2mclient",
        &format!("IAM:Robot:{ID}"),
    ] {
        refused(
            &rule(&json!("*"), &json!(text)),
            "/rule/0/resource",
            Reason::UnknownType,
        );
    }
    for id in ["1", "me", "urn:uuid", "23357fe8"] {
        let text = format!("IAM:Role:{id}");
        let reason = if id.contains(':') {
            Reason::Malformed
        } else {
            Reason::NotAnId
        };
        refused(&rule(&json!("*"), &json!(text)), "/rule/0/resource", reason);
    }
}

#[test]
fn a_malformed_or_unknown_action_is_refused() {
    for text in [
        "",
        "Get",
        "IAM:",
        ":Get",
        "FHIR:Re ad",
        "FHIR:*",
        "FHIR:a:b",
        "**",
    ] {
        refused(
            &rule(&json!(text), &json!("*")),
            "/rule/0/action",
            Reason::Malformed,
        );
    }
    for text in ["IAM:Fly", "App:Fly", "IAM:getRole", "IAM:GetRoles"] {
        refused(
            &rule(&json!(text), &json!("*")),
            "/rule/0/action",
            Reason::UnknownAction,
        );
    }
    refused(
        &rule(&json!("IAM:*"), &json!("*")),
        "/rule/0/action",
        Reason::Malformed,
    );
}

#[test]
fn every_action_of_a_rule_applies_to_every_resource() {
    let both = json!(["IAM:GetRole", "IAM:GetM2MClient"]);
    refused(
        &rule(&both, &json!("IAM:Role")),
        "/rule/0/resource",
        Reason::NotApplicable,
    );
    let mixed = json!(["IAM:Role", "FHIR:Patient"]);
    refused(
        &rule(&json!("IAM:GetRole"), &mixed),
        "/rule/0/resource/1",
        Reason::NotApplicable,
    );
    refused(
        &rule(&json!("FHIR:Read"), &json!("IAM:Role")),
        "/rule/0/resource",
        Reason::NotApplicable,
    );
    // Every one of them is among these.
    for resource in ["*", "IAM", "IAM:*"] {
        assert!(
            Policy::parse(&rule(&both, &json!(resource))).is_ok(),
            "{resource}"
        );
    }
}

#[test]
fn an_action_on_all_resources_takes_no_single_one() {
    for action in Action::ALL {
        let name = super::ActionName::Iam(action);
        let is_of_all = name.is_of_all();
        let of = IamType::ALL
            .into_iter()
            .find(|of| action.resources() == Resources::of_type(*of));
        let of = of.unwrap().as_str();
        let single = rule(&json!(name.to_string()), &json!(format!("IAM:{of}:{ID}")));
        assert_eq!(Policy::parse(&single).is_err(), is_of_all, "{name}");
        let all = rule(&json!(name.to_string()), &json!(format!("IAM:{of}:*")));
        assert!(Policy::parse(&all).is_ok(), "{name}");
        let text = name.to_string();
        assert_eq!(
            is_of_all,
            text.starts_with("IAM:Create") || text.starts_with("IAM:ListAll")
        );
    }
}

#[test]
fn the_place_of_each_fault_is_named() {
    let good = json!({ "effect": "Allow", "action": "*", "resource": "*" });
    let with = |name: &str, value: Value| {
        let mut rule = good.clone();
        rule[name] = value;
        json!({ "rule": [good, rule] })
    };
    let without = |name: &str| {
        let mut rule = good.clone();
        rule.as_object_mut().unwrap().remove(name);
        json!({ "rule": [rule] })
    };
    for not_an_object in [json!(null), json!([]), json!("*"), json!(1)] {
        refused(&not_an_object, "", Reason::Not("an object"));
        let rules = json!({ "rule": [not_an_object] });
        refused(&rules, "/rule/0", Reason::Not("an object"));
    }
    refused(&json!({}), "/rule", Reason::Missing);
    refused(
        &json!({ "rule": {} }),
        "/rule",
        Reason::Not("an array of rules"),
    );
    refused(
        &json!({ "rules": [], "rule": [] }),
        "/rules",
        Reason::Unknown,
    );
    refused(
        &json!({ "a/b~": [], "rule": [] }),
        "/a~1b~0",
        Reason::Unknown,
    );
    for name in ["effect", "action", "resource"] {
        refused(&without(name), &format!("/rule/0/{name}"), Reason::Missing);
    }
    refused(
        &with("condition", json!({})),
        "/rule/1/condition",
        Reason::Unknown,
    );
    for effect in [
        json!("allow"),
        json!("ALLOW"),
        json!(true),
        json!(null),
        json!(["Allow"]),
    ] {
        refused(
            &with("effect", effect),
            "/rule/1/effect",
            Reason::Not("Allow or Deny"),
        );
    }
    for name in ["action", "resource"] {
        let pointer = format!("/rule/1/{name}");
        for value in [json!(1), json!(null), json!({})] {
            refused(&with(name, value.clone()), &pointer, Reason::Not("text"));
            let second = format!("{pointer}/1");
            refused(
                &with(name, json!(["*", value])),
                &second,
                Reason::Not("text"),
            );
        }
        refused(&with(name, json!([])), &pointer, Reason::Empty);
        let many = vec!["*"; Policy::NAMES + 1];
        refused(
            &with(name, json!(many)),
            &pointer,
            Reason::MoreThan(Policy::NAMES),
        );
    }
}

#[test]
fn a_policy_has_at_most_100_rules_and_8_kib() {
    let rules = |number: usize, resource: &str| {
        let rule = json!({ "effect": "Deny", "action": "*", "resource": resource });
        json!({ "rule": vec![rule; number] })
    };
    assert_eq!(policy(&rules(100, "*")).rules.len(), 100);
    refused(&rules(101, "*"), "/rule", Reason::MoreThan(100));
    let empty = rules(1, "").to_string().len();
    assert!(Policy::parse(&rules(1, &"a".repeat(Policy::BYTES - empty))).is_ok());
    let large = rules(1, &"a".repeat(Policy::BYTES - empty + 1));
    refused(&large, "", Reason::LargerThan(Policy::BYTES));
}
