//! What `template.yaml` says: the one description of functions, routes, rights, tables and secrets.

mod expressions;
mod intrinsics;
mod parameters;
mod policies;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use saphyr::YamlOwned as Yaml;
use serde_json::Value as Json;

use crate::start_error::StartError;
use expressions::Scope;
use parameters::Declarations;
use policies::ExecutionRoles;

pub use parameters::Parameters;
pub use policies::{Condition, Statement};

/// The stack, as the template that deploys it describes it.
#[derive(Clone, Debug)]
pub struct Template {
    /// Every Lambda function.
    pub functions: Vec<Function>,
    /// Which functions rotate which secrets.
    pub rotations: Vec<Rotation>,
    /// Everything else that it deploys.
    pub(crate) resources: Vec<Resource>,
    parameters: Declarations,
    conditions: Yaml,
}

/// An `AWS::Serverless::Function`.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its binary, which is also the name of its crate: `create-client`.
    pub binary: String,
    /// The requests that the API hands to it.
    pub routes: Vec<Route>,
    /// Its environment variables, those that all functions have included, as expressions.
    variables: BTreeMap<String, Yaml>,
    /// The logical id of the log group that it writes to.
    pub log_group: Option<String>,
    /// What its role may do.
    pub statements: Vec<Statement>,
}

/// A method and a path of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// An HTTP method, or `ANY`.
    pub method: String,
    /// A path whose segments may be parameters: `/auth/roles/{id}`.
    pub path: String,
}

/// An `AWS::SecretsManager::RotationSchedule`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotation {
    /// The secret's logical id.
    pub secret: String,
    /// The binary of the function that rotates it.
    pub binary: String,
}

/// A resource that is neither a function nor a schedule.
#[derive(Clone, Debug)]
pub(crate) struct Resource {
    /// Its key in the template.
    pub(crate) logical_id: String,
    /// Such as `AWS::DynamoDB::Table`.
    pub(crate) kind: String,
    properties: Yaml,
}

impl Resource {
    /// A property; `None` when the template does not set it.
    ///
    /// # Errors
    /// [`StartError::Template`] when JSON cannot express it.
    pub(crate) fn property(&self, name: &str) -> Result<Option<Json>, StartError> {
        let property = self.properties.as_mapping_get(name).map(intrinsics::json);
        property
            .transpose()
            .map_err(|error| StartError::Template(format!("{}: {name}: {error}", self.logical_id)))
    }
}

/// One deployment of the template.
pub(crate) struct Deployment<'a> {
    /// What is set other than by default.
    pub(crate) parameters: &'a Parameters,
    /// The pseudo parameter `AWS::StackName`.
    pub(crate) stack_name: &'a str,
    /// The pseudo parameter `AWS::Region`.
    pub(crate) region: &'a str,
    /// The local names of resources, by logical id.
    pub(crate) resources: BTreeMap<&'a str, &'a str>,
}

impl Template {
    /// The template that this program was built with.
    ///
    /// # Errors
    /// [`StartError::Template`] when it holds something that is not understood here.
    pub fn built_in() -> Result<Self, StartError> {
        // Tests start hundreds of stacks in a process.
        static PARSED: OnceLock<Template> = OnceLock::new();
        if let Some(parsed) = PARSED.get() {
            return Ok(parsed.clone());
        }
        let parsed = Self::parse(include_str!("../../../template.yaml"))?;
        Ok(PARSED.get_or_init(|| parsed).clone())
    }

    /// Reads a SAM template.
    ///
    /// # Errors
    /// [`StartError::Template`] when it is not YAML or holds something that is not understood here.
    pub fn parse(text: &str) -> Result<Self, StartError> {
        let document = intrinsics::document(text).map_err(StartError::Template)?;
        let parameters = Declarations::of(intrinsics::at(&document, &["Parameters"]))?;
        let variables_of_all = variables(intrinsics::at(&document, &["Globals", "Function"]));
        let resources = intrinsics::at(&document, &["Resources"]);
        let roles = ExecutionRoles::of(resources)?;
        let mut template = Self {
            functions: Vec::new(),
            rotations: Vec::new(),
            resources: Vec::new(),
            parameters,
            conditions: intrinsics::at(&document, &["Conditions"]).clone(),
        };
        for (id, resource) in intrinsics::entries(resources) {
            match intrinsics::at(resource, &["Type"]).as_str() {
                Some("AWS::Serverless::Function") => {
                    let function = function(resource, &variables_of_all, &roles)
                        .map_err(|reason| StartError::Template(format!("{id}: {reason}")))?;
                    template.functions.push(function);
                }
                Some("AWS::SecretsManager::RotationSchedule") => {
                    let rotation = rotation(&document, resource).ok_or_else(|| {
                        StartError::Template(format!(
                            "{id}: the secret or the rotation function is not specified"
                        ))
                    })?;
                    template.rotations.push(rotation);
                }
                Some(kind) => template.resources.push(Resource {
                    logical_id: id.to_owned(),
                    kind: kind.to_owned(),
                    properties: intrinsics::at(resource, &["Properties"]).clone(),
                }),
                None => return Err(StartError::Template(format!("{id}: Type is missing"))),
            }
        }
        Ok(template)
    }

