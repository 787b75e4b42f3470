//! Evaluates CloudFormation expressions for one deployment. An unsupported expression is an error:
//! otherwise a function would run locally with a different value than in the cloud.

use std::collections::BTreeMap;

use saphyr::YamlOwned as Yaml;

use super::intrinsics::{at, intrinsic, scalar};

/// The values that expressions can refer to.
pub(super) struct Scope<'a> {
    /// The value of every parameter.
    pub(super) parameters: BTreeMap<String, String>,
    /// The section `Conditions`.
    pub(super) conditions: &'a Yaml,
    /// The local names of resources, by logical id.
    pub(super) resources: BTreeMap<&'a str, &'a str>,
    /// The pseudo parameter `AWS::StackName`.
    pub(super) stack_name: &'a str,
    /// The pseudo parameter `AWS::Region`.
    pub(super) region: &'a str,
}

impl Scope<'_> {
    /// The value of an expression; `None` for `AWS::NoValue`.
    ///
    /// # Errors
    /// The unsupported part, in words.
    pub(super) fn value(&self, expression: &Yaml) -> Result<Option<String>, String> {
        let Some((function, argument)) = intrinsic(expression) else {
            return scalar(expression).map(Some);
        };
        match function {
            "Ref" => self.reference(&scalar(argument)?),
            "Sub" => self.substitute(&scalar(argument)?).map(Some),
            "If" => {
                let [condition, yes, no] = arguments(function, argument)?;
                let condition = self.condition(&scalar(condition)?)?;
                self.value(if condition { yes } else { no })
            }
            other => Err(format!("!{other} is not supported in a value")),
        }
    }

    /// The value of a named condition.
    fn condition(&self, name: &str) -> Result<bool, String> {
        match at(self.conditions, &[name]) {
            condition if condition.is_null() => Err(format!("unknown condition {name}")),
            condition => self.is_true(condition),
        }
    }

    fn is_true(&self, condition: &Yaml) -> Result<bool, String> {
        let Some((function, argument)) = intrinsic(condition) else {
            return Err(format!("{condition:?} is not supported as a condition"));
        };
        match function {
            "Equals" => {
                let [one, other] = arguments(function, argument)?;
                Ok(self.value(one)? == self.value(other)?)
            }
            "Not" => {
                let [condition] = arguments(function, argument)?;
                Ok(!self.is_true(condition)?)
            }
            other => Err(format!("!{other} is not supported in a condition")),
        }
    }

    fn reference(&self, name: &str) -> Result<Option<String>, String> {
        let value = match name {
            "AWS::NoValue" => return Ok(None),
            "AWS::StackName" => Some(self.stack_name),
            "AWS::Region" => Some(self.region),
            _ => {
                let parameter = self.parameters.get(name).map(String::as_str);
                parameter.or_else(|| self.resources.get(name).copied())
            }
        };
        let value = value.ok_or_else(|| format!("{name} has no local value"))?;
        Ok(Some(value.to_owned()))
    }

    /// Replaces each `${Name}` by its value, and `${!Name}` by the literal `${Name}`.
    fn substitute(&self, text: &str) -> Result<String, String> {
        let mut result = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, remainder) = after
                .split_once('}')
                .ok_or_else(|| format!("{text:?} has an unclosed ${{"))?;
            result.push_str(before);
            if let Some(literal) = name.strip_prefix('!') {
                result.push_str(&format!("${{{literal}}}"));
            } else {
                let value = self.reference(name)?;
                result.push_str(&value.ok_or("!Sub requires a value")?);
            }
            rest = remainder;
        }
        result.push_str(rest);
        Ok(result)
    }
}

fn arguments<'a, const N: usize>(
    function: &str,
    argument: &'a Yaml,
) -> Result<&'a [Yaml; N], String> {
    let arguments = argument.as_sequence();
    let arguments = arguments.and_then(|list| list.as_slice().try_into().ok());
    arguments.ok_or_else(|| format!("!{function} requires a list of {N} items"))
}

#[cfg(test)]
mod tests;
