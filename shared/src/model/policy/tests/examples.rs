//! The examples of the vendor's documentation, and what its words say.

use serde_json::json;
use uuid::{Uuid, uuid};

use super::{allows, policy, request, with};
use crate::model::policy::{
    Action, IamType, Policies, Policy, PolicyDecision, PolicySource, Request, Resources,
};
use crate::model::{ManagedRole, RoleId};

const ID: Uuid = uuid!("23357fe8-3368-484d-a040-a6e672d59de1");

fn client() -> String {
    format!("IAM:M2MClient:{ID}")
}

const OF_ALL: [&str; 2] = ["IAM:CreateM2MClient", "IAM:ListAllM2MClients"];
const OF_ONE: [&str; 4] = [
    "IAM:GetM2MClient",
    "IAM:UpdateM2MClient",
    "IAM:DeleteM2MClient",
    "IAM:RotateM2MClientSecret",
];

#[test]
fn all_actions_over_all_clients() {
    let policies = with(&json!({ "rule": [
        { "action": "*", "resource": "IAM:M2MClient:*", "effect": "Allow" }
    ] }));
    for action in OF_ALL {
        assert!(allows(&policies, action, "IAM:M2MClient:*"), "{action}");
    }
    for action in OF_ONE {
        assert!(allows(&policies, action, &client()), "{action}");
    }
    assert!(!allows(&policies, "IAM:GetRole", &format!("IAM:Role:{ID}")));
    let names: Vec<String> = policies.permissions().into_iter().collect();
    assert_eq!(
        names,
        [
            "IAM:CreateM2MClient",
            "IAM:DeleteM2MClient",
            "IAM:GetM2MClient",
            "IAM:ListAllM2MClients",
            "IAM:RotateM2MClientSecret",
            "IAM:UpdateM2MClient",
        ]
    );
}

#[test]
fn read_only_permissions_over_all_clients() {
    let policies = with(&json!({ "rule": [{
        "action": ["IAM:ListAllM2MClients", "IAM:GetM2MClient"],
        "resource": "IAM:M2MClient:*",
        "effect": "Allow"
    }] }));
    assert!(allows(&policies, "IAM:ListAllM2MClients", "IAM:M2MClient"));
    assert!(allows(&policies, "IAM:GetM2MClient", &client()));
    assert!(!allows(&policies, "IAM:CreateM2MClient", "IAM:M2MClient"));
    for action in &OF_ONE[1..] {
        assert!(!allows(&policies, action, &client()), "{action}");
    }
}

#[test]
fn an_explicit_deny_of_destructive_actions_wins_over_an_allow() {
    let deny = policy(&json!({ "rule": [{
        "action": ["IAM:DeleteM2MClient", "IAM:RotateM2MClientSecret"],
        "resource": "IAM:M2MClient:*",
        "effect": "Deny"
    }] }));
    let policies = Policies(vec![
        (
            PolicySource::Role(ManagedRole::BuilderAdmin.id().into()),
            Policy::everything(),
        ),
        (PolicySource::Inline, deny),
    ]);
    assert!(allows(&policies, "IAM:UpdateM2MClient", &client()));
    assert!(!allows(&policies, "IAM:DeleteM2MClient", &client()));
    assert!(!allows(&policies, "IAM:RotateM2MClientSecret", &client()));
    assert!(!policies.permissions().contains("IAM:DeleteM2MClient"));
    assert!(policies.permissions().contains("IAM:UpdateM2MClient"));
}

#[test]
fn the_deciding_rule_is_the_first_deny_or_else_the_first_allow() {
    let role = RoleId::new(ID);
    let of_role = policy(&json!({ "rule": [
        { "effect": "Allow", "action": "IAM:GetRole", "resource": "IAM:Role" },
        { "effect": "Allow", "action": "*", "resource": "IAM:Role" }
    ] }));
    let inline = policy(&json!({ "rule": [
        { "effect": "Allow", "action": "FHIR:Read", "resource": "FHIR:Patient" },
        { "effect": "Deny", "action": "*", "resource": format!("IAM:Role:{ID}") }
    ] }));
    let policies = Policies(vec![
        (PolicySource::Role(role.into()), of_role),
        (PolicySource::Inline, inline),
    ]);
    let decide = |action: &str, resource: &str| policies.decide(&request(action, resource));
    let decision = |allowed, rule| PolicyDecision { allowed, rule };
    let first = Some((PolicySource::Role(role.into()), 0));
    let other = format!("IAM:Role:{}", Uuid::nil());
    assert_eq!(decide("IAM:GetRole", &other), decision(true, first));
    let second = Some((PolicySource::Role(role.into()), 1));
    assert_eq!(decide("IAM:UpdateRole", &other), decision(true, second));
    let denied = Some((PolicySource::Inline, 1));
    let own = format!("IAM:Role:{ID}");
    assert_eq!(decide("IAM:GetRole", &own), decision(false, denied));
    assert_eq!(decide("IAM:GetUser", "IAM:User"), decision(false, None));
    // Not every role can be read.
    assert_eq!(decide("IAM:GetRole", "IAM:Role:*"), decision(false, denied));
    // To list or create roles concerns no single one.
    assert_eq!(
        decide("IAM:ListAllRoles", "IAM:Role"),
        decision(true, second)
    );
    assert_eq!(decide("IAM:CreateRole", "IAM:Role"), decision(true, second));
}

