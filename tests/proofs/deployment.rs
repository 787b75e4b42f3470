//! How `template.yaml` behaves when it is deployed, fails, is deleted and deployed again.
#![expect(clippy::unwrap_used, reason = "tests panic on failure")]

use saphyr::{LoadableYamlNode as _, YamlOwned as Yaml};

use crate::template::{at, resources, template, text};

/// The types whose resources outlive the stack, and their number at least.
const RETAINED: &[(&str, usize)] = &[
    ("AWS::DynamoDB::Table", 1),
    ("AWS::SecretsManager::Secret", 3),
    ("AWS::SecretsManager::ResourcePolicy", 2),
    ("AWS::Logs::LogGroup", 12),
];

/// Type, the property with the name of its resources, and the longest name that AWS accepts.
const NAMES: &[(&str, &str, usize)] = &[
    ("AWS::Logs::LogGroup", "LogGroupName", 512),
    ("AWS::CloudWatch::Dashboard", "DashboardName", 255),
    (
        "AWS::CloudFront::CachePolicy",
        "CachePolicyConfig/Name",
        128,
    ),
];

/// Properties by which CloudFormation resources are named, as far as the templates could use them.
/// Without them, CloudFormation generates a unique name of at most the permitted length.
const NAMING: &[&str] = &[
    "AlarmName",
    "CachePolicyConfig/Name",
    "DashboardName",
    "FunctionName",
    "LogGroupName",
    "ManagedPolicyName",
    "Name",
    "RoleName",
    "TableName",
    "TopicName",
];

fn parse(text: &str) -> Yaml {
    Yaml::load_from_str(text).unwrap().remove(0)
}

/// A failed first deployment deletes what it created, so that it does not block the next one.
#[test]
fn tables_secrets_and_logs_survive_the_stack_but_not_a_failed_first_deployment() {
    let template = template();
    for (kind, at_least) in RETAINED {
        let resources = resources(&template, kind);
        assert!(resources.len() >= *at_least, "{kind}");
        for (id, resource) in resources {
            let policy = |name| text(at(resource, name));
            assert_eq!(policy("DeletionPolicy"), "RetainExceptOnCreate", "{id}");
            assert_eq!(policy("UpdateReplacePolicy"), "Retain", "{id}");
        }
    }
}

#[test]
fn every_log_group_has_the_retention_and_the_key_of_the_parameters() {
    let template = template();
    for (id, logs) in resources(&template, "AWS::Logs::LogGroup") {
        assert_eq!(
            text(at(logs, "Properties/RetentionInDays")),
            "!Ref LogRetentionDays",
            "{id}"
        );
        assert_eq!(
            text(at(logs, "Properties/KmsKeyId")),
            "!If [HasKmsKey, !Ref KmsKeyArn, !Ref AWS::NoValue]",
            "{id}"
        );
    }
}

/// For another log group, API Gateway adds a statement to the account's resource policy for logs,
/// which is limited to 5,120 characters.
#[test]
fn the_access_log_is_in_a_group_for_vended_logs() {
    let template = template();
    let destination = "Resources/Api/Properties/AccessLogSettings/DestinationArn";
    assert_eq!(text(at(&template, destination)), "!GetAtt ApiLogs.Arn");
    let name = text(at(&template, "Resources/ApiLogs/Properties/LogGroupName"));
    assert!(name.starts_with("!Join [/, [/aws/vendedlogs/"), "{name}");
}

#[test]
fn only_lambda_assumes_a_role_and_every_role_has_the_permissions_boundary() {
    let template = template();
    let functions = resources(&template, "AWS::Serverless::Function");
    let roles = resources(&template, "AWS::IAM::Role");
    assert_eq!(roles.len(), functions.len());
    for (id, role) in roles {
        assert_eq!(
            text(at(role, "Properties/AssumeRolePolicyDocument")),
            "{Version: 2012-10-17, Statement: [{Effect: Allow, \
             Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}]}",
            "{id}"
        );
        assert_eq!(
            text(at(role, "Properties/PermissionsBoundary")),
            "!If [HasPermissionsBoundary, !Ref PermissionsBoundary, !Ref AWS::NoValue]",
            "{id}"
        );
    }
    // SAM creates a role for a function that has none.
    for (id, function) in functions {
        let role = text(at(function, "Properties/Role"));
        assert!(role.starts_with("!GetAtt "), "{id}: {role}");
    }
}

