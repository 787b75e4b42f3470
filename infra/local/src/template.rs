//! Reads `template.yaml`, which defines all functions, routes, permissions, tables and secrets.

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

pub use parameters::TemplateParameters;
pub use policies::{Condition, Statement};

/// A SAM template.
#[derive(Clone, Debug)]
pub struct Template {
    /// Every Lambda function.
    pub functions: Vec<FunctionResource>,
    /// The rotation schedules.
    pub rotations: Vec<RotationSchedule>,
    /// All other resources.
    pub(crate) resources: Vec<TemplateResource>,
    parameters: Declarations,
    conditions: Yaml,
}

/// An `AWS::Serverless::Function`.
#[derive(Clone, Debug)]
pub struct FunctionResource {
    /// The name of its binary, such as `create-client`.
    pub binary: String,
    /// Its routes in the API.
    pub routes: Vec<Route>,
    /// Its environment variables as expressions, including the variables of all functions.
    variables: BTreeMap<String, Yaml>,
    /// The logical id of its log group.
    pub log_group: Option<String>,
    /// The statements of its role's policies.
    pub statements: Vec<Statement>,
}

/// A route of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// An HTTP method, or `ANY`.
    pub method: String,
    /// A path, in which a segment can be a parameter: `/auth/roles/{id}`. `$default` matches every
    /// request that no other route matches.
    pub path: String,
}

impl Route {
    /// The path and the key of the default route.
    pub(crate) const DEFAULT: &str = "$default";

    /// The route key, such as `GET /auth/roles/{id}` or `$default`.
    #[must_use]
    pub fn key(&self) -> String {
        if self.is_default() {
            return self.path.clone();
        }
        format!("{} {}", self.method, self.path)
    }

    /// Whether this is the route `$default`.
    pub(crate) fn is_default(&self) -> bool {
        self.path == Self::DEFAULT
    }
}

/// An `AWS::SecretsManager::RotationSchedule`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RotationSchedule {
    /// The secret's logical id.
    pub secret: String,
    /// The binary of the rotation function.
    pub binary: String,
}

/// A resource that is neither a function nor a schedule.
#[derive(Clone, Debug)]
pub(crate) struct TemplateResource {
    /// Its key in the template.
    pub(crate) logical_id: String,
    /// Its type, such as `AWS::DynamoDB::Table`.
    pub(crate) kind: String,
    properties: Yaml,
}

impl TemplateResource {
    /// A property; `None` if the template does not set it.
    ///
    /// # Errors
    /// [`StartError::Template`] if JSON cannot express it.
    pub(crate) fn property(&self, name: &str) -> Result<Option<Json>, StartError> {
        let property = self.properties.as_mapping_get(name).map(intrinsics::json);
        property
            .transpose()
            .map_err(|error| StartError::Template(format!("{}: {name}: {error}", self.logical_id)))
    }
}

/// One deployment of the template.
pub(crate) struct Substitutions<'a> {
    /// The parameters that differ from their defaults.
    pub(crate) parameters: &'a TemplateParameters,
    /// The pseudo parameter `AWS::StackName`.
    pub(crate) stack_name: &'a str,
    /// The pseudo parameter `AWS::Region`.
    pub(crate) region: &'a str,
    /// The local names of resources, by logical id.
    pub(crate) resources: BTreeMap<&'a str, &'a str>,
}

impl Template {
    /// The template that is compiled into this program.
    ///
    /// # Errors
    /// [`StartError::Template`] if it contains something unsupported.
    pub fn built_in() -> Result<Self, StartError> {
        // Parsed once, because a test process starts hundreds of stacks.
        static PARSED: OnceLock<Template> = OnceLock::new();
        if let Some(parsed) = PARSED.get() {
            return Ok(parsed.clone());
        }
        let parsed = Self::parse(include_str!("../../../template.yaml"))?;
        Ok(PARSED.get_or_init(|| parsed).clone())
    }