    /// The environment variables of every function in a deployment, by the function's binary. A
    /// variable whose value is `AWS::NoValue` is left out.
    ///
    /// # Errors
    /// [`StartError::Parameter`] when a parameter cannot be set so, [`StartError::Variable`] when
    /// an expression is not understood.
    pub(crate) fn variables(
        &self,
        deployment: Deployment<'_>,
    ) -> Result<BTreeMap<String, BTreeMap<String, String>>, StartError> {
        let scope = Scope {
            parameters: self.parameters.values(deployment.parameters)?,
            conditions: &self.conditions,
            resources: deployment.resources,
            stack_name: deployment.stack_name,
            region: deployment.region,
        };
        let of_function = |function: &Function| {
            let values = function.variables.iter().map(|(name, expression)| {
                let value = scope.value(expression).map_err(|reason| {
                    StartError::Variable(function.binary.clone(), name.clone(), reason)
                })?;
                Ok(value.map(|value| (name.clone(), value)))
            });
            let values = values.filter_map(Result::transpose);
            Ok((function.binary.clone(), values.collect::<Result<_, _>>()?))
        };
        self.functions.iter().map(of_function).collect()
    }
}

fn function(
    resource: &Yaml,
    variables_of_all: &BTreeMap<String, Yaml>,
    roles: &ExecutionRoles,
) -> Result<Function, String> {
    let properties = intrinsics::at(resource, &["Properties"]);
    let binary = intrinsics::at(resource, &["Metadata", "BuildProperties", "Binary"])
        .as_str()
        .ok_or("Metadata.BuildProperties.Binary is missing")?;
    let mut variables_of_both = variables_of_all.clone();
    variables_of_both.extend(variables(properties));
    Ok(Function {
        binary: binary.to_owned(),
        routes: intrinsics::entries(intrinsics::at(properties, &["Events"]))
            .filter(|(_, event)| intrinsics::at(event, &["Type"]).as_str() == Some("HttpApi"))
            .map(|(id, event)| {
                route(intrinsics::at(event, &["Properties"]))
                    .ok_or(format!("{id} is not a valid route"))
            })
            .collect::<Result<_, _>>()?,
        variables: variables_of_both,
        log_group: intrinsics::logical_name(intrinsics::at(
            properties,
            &["LoggingConfig", "LogGroup"],
        )),
        statements: roles.statements_of(properties)?,
    })
}

fn rotation(document: &Yaml, schedule: &Yaml) -> Option<Rotation> {
    let properties = intrinsics::at(schedule, &["Properties"]);
    let function = intrinsics::logical_name(properties.as_mapping_get("RotationLambdaARN")?)?;
    let binary = [
        "Resources",
        &function,
        "Metadata",
        "BuildProperties",
        "Binary",
    ];
    Some(Rotation {
        secret: intrinsics::logical_name(properties.as_mapping_get("SecretId")?)?,
        binary: intrinsics::at(document, &binary).as_str()?.to_owned(),
    })
}

fn variables(function: &Yaml) -> BTreeMap<String, Yaml> {
    intrinsics::entries(intrinsics::at(function, &["Environment", "Variables"]))
        .map(|(name, expression)| (name.to_owned(), expression.clone()))
        .collect()
}

fn route(event: &Yaml) -> Option<Route> {
    Some(Route {
        method: intrinsics::at(event, &["Method"])
            .as_str()?
            .to_ascii_uppercase(),
        path: intrinsics::at(event, &["Path"]).as_str()?.to_owned(),
    })
}

#[cfg(test)]
mod tests;