/// Callers choose the names of their sessions, their `User-Agent` and `Referer`, and the tags of
/// their sessions.
#[test]
fn no_exemption_from_a_policy_of_a_secret_depends_on_a_value_that_callers_choose() {
    const NOT_CHOSEN: [&str; 2] = ["aws:PrincipalArn", "aws:CalledVia"];
    let template = template();
    for (id, policy) in resources(&template, "AWS::SecretsManager::ResourcePolicy") {
        let statements = at(policy, "Properties/ResourcePolicy/Statement");
        let statements = statements.as_sequence().unwrap();
        assert_eq!(statements.len(), 2, "{id}");
        for statement in statements {
            let condition = at(statement, "Condition").as_mapping().unwrap();
            for (operator, keys) in condition.iter() {
                for (key, _) in keys.as_mapping().unwrap().iter() {
                    let (operator, key) = (text(operator), text(key));
                    assert!(
                        NOT_CHOSEN.contains(&key.as_str()),
                        "{id}: {operator}: {key}"
                    );
                }
            }
        }
    }
    // A wildcard would exempt more than one role.
    for (parameter, kind) in [("DeployerArn", "(role|user)"), ("ServiceRoleArn", "role")] {
        let pattern = text(at(
            &template,
            &format!("Parameters/{parameter}/AllowedPattern"),
        ));
        let expected = format!("^(arn:aws[a-z-]*:iam::[0-9]{{12}}:{kind}/[A-Za-z0-9+=,.@_/-]+)?$");
        assert_eq!(pattern, expected, "{parameter}");
    }
}

/// The length of a name for the longest name of a stack, or a little more.
fn longest(name: &str) -> usize {
    name.replace("!Ref AWS::StackName", &"s".repeat(128))
        .replace("${AWS::StackName}", &"s".repeat(128))
        .replace("${AWS::Region}", &"r".repeat(16))
        .replace(
            "!Select [2, !Split [/, !Ref AWS::StackId]]",
            &"i".repeat(36),
        )
        .len()
}

#[test]
fn every_name_fits_and_is_unique_whatever_the_name_of_the_stack() {
    for file in [
        include_str!("../../template.yaml"),
        include_str!("../../infra/front.yaml"),
        include_str!("../../infra/budget.yaml"),
    ] {
        let template = parse(file);
        for (id, resource) in at(&template, "Resources").as_mapping().unwrap().iter() {
            let (id, kind) = (text(id), text(at(resource, "Type")));
            for property in NAMING {
                let name = text(at(resource, &format!("Properties/{property}")));
                // A reference is no name, and an alias record has the name of the domain.
                if name == "null" || name.starts_with("!Ref ") {
                    continue;
                }
                let limit = NAMES
                    .iter()
                    .find(|(of, at, _)| of == &kind && at == property);
                let (.., limit) = limit.unwrap_or_else(|| panic!("{id} {property}: {name}"));
                assert!(longest(&name) <= *limit, "{id}: {name}");
                // The name of a stack is free again when the stack is deleted.
                let is_retained = RETAINED.iter().any(|(retained, _)| *retained == kind);
                let unique = name.contains("AWS::StackId")
                    || (!is_retained && name.contains("AWS::StackName"));
                assert!(unique, "{id}: {name}");
            }
        }
    }
}

/// A metric's namespace has at most 255 characters.
#[test]
fn the_namespace_of_the_metrics_fits_whatever_the_name_of_the_stack() {
    let path = "Globals/Function/Environment/Variables/METRICS_NAMESPACE";
    let namespace = text(at(&template(), path));
    assert_eq!(
        namespace,
        "!If [IsMonitored, !Sub Latchkey/${AWS::StackName}, ]"
    );
    assert!(longest(&namespace) <= 255);
}

/// CloudFormation imports a resource as `infra/adopt.yaml` describes it. A difference would change
/// the resource at the next deployment.
#[test]
fn the_adopted_resources_are_those_of_the_template() {
    let (template, adopted) = (template(), parse(include_str!("../../infra/adopt.yaml")));
    let mut imported = 0;
    for kind in ["AWS::DynamoDB::Table", "AWS::SecretsManager::Secret"] {
        for (id, resource) in resources(&template, kind) {
            let adopted = at(&adopted, &format!("Resources/{id}"));
            assert_eq!(text(adopted), text(resource), "{id}");
            imported += 1;
        }
    }
    let all = at(&adopted, "Resources").as_mapping().unwrap();
    assert_eq!(all.len(), imported);
    for section in ["Conditions", "Parameters"] {
        for (name, adopted) in at(&adopted, section).as_mapping().unwrap().iter() {
            let of_template = at(&template, &format!("{section}/{}", text(name)));
            if section == "Conditions" {
                assert_eq!(text(adopted), text(of_template), "{}", text(name));
            } else {
                let default = |parameter| text(at(parameter, "Default"));
                assert_eq!(default(adopted), default(of_template), "{}", text(name));
            }
        }
    }
}

/// `sam deploy --guided` asks for the parameters in the order of the template, except for those that
/// `samconfig.toml` answers.
#[test]
fn a_guided_deployment_asks_first_where_to_send_alarms() {
    let template = template();
    let parameters = at(&template, "Parameters").as_mapping().unwrap();
    assert_eq!(text(parameters.iter().next().unwrap().0), "AlarmTopic");
    assert!(!include_str!("../../samconfig.toml").contains("parameter_overrides"));
}
