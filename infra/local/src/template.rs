//! What `template.yaml` says: the one description of functions, routes, rights, tables and secrets.

mod intrinsics;
mod policies;

use serde_json::{Map, Value as Json, json};
use serde_yaml_ng::Value as Yaml;

use crate::start_error::StartError;
use policies::Roles;

pub use policies::{Condition, Statement};

/// The stack, as the template that deploys it describes it.
#[derive(Clone, Debug)]
pub struct Template {
    /// Every Lambda function.
    pub functions: Vec<Function>,
    /// Every DynamoDB table.
    pub tables: Vec<Table>,
    /// The logical ids of the Secrets Manager secrets.
    pub secrets: Vec<String>,
    /// Which functions rotate which of them.
    pub rotations: Vec<Rotation>,
}

/// An `AWS::Serverless::Function`.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its binary, which is also the name of its crate: `create-client`.
    pub binary: String,
    /// The requests that the API hands to it.
    pub routes: Vec<Route>,
    /// The names of its environment variables, those that all functions have included.
    pub variables: Vec<String>,
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

/// An `AWS::DynamoDB::Table`.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its logical id.
    pub logical_id: String,
    definition: Map<String, Json>,
    time_to_live: Option<Json>,
}

impl Table {
    /// The body of the CreateTable request that makes it under `name`.
    #[must_use]
    pub fn create_request(&self, name: &str) -> Json {
        let mut request = self.definition.clone();
        request.insert("TableName".into(), name.into());
        Json::Object(request)
    }

    /// The body of the UpdateTimeToLive request that it needs, if it needs one.
    #[must_use]
    pub fn time_to_live_request(&self, name: &str) -> Option<Json> {
        let specification = self.time_to_live.as_ref()?;
        Some(json!({ "TableName": name, "TimeToLiveSpecification": specification }))
    }
}

impl Template {
    /// The template that this program was built with.
    ///
    /// # Errors
    /// [`StartError::Template`] when it holds something that is not understood here.
    pub fn built_in() -> Result<Self, StartError> {
        Self::parse(include_str!("../../../template.yaml"))
    }

    /// Reads a SAM template.
    ///
    /// # Errors
    /// [`StartError::Template`] when it is not YAML or holds something that is not understood here.
    pub fn parse(text: &str) -> Result<Self, StartError> {
        let document: Yaml = serde_yaml_ng::from_str(text)
            .map_err(|error| StartError::Template(error.to_string()))?;
        let variables_of_all = variables(intrinsics::at(&document, &["Globals", "Function"]));
        let resources = intrinsics::at(&document, &["Resources"]);
        let roles = Roles::of(resources)?;
        let mut template = Self {
            functions: Vec::new(),
            tables: Vec::new(),
            secrets: Vec::new(),
            rotations: Vec::new(),
        };
        for (id, resource) in intrinsics::entries(resources) {
            match intrinsics::at(resource, &["Type"]).as_str() {
                Some("AWS::Serverless::Function") => {
                    let function = function(resource, &variables_of_all, &roles)
                        .map_err(|reason| StartError::Template(format!("{id}: {reason}")))?;
                    template.functions.push(function);
                }
                Some("AWS::DynamoDB::Table") => template.tables.push(table(id, resource)?),
                Some("AWS::SecretsManager::Secret") => template.secrets.push(id.to_owned()),
                Some("AWS::SecretsManager::RotationSchedule") => {
                    let rotation = rotation(&document, resource)
                        .ok_or_else(|| StartError::Template(format!("{id}: what rotates what?")))?;
                    template.rotations.push(rotation);
                }
                _ => {}
            }
        }
        Ok(template)
    }
}

fn function(
    resource: &Yaml,
    variables_of_all: &[String],
    roles: &Roles,
) -> Result<Function, String> {
    let properties = intrinsics::at(resource, &["Properties"]);
    let binary = intrinsics::at(resource, &["Metadata", "BuildProperties", "Binary"])
        .as_str()
        .ok_or("it names no binary")?;
    let mut variables_of_both = variables_of_all.to_vec();
    variables_of_both.extend(variables(properties));
    Ok(Function {
        binary: binary.to_owned(),
        routes: intrinsics::entries(intrinsics::at(properties, &["Events"]))
            .filter(|(_, event)| intrinsics::at(event, &["Type"]).as_str() == Some("HttpApi"))
            .map(|(id, event)| {
                route(intrinsics::at(event, &["Properties"])).ok_or(format!("{id} is no route"))
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
    let function = intrinsics::logical_name(properties.get("RotationLambdaARN")?)?;
    let binary = [
        "Resources",
        &function,
        "Metadata",
        "BuildProperties",
        "Binary",
    ];
    Some(Rotation {
        secret: intrinsics::logical_name(properties.get("SecretId")?)?,
        binary: intrinsics::at(document, &binary).as_str()?.to_owned(),
    })
}

fn variables(function: &Yaml) -> Vec<String> {
    intrinsics::entries(intrinsics::at(function, &["Environment", "Variables"]))
        .map(|(name, _)| name.to_owned())
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

/// The properties that CreateTable knows by the same name. Those that say how AWS runs the table
/// (backups, tags) mean nothing on one machine.
const TABLE_PROPERTIES: [&str; 5] = [
    "AttributeDefinitions",
    "KeySchema",
    "GlobalSecondaryIndexes",
    "LocalSecondaryIndexes",
    "BillingMode",
];

fn table(id: &str, resource: &Yaml) -> Result<Table, StartError> {
    let properties = intrinsics::at(resource, &["Properties"]);
    let as_json = |value: &Yaml| {
        serde_json::to_value(value).map_err(|error| StartError::Template(format!("{id}: {error}")))
    };
    let mut definition = Map::new();
    for name in TABLE_PROPERTIES {
        if let Some(property) = properties.get(name) {
            definition.insert(name.into(), as_json(property)?);
        }
    }
    let time_to_live = properties.get("TimeToLiveSpecification");
    Ok(Table {
        logical_id: id.to_owned(),
        definition,
        time_to_live: time_to_live.map(as_json).transpose()?,
    })
}

#[cfg(test)]
mod tests;