#[test]
fn a_wildcard_on_one_resource_has_no_action_on_all_of_them() {
    let policies = with(&json!({ "rule": [
        { "effect": "Allow", "action": "*", "resource": client() }
    ] }));
    for action in OF_ALL {
        assert!(!allows(&policies, action, "IAM:M2MClient"), "{action}");
    }
    for action in OF_ONE {
        assert!(allows(&policies, action, &client()), "{action}");
    }
}

#[test]
fn the_actions_of_another_service_are_stored_and_evaluated() {
    let policies = with(&json!({ "rule": [
        { "effect": "Allow", "action": "FHIR:Read", "resource": "FHIR:Patient:*" },
        { "effect": "Deny", "action": "*", "resource": "FHIR:Patient:vip" }
    ] }));
    assert!(allows(&policies, "FHIR:Read", "FHIR:Patient:1"));
    assert!(!allows(&policies, "FHIR:Read", "FHIR:Patient:vip"));
    assert!(!allows(&policies, "FHIR:Read", "FHIR:Patient:*"));
    assert!(!allows(&policies, "FHIR:Write", "FHIR:Patient:1"));
    assert!(!allows(&policies, "FHIR:Read", "FHIR:Practitioner:1"));
    assert_eq!(
        policies.permissions().into_iter().collect::<Vec<_>>(),
        ["FHIR:Read"]
    );
}

#[test]
fn an_empty_policy_and_no_policy_deny() {
    let empty = with(&json!({ "rule": [] }));
    for policies in [empty, Policies::default()] {
        for action in Action::ALL {
            assert_eq!(
                policies.decide(&Request::of(action, None)),
                PolicyDecision {
                    allowed: false,
                    rule: None
                }
            );
        }
        assert!(policies.permissions().is_empty());
    }
}

#[test]
fn a_policy_of_everything_allows_everything() {
    let all = Policies(vec![(PolicySource::Inline, Policy::everything())]);
    for action in Action::ALL {
        assert!(all.decide(&Request::of(action, None)).allowed);
    }
    assert!(allows(&all, "FHIR:Read", "FHIR:Patient:1"));
    assert_eq!(all.permissions().len(), Action::ALL.len());
    let one = Resources::one(IamType::M2mClient, ID);
    assert_eq!(one, Resources::parse(&client()).unwrap());
}

#[test]
fn a_policy_of_some_actions_allows_these_and_no_other() {
    let reads = [Action::GET_CLIENT, Action::LIST_CLIENTS];
    let policies = Policies(vec![(PolicySource::Inline, Policy::of(&reads))]);
    for action in Action::ALL {
        let expected = reads.contains(&action);
        assert_eq!(
            policies.decide(&Request::of(action, None)).allowed,
            expected
        );
    }
}

/// What is decided, however the policies are written.
#[test]
fn a_list_of_all_actions_holds_a_wildcard_of_one_type_but_not_of_a_service() {
    let allow = |actions: &[&str], resource: &str| {
        with(&json!({ "rule": [
            { "effect": "Allow", "action": actions, "resource": resource }
        ] }))
    };
    let (one, all) = (client(), [&OF_ONE[..], &OF_ALL[..]].concat());
    assert!(allow(&OF_ONE, &one).hold_everything_of(&allow(&["*"], &one)));
    assert!(allow(&OF_ONE, "IAM:M2MClient").hold_everything_of(&allow(&["*"], &one)));
    assert!(allow(&all, "IAM:M2MClient").hold_everything_of(&allow(&["*"], "IAM:M2MClient")));
    assert!(!allow(&OF_ONE, "IAM:M2MClient").hold_everything_of(&allow(&["*"], "IAM:M2MClient")));
    // In doubt: another service may have more actions, and IAM may get more types.
    let fhir = ["FHIR:Read", "FHIR:Write"];
    assert!(!allow(&fhir, "FHIR").hold_everything_of(&allow(&["*"], "FHIR:Patient")));
    assert!(!allow(&all, "IAM:M2MClient").hold_everything_of(&allow(&["*"], "IAM")));
}

#[test]
fn a_deny_of_the_holder_counts_unless_the_other_one_has_it_too() {
    let everything = json!({ "effect": "Allow", "action": "*", "resource": "*" });
    let no_deletion = json!({ "effect": "Deny", "action": "IAM:DeleteM2MClient", "resource": "*" });
    let no_deletion_of_one =
        json!({ "effect": "Deny", "action": "IAM:DeleteM2MClient", "resource": client() });
    let of = |rules: &[&serde_json::Value]| with(&json!({ "rule": rules }));
    let admin = of(&[&everything]);
    let restricted = of(&[&everything, &no_deletion]);
    let less_restricted = of(&[&no_deletion_of_one, &everything]);
    assert!(admin.hold_everything_of(&restricted));
    assert!(!restricted.hold_everything_of(&admin));
    assert!(!restricted.hold_everything_of(&less_restricted));
    assert!(less_restricted.hold_everything_of(&restricted));
}
