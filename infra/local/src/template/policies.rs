//! The roles of the functions, and what their policies allow. What is not understood here is an
//! error: a right that is passed over would be enforced in the cloud alone.

use std::collections::BTreeMap;

use saphyr::YamlOwned as Yaml;

use super::intrinsics::{at, entries, intrinsic, logical_name, one_or_many};
use crate::call::Call;
use crate::start_error::StartError;

/// An IAM statement that allows actions on resources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Such as `dynamodb:GetItem`.
    pub actions: Vec<String>,
    /// By logical id: `Table`, `Table/index/by-org`, `SigningKeys`.
    pub resources: Vec<String>,
    /// When it holds; always without one.
    pub condition: Option<Condition>,
}

/// When a statement holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// `dynamodb:LeadingKeys`: the call names partitions, and each is like one of these. A `*` at
    /// the end stands for anything.
    Partitions(Vec<String>),
    /// `kms:ViaService`: the service of this name, such as `dynamodb`, makes the call.
    Via(String),
}

impl Statement {
    /// Whether it allows that call.
    #[must_use]
    pub fn allows(&self, call: &Call) -> bool {
        self.actions.contains(&call.action)
            && self.resources.contains(&call.resource)
            && match &self.condition {
                None => true,
                Some(Condition::Partitions(patterns)) => {
                    !call.partitions.is_empty()
                        && call.partitions.iter().all(|partition| {
                            patterns.iter().any(|pattern| is_like(partition, pattern))
                        })
                }
                Some(Condition::Via(service)) => call.via.as_ref() == Some(service),
            }
    }
}

fn is_like(text: &str, pattern: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => text.starts_with(start),
        None => text == pattern,
    }
}

/// What each role allows, by the role's logical id.
pub(super) struct ExecutionRoles(BTreeMap<String, Vec<Statement>>);

impl ExecutionRoles {
    /// The roles among a template's resources, with the managed policies that name them.
    pub(super) fn of(resources: &Yaml) -> Result<Self, StartError> {
        let mut roles = BTreeMap::<String, Vec<Statement>>::new();
        for (id, resource) in entries(resources) {
            let wrong = |reason: String| StartError::Template(format!("{id}: {reason}"));
            let properties = at(resource, &["Properties"]);
            match at(resource, &["Type"]).as_str() {
                Some("AWS::IAM::Role") => {
                    let statements = inline(properties).map_err(wrong)?;
                    roles.entry(id.to_owned()).or_default().extend(statements);
                }
                Some("AWS::IAM::ManagedPolicy") => {
                    let document = at(properties, &["PolicyDocument"]);
                    let allowed = statements(document).map_err(wrong)?;
                    for role in strings(at(properties, &["Roles"])).map_err(wrong)? {
                        let statements = roles.entry(role).or_default();
                        statements.extend(allowed.iter().cloned());
                    }
                }
                Some(kind @ ("AWS::IAM::Policy" | "AWS::IAM::RolePolicy")) => {
                    return Err(wrong(format!("{kind} is not supported")));
                }
                _ => {}
            }
        }
        Ok(Self(roles))
    }

    /// What a function may do that has these properties.
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
    const UNDERSTOOD: [&str; 5] = ["Sid", "Effect", "Action", "Resource", "Condition"];
    if at(statement, &["Effect"]).as_str() != Some("Allow") {
        return Err("only Allow statements are supported".into());
    }
    if let Some((other, _)) = entries(statement).find(|(key, _)| !UNDERSTOOD.contains(key)) {
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

/// Two forms: the partitions that a call may name, and the service that makes the call.
fn condition(condition: &Yaml) -> Result<Option<Condition>, String> {
    const KEYS: &str = "dynamodb:LeadingKeys";
    if condition.is_null() {
        return Ok(None);
    }
    let operators: Vec<_> = entries(condition).map(|(operator, _)| operator).collect();
    match operators.as_slice() {
        // `ForAllValues` holds where there is no value at all, so that it takes both.
        ["Null", "ForAllValues:StringLike"]
            if at(condition, &["Null", KEYS]).as_str() == Some("false") =>
        {
            let patterns = strings(at(condition, &["ForAllValues:StringLike", KEYS]))?;
            let has_joker_within = |pattern: &String| {
                let start = pattern.strip_suffix('*').unwrap_or(pattern);
                start.contains(['*', '?'])
            };
            if patterns.is_empty() || patterns.iter().any(has_joker_within) {
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
