//! Reads the functions' roles and their IAM policies. Anything unsupported is an error: a rule that
//! was ignored here would be enforced only in the cloud.

use std::collections::BTreeMap;

use saphyr::YamlOwned as Yaml;

use super::intrinsics::{at, entries, intrinsic, logical_name, one_or_many};
use crate::call::AwsCall;
use crate::start_error::StartError;

/// An IAM statement that allows actions on resources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The actions, such as `dynamodb:GetItem`.
    pub actions: Vec<String>,
    /// The resources by their logical ids: `Table`, `Table/index/by-org`, `SigningKeys`.
    pub resources: Vec<String>,
    /// The condition; a statement without one always applies.
    pub condition: Option<Condition>,
}

/// The condition of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// `dynamodb:LeadingKeys`: the call names partition keys, and each matches one of these
    /// patterns. A `*` at the end matches any text.
    Partitions(Vec<String>),
    /// `kms:ViaService`: this service, such as `dynamodb`, makes the call.
    Via(String),
}

impl Statement {
    /// Whether the statement allows a call.
    #[must_use]
    pub fn allows(&self, call: &AwsCall) -> bool {
        self.actions.contains(&call.action)
            && self.resources.contains(&call.resource)
            && match &self.condition {
                None => true,
                Some(Condition::Partitions(patterns)) => {
                    !call.partitions.is_empty()
                        && call.partitions.iter().all(|partition| {
                            patterns.iter().any(|pattern| matches(partition, pattern))
                        })
                }
                Some(Condition::Via(service)) => call.via.as_ref() == Some(service),
            }
    }
}

fn matches(text: &str, pattern: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => text.starts_with(start),
        None => text == pattern,
    }
}

/// The statements of each role, by the role's logical id.
pub(super) struct ExecutionRoles(BTreeMap<String, Vec<Statement>>);

impl ExecutionRoles {
    /// Reads the roles in a template's resources, including the managed policies attached to them.
    pub(super) fn of(resources: &Yaml) -> Result<Self, StartError> {
        let mut roles = BTreeMap::<String, Vec<Statement>>::new();
        for (id, resource) in entries(resources) {
            let invalid = |reason: String| StartError::Template(format!("{id}: {reason}"));
            let properties = at(resource, &["Properties"]);
            match at(resource, &["Type"]).as_str() {
                Some("AWS::IAM::Role") => {
                    let statements = inline(properties).map_err(invalid)?;
                    roles.entry(id.to_owned()).or_default().extend(statements);
                }
                Some("AWS::IAM::ManagedPolicy") => {
                    let document = at(properties, &["PolicyDocument"]);
                    let allowed = statements(document).map_err(invalid)?;
                    for role in strings(at(properties, &["Roles"])).map_err(invalid)? {
                        let statements = roles.entry(role).or_default();
                        statements.extend(allowed.iter().cloned());
                    }
                }
                Some(kind @ ("AWS::IAM::Policy" | "AWS::IAM::RolePolicy")) => {
                    return Err(invalid(format!("{kind} is not supported")));
                }
                _ => {}
            }
        }
        Ok(Self(roles))
    }

    /// The statements of the role of a function with these properties.
    pub(super) fn statements_of(&self, function: &Yaml) -> Result<Vec<Statement>, String> {
        if !at(function, &["Policies"]).is_null() {
            return Err(
                "Policies is not supported, because SAM adds permissions to it; use Role".into(),
            );
        }
        let role = logical_name(at(function, &["Role"])).ok_or("Role is missing")?;
        let statements = self.0.get(&role).ok_or("its Role is not in the template")?;
        Ok(statements.clone())
    }
}

fn inline(role: &Yaml) -> Result<Vec<Statement>, String> {
    if !at(role, &["ManagedPolicyArns"]).is_null() {
        return Err("policies outside the template are not supported".into());
    }
    let mut all = Vec::new();
    for policy in one_or_many(at(role, &["Policies"])) {
        all.extend(statements(at(policy, &["PolicyDocument"]))?);
    }
    Ok(all)
}

fn statements(document: &Yaml) -> Result<Vec<Statement>, String> {
    let statements = one_or_many(at(document, &["Statement"])).iter();
    statements.map(statement).collect()
}

fn statement(statement: &Yaml) -> Result<Statement, String> {
    const SUPPORTED: [&str; 5] = ["Sid", "Effect", "Action", "Resource", "Condition"];
    if at(statement, &["Effect"]).as_str() != Some("Allow") {
        return Err("only Allow statements are supported".into());
    }
    if let Some((other, _)) = entries(statement).find(|(key, _)| !SUPPORTED.contains(key)) {
        return Err(format!("{other} is not supported in a statement"));
    }
    let actions = strings(at(statement, &["Action"]))?;
    let resources = strings(at(statement, &["Resource"]))?;
    if let Some(wide) = actions.iter().chain(&resources).find(|n| n.contains('*')) {
        return Err(format!("{wide} contains a wildcard"));
    }
    Ok(Statement {
        actions,
        resources,
        condition: condition(at(statement, &["Condition"]))?,
    })
}

/// Reads a condition in one of the two supported forms.
fn condition(condition: &Yaml) -> Result<Option<Condition>, String> {
    const KEYS: &str = "dynamodb:LeadingKeys";
    if condition.is_null() {
        return Ok(None);
    }
    let operators: Vec<_> = entries(condition).map(|(operator, _)| operator).collect();
    match operators.as_slice() {
        // `ForAllValues` is also true if the key is missing; `Null: false` requires the key.
        ["Null", "ForAllValues:StringLike"]
            if at(condition, &["Null", KEYS]).as_str() == Some("false") =>
        {
            let patterns = strings(at(condition, &["ForAllValues:StringLike", KEYS]))?;
            let has_inner_wildcard = |pattern: &String| {
                let start = pattern.strip_suffix('*').unwrap_or(pattern);
                start.contains(['*', '?'])
            };
            if patterns.is_empty() || patterns.iter().any(has_inner_wildcard) {
                return Err(format!("the condition on {KEYS} is not supported"));
            }
            Ok(Some(Condition::Partitions(patterns)))
        }
        ["StringEquals"] => {
            let service = at(condition, &["StringEquals", "kms:ViaService"]);
            let service = intrinsic(service).filter(|(function, _)| *function == "Sub");
            let service = service
                .and_then(|(_, name)| name.as_str()?.strip_suffix(".${AWS::Region}.amazonaws.com"));
            let service = service.ok_or("the condition is not supported")?;
            Ok(Some(Condition::Via(service.to_owned())))
        }
        _ => Err(format!("the condition {operators:?} is not supported")),
    }
}

fn strings(value: &Yaml) -> Result<Vec<String>, String> {
    one_or_many(value)
        .iter()
        .map(|value| logical_name(value).ok_or(format!("{value:?} is not supported here")))
        .collect()
}
