//! Compares permissions with calls.

use std::collections::BTreeSet;

use local::{AwsCall, Condition, FunctionResource, Statement};

/// Calls, each with the binary of the calling function.
pub(crate) type Calls = BTreeSet<(String, AwsCall)>;

/// Adds the calls that AWS makes with a function's role. Lambda writes the logs. With a KMS key,
/// DynamoDB and Secrets Manager call KMS on behalf of the function.
pub(crate) fn with_calls_by_aws(functions: &[FunctionResource], mut calls: Calls) -> Calls {
    let call = |action: &str, resource: &str, via: Option<&str>| AwsCall {
        action: action.to_owned(),
        resource: resource.to_owned(),
        partitions: vec![],
        via: via.map(str::to_owned),
    };
    for (function, made) in calls.clone() {
        let (service, operation) = made.action.split_once(':').unwrap();
        // `PutSecretValue` encrypts the secret under a new data key.
        let keys: &[&str] = match operation {
            "DescribeSecret" | "UpdateSecretVersionStage" => &[],
            "PutSecretValue" => &["kms:Decrypt", "kms:GenerateDataKey"],
            _ => &["kms:Decrypt"],
        };
        for action in keys {
            calls.insert((function.clone(), call(action, "KmsKeyArn", Some(service))));
        }
    }
    for function in functions {
        for action in ["logs:CreateLogStream", "logs:PutLogEvents"] {
            let group = function.log_group.as_deref().unwrap();
            calls.insert((function.binary.clone(), call(action, group, None)));
        }
    }
    calls
}

/// Describes each unused permission, each missing one, and each one not limited to partitions.
pub(crate) fn differences(functions: &[FunctionResource], calls: &Calls) -> Vec<String> {
    let mut differences = Vec::new();
    for function in functions {
        let name = &function.binary;
        let calls: Vec<_> = calls.iter().filter(|(by, _)| by == name).collect();
        let permissions: Vec<_> = function.statements.iter().flat_map(single).collect();
        for permission in &permissions {
            let is_used =
                |call: &AwsCall| in_one_partition(call).any(|call| permission.allows(&call));
            if !calls.iter().any(|(_, call)| is_used(call)) {
                let permission = describe(permission);
                differences.push(format!("{name} has an unused permission: {permission}"));
            } else if permission.resources == ["Table"] && permission.condition.is_none() {
                let permission = describe(permission);
                differences.push(format!(
                    "{name} has a permission for all partitions: {permission}"
                ));
            }
        }
        for (_, call) in calls {
            if !function
                .statements
                .iter()
                .any(|statement| statement.allows(call))
            {
                let partitions = call.partitions.join(" and ");
                let call = format!("{} on {}, {partitions}", call.action, call.resource);
                differences.push(format!("{name} lacks a permission: {call}"));
            }
        }
    }
    differences
}

/// The call, once for each of its partitions.
fn in_one_partition(call: &AwsCall) -> impl Iterator<Item = AwsCall> {
    let of = |partitions| AwsCall {
        partitions,
        ..call.clone()
    };
    let partitions = call.partitions.iter().map(move |one| of(vec![one.clone()]));
    let without = call.partitions.is_empty().then(|| of(vec![]));
    partitions.chain(without)
}

/// Splits a statement into statements with one action, one resource and one partition pattern each.
fn single(statement: &Statement) -> Vec<Statement> {
    let conditions = match &statement.condition {
        Some(Condition::Partitions(patterns)) => patterns
            .iter()
            .map(|pattern| Some(Condition::Partitions(vec![pattern.clone()])))
            .collect(),
        other => vec![other.clone()],
    };
    let mut all = Vec::new();
    for action in &statement.actions {
        for resource in &statement.resources {
            all.extend(conditions.iter().map(|condition| Statement {
                actions: vec![action.clone()],
                resources: vec![resource.clone()],
                condition: condition.clone(),
            }));
        }
    }
    all
}

fn describe(permission: &Statement) -> String {
    let scope = match &permission.condition {
        None => String::new(),
        Some(Condition::Partitions(partitions)) => format!(", {}", partitions.join(" or ")),
        Some(Condition::Via(service)) => format!(", via {service}"),
    };
    let (actions, resources) = (
        permission.actions.join(" or "),
        permission.resources.join(" or "),
    );
    format!("{actions} on {resources}{scope}")
}
