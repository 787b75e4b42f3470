//! What `template.yaml` says: the one description of functions, routes, rights, tables and secrets.

mod intrinsics;

use serde_json::{Map, Value as Json, json};
use serde_yaml_ng::Value as Yaml;

use crate::start_error::StartError;

/// The stack, as the template that deploys it describes it.
#[derive(Clone, Debug)]
pub struct Template {
    /// Every Lambda function.
    pub functions: Vec<Function>,
    /// Every DynamoDB table.
    pub tables: Vec<Table>,
    /// The logical ids of the Secrets Manager secrets.
    pub secrets: Vec<String>,
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
    /// What it may do.
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

/// An IAM statement that allows actions on resources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Such as `dynamodb:GetItem`.
    pub actions: Vec<String>,
    /// By logical id: `Table`, `Table/index/by-org`, `SigningKeys`.
    pub resources: Vec<String>,
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
        let mut template = Self {
            functions: Vec::new(),
            tables: Vec::new(),
            secrets: Vec::new(),
        };
        for (id, resource) in intrinsics::entries(intrinsics::at(&document, &["Resources"])) {
            match intrinsics::at(resource, &["Type"]).as_str() {
                Some("AWS::Serverless::Function") => {
                    let function = function(resource, &variables_of_all)
                        .map_err(|reason| StartError::Template(format!("{id}: {reason}")))?;
                    template.functions.push(function);
                }
                Some("AWS::DynamoDB::Table") => template.tables.push(table(id, resource)?),
                Some("AWS::SecretsManager::Secret") => template.secrets.push(id.to_owned()),
                _ => {}
            }
        }
        Ok(template)
    }
}

fn function(resource: &Yaml, variables_of_all: &[String]) -> Result<Function, String> {
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
        statements: statements(intrinsics::at(properties, &["Policies"]))?,
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

fn statements(policies: &Yaml) -> Result<Vec<Statement>, String> {
    let mut statements = Vec::new();
    for policy in intrinsics::one_or_many(policies) {
        if intrinsics::at(policy, &["Statement"]).is_null() {
            return Err("only policies that are statements are understood".into());
        }
        for statement in intrinsics::one_or_many(intrinsics::at(policy, &["Statement"])) {
            if intrinsics::at(statement, &["Effect"]).as_str() != Some("Allow") {
                return Err("only statements that allow are understood".into());
            }
            statements.push(Statement {
                actions: strings(intrinsics::at(statement, &["Action"]))?,
                resources: strings(intrinsics::at(statement, &["Resource"]))?,
            });
        }
    }
    Ok(statements)
}

fn strings(value: &Yaml) -> Result<Vec<String>, String> {
    intrinsics::one_or_many(value)
        .iter()
        .map(|value| {
            intrinsics::logical_name(value).ok_or(format!("{value:?} is not understood here"))
        })
        .collect()
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
