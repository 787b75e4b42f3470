//! The parameters of the template: their declarations, and their values in a deployment.

use std::collections::BTreeMap;

use regex_lite::Regex;
use saphyr::YamlOwned as Yaml;

use super::intrinsics::{at, entries, one_or_many, scalar};
use crate::start_error::StartError;

/// The parameters that a deployment sets. All others have the template's defaults. Names and values
/// are checked when an instance starts.
#[derive(Clone, Debug, Default)]
pub struct TemplateParameters(BTreeMap<String, String>);

impl TemplateParameters {
    /// Sets a parameter, or replaces its value.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers pass literals and numbers"
    )]
    pub fn set(&mut self, name: &str, value: impl ToString) {
        self.0.insert(name.to_owned(), value.to_string());
    }
}

/// The section `Parameters` of a template.
#[derive(Clone, Debug)]
pub(super) struct Declarations(BTreeMap<String, Declaration>);

#[derive(Clone, Debug)]
struct Declaration {
    is_number: bool,
    default: Option<String>,
    /// The allowed values; empty if every value is allowed.
    allowed: Vec<String>,
    /// CloudFormation's patterns are Java regular expressions. The template uses the common part.
    pattern: Option<Regex>,
    /// The requirement of the pattern in words: "must be a number".
    constraint: Option<String>,
    minimum: Option<i64>,
    maximum: Option<i64>,
}

impl Declarations {
    pub(super) fn of(section: &Yaml) -> Result<Self, StartError> {
        let declarations = entries(section).map(|(name, declaration)| {
            let invalid = |reason| StartError::Template(format!("{name}: {reason}"));
            let declaration = Declaration::of(declaration).map_err(invalid)?;
            Ok((name.to_owned(), declaration))
        });
        Ok(Self(declarations.collect::<Result<_, StartError>>()?))
    }

    /// The value of every parameter.
    ///
    /// # Errors
    /// [`StartError::Parameter`] if a parameter is not declared, has neither a value nor a default,
    /// or has a value that its declaration does not allow.
    pub(super) fn values(
        &self,
        set: &TemplateParameters,
    ) -> Result<BTreeMap<String, String>, StartError> {
        for (name, value) in &set.0 {
            self.check(name, value)?;
        }
        let values = self.0.iter().map(|(name, declaration)| {
            let value = set.0.get(name).or(declaration.default.as_ref());
            let value = value.ok_or_else(|| {
                StartError::Parameter(name.clone(), "it requires a value".to_owned())
            })?;
            Ok((name.clone(), value.clone()))
        });
        values.collect()
    }

    /// Checks the value of a parameter.
    ///
    /// # Errors
    /// [`StartError::Parameter`] if the parameter is not declared, or the declaration does not allow
    /// the value.
    pub(super) fn check(&self, name: &str, value: &str) -> Result<(), StartError> {
        let checked = match self.0.get(name) {
            None => Err("the template does not declare it".to_owned()),
            Some(declaration) => declaration.check(value),
        };
        checked.map_err(|reason| StartError::Parameter(name.to_owned(), reason))
    }
}

impl Declaration {
    fn of(declaration: &Yaml) -> Result<Self, String> {
        const SUPPORTED: [&str; 8] = [
            "Type",
            "Default",
            "Description",
            "AllowedValues",
            "AllowedPattern",
            "ConstraintDescription",
            "MinValue",
            "MaxValue",
        ];
        if let Some((other, _)) = entries(declaration).find(|(key, _)| !SUPPORTED.contains(key)) {
            return Err(format!("{other} is not supported in a parameter"));
        }
        let is_number = match at(declaration, &["Type"]).as_str() {
            Some("Number") => true,
            Some("String") => false,
            other => {
                return Err(format!("the type {other:?} is not supported"));
            }
        };
        let allowed = one_or_many(at(declaration, &["AllowedValues"])).iter();
        let bound = |name| declaration.as_mapping_get(name).map(number).transpose();
        Ok(Self {
            is_number,
            default: declaration
                .as_mapping_get("Default")
                .map(scalar)
                .transpose()?,
            allowed: allowed.map(scalar).collect::<Result<_, _>>()?,
            pattern: declaration
                .as_mapping_get("AllowedPattern")
                .map(pattern)
                .transpose()?,
            constraint: declaration
                .as_mapping_get("ConstraintDescription")
                .map(scalar)
                .transpose()?,
            minimum: bound("MinValue")?,
            maximum: bound("MaxValue")?,
        })
    }

    fn check(&self, value: &str) -> Result<(), String> {
        if !self.allowed.is_empty() && !self.allowed.iter().any(|one| one == value) {
            let allowed = self.allowed.join(", ");
            return Err(format!("{value:?} is not one of {allowed}"));
        }
        if let Some(pattern) = &self.pattern
            && !pattern.is_match(value)
        {
            return Err(match &self.constraint {
                Some(constraint) => format!("{value:?} {constraint}"),
                None => format!("{value:?} does not match {pattern}"),
            });
        }
        if !self.is_number {
            return Ok(());
        }
        let number: i64 = value
            .parse()
            .map_err(|_| format!("{value:?} is not a whole number"))?;
        match (self.minimum, self.maximum) {
            (Some(minimum), _) if number < minimum => {
                Err(format!("{value} is less than {minimum}"))
            }
            (_, Some(maximum)) if number > maximum => {
                Err(format!("{value} is greater than {maximum}"))
            }
            _ => Ok(()),
        }
    }
}

fn number(bound: &Yaml) -> Result<i64, String> {
    let number = scalar(bound)?.parse();
    number.map_err(|_| "MinValue and MaxValue must be whole numbers".to_owned())
}

/// The whole value must match the pattern.
fn pattern(pattern: &Yaml) -> Result<Regex, String> {
    let pattern = scalar(pattern)?;
    Regex::new(&format!("^(?:{pattern})$")).map_err(|error| format!("AllowedPattern: {error}"))
}

#[cfg(test)]
mod tests;
