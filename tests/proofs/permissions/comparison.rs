//! Rights beside calls.

use std::collections::BTreeSet;

use local::{Call, Condition, Function, Statement};

/// Calls, each with the binary of the function that made it.
pub(crate) type Calls = BTreeSet<(String, Call)>;

/// The calls, and those that AWS makes with a function's role on its own: Lambda writes the logs,
/// and with a KMS key, DynamoDB and Secrets Manager use it in the function's name.
pub(crate) fn with_what_aws_does(functions: &[Function], mut calls: Calls) -> Calls {
    let call = |action: &str, resource: &str, via: Option<&str>| Call {
        action: action.to_owned(),
        resource: resource.to_owned(),
        partitions: vec![],
        via: via.map(str::to_owned),
    };
    for (function, made) in calls.clone() {
        let (service, operation) = made.action.split_once(':').unwrap();
        // Putting a secret encrypts it under a new data key.
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

/// What is allowed and not done, and what is done and not allowed, in words.
pub(crate) fn differences(functions: &[Function], calls: &Calls) -> Vec<String> {
    let mut differences = Vec::new();
    for function in functions {
        let name = &function.binary;
        let calls: Vec<_> = calls.iter().filter(|(by, _)| by == name).collect();
        let rights: Vec<_> = function.statements.iter().flat_map(single).collect();
        for right in &rights {
            if !calls.iter().any(|(_, call)| right.allows(call)) {
                let right = in_words(right);
                differences.push(format!("{name} may, and never does: {right}"));
            } else if right.resources == ["Table"] && right.condition.is_none() {
                let right = in_words(right);
                differences.push(format!("{name} may in every partition: {right}"));
            }
        }
        for (_, call) in calls {
            if !rights.iter().any(|right| right.allows(call)) {
                let partitions = call.partitions.join(" and ");
                let call = format!("{} on {}, {partitions}", call.action, call.resource);
                differences.push(format!("{name} does, and may not: {call}"));
            }
        }
    }
    differences
}

/// A statement as statements of one action on one resource, in one kind of partition.
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

fn in_words(right: &Statement) -> String {
    let where_to = match &right.condition {
        None => String::new(),
        Some(Condition::Partitions(partitions)) => format!(", {}", partitions.join(" or ")),
        Some(Condition::Via(service)) => format!(", via {service}"),
    };
    let (actions, resources) = (right.actions.join(" or "), right.resources.join(" or "));
    format!("{actions} on {resources}{where_to}")
}