    /// Parses a template.
    ///
    /// # Errors
    /// [`StartError::Template`] if it is not YAML or contains something unsupported.
    pub fn parse(text: &str) -> Result<Self, StartError> {
        let document = intrinsics::document(text).map_err(StartError::Template)?;
        let parameters = Declarations::of(intrinsics::at(&document, &["Parameters"]))?;
        let global_variables = variables(intrinsics::at(&document, &["Globals", "Function"]));
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
                    let function = function(resource, &global_variables, &roles)
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
                Some(kind) => template.resources.push(TemplateResource {
                    logical_id: id.to_owned(),
                    kind: kind.to_owned(),
                    properties: intrinsics::at(resource, &["Properties"]).clone(),
                }),
                None => return Err(StartError::Template(format!("{id}: Type is missing"))),
            }
        }
        Ok(template)
    }

    /// Checks the value of a parameter against its declaration.
    ///
    /// # Errors
    /// [`StartError::Parameter`] if the parameter is not declared, or the value is not allowed.
    pub fn check_parameter(&self, name: &str, value: &str) -> Result<(), StartError> {
        self.parameters.check(name, value)
    }

    /// The environment variables of every function in a deployment, by the function's binary.
    /// Variables with the value `AWS::NoValue` are omitted.
    ///
    /// # Errors
    /// [`StartError::Parameter`] if a parameter is invalid, [`StartError::Variable`] if an
    /// expression is not supported.
    pub(crate) fn variables(
        &self,
        deployment: Substitutions<'_>,
    ) -> Result<BTreeMap<String, BTreeMap<String, String>>, StartError> {
        let scope = Scope {
            parameters: self.parameters.values(deployment.parameters)?,
            conditions: &self.conditions,
            resources: deployment.resources,
            stack_name: deployment.stack_name,
            region: deployment.region,
        };
        let of_function = |function: &FunctionResource| {
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
    global_variables: &BTreeMap<String, Yaml>,
    roles: &ExecutionRoles,
) -> Result<FunctionResource, String> {
    let properties = intrinsics::at(resource, &["Properties"]);
    let binary = intrinsics::at(resource, &["Metadata", "BuildProperties", "Binary"])
        .as_str()
        .ok_or("Metadata.BuildProperties.Binary is missing")?;
    let mut all_variables = global_variables.clone();
    all_variables.extend(variables(properties));
    Ok(FunctionResource {
        binary: binary.to_owned(),
        routes: intrinsics::entries(intrinsics::at(properties, &["Events"]))
            .filter(|(_, event)| intrinsics::at(event, &["Type"]).as_str() == Some("HttpApi"))
            .map(|(id, event)| {
                route(intrinsics::at(event, &["Properties"]))
                    .ok_or(format!("{id} is not a valid route"))
            })
            .collect::<Result<_, _>>()?,
        variables: all_variables,
        log_group: intrinsics::logical_name(intrinsics::at(
            properties,
            &["LoggingConfig", "LogGroup"],
        )),
        statements: roles.statements_of(properties)?,
    })
}

fn rotation(document: &Yaml, schedule: &Yaml) -> Option<RotationSchedule> {
    let properties = intrinsics::at(schedule, &["Properties"]);
    let function = intrinsics::logical_name(properties.as_mapping_get("RotationLambdaARN")?)?;
    let binary = [
        "Resources",
        &function,
        "Metadata",
        "BuildProperties",
        "Binary",
    ];
    Some(RotationSchedule {
        secret: intrinsics::logical_name(properties.as_mapping_get("SecretId")?)?,
        binary: intrinsics::at(document, &binary).as_str()?.to_owned(),
    })
}

fn variables(function: &Yaml) -> BTreeMap<String, Yaml> {
    intrinsics::entries(intrinsics::at(function, &["Environment", "Variables"]))
        .map(|(name, expression)| (name.to_owned(), expression.clone()))
        .collect()
}

/// The route of an event. Without a path and a method, SAM creates the route `$default`.
fn route(event: &Yaml) -> Option<Route> {
    let [method, path] = ["Method", "Path"].map(|name| intrinsics::at(event, &[name]));
    if method.is_null() && path.is_null() {
        let (method, path) = ("ANY".to_owned(), Route::DEFAULT.to_owned());
        return Some(Route { method, path });
    }
    let path = path.as_str().filter(|path| path.starts_with('/'))?;
    Some(Route {
        method: method.as_str()?.to_ascii_uppercase(),
        path: path.to_owned(),
    })
}

#[cfg(test)]
mod tests;
