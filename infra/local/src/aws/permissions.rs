//! A function's IAM policy, enforced: what it lacks in the cloud it lacks here.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_smithy_runtime_api::client::http::{
    HttpClient as _, HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector,
    http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use serde_json::{Value as Json, json};

use super::{Answer, Target};
use crate::template::{Function, Statement};

/// The names and ARNs that requests use, and the logical ids that statements use.
pub(crate) type Names = BTreeMap<String, String>;

/// One action on one resource, as IAM counts them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Call {
    /// Such as `dynamodb:GetItem`.
    pub action: String,
    /// By logical id: `Table`, `Table/index/by-org`, `SigningKeys`.
    pub resource: String,
    /// The partition keys that it names, as `dynamodb:LeadingKeys` has them.
    pub partitions: Vec<String>,
    /// The service that makes it for the function, as `kms:ViaService` has it; `None` when the
    /// function makes it itself.
    pub via: Option<String>,
}

/// Is told of every call that a function's policy lets through: the function's binary, the call.
pub type Witness = Arc<dyn Fn(&str, Call) + Send + Sync>;

/// What a function may do.
#[derive(Clone)]
pub(crate) struct Permissions {
    function: String,
    statements: Arc<[Statement]>,
    names: Arc<Names>,
    witness: Option<Witness>,
}

impl std::fmt::Debug for Permissions {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Permissions of {}", self.function)
    }
}

impl Permissions {
    pub(crate) fn new(function: &Function, names: Arc<Names>, witness: Option<Witness>) -> Self {
        Self {
            function: function.binary.clone(),
            statements: function.statements.as_slice().into(),
            names,
            witness,
        }
    }

    /// A client that lets through what is allowed, and answers the rest as IAM does.
    pub(crate) fn enforced_on(self, client: SharedHttpClient) -> SharedHttpClient {
        http_client_fn(move |settings, components| {
            SharedHttpConnector::new(Enforced {
                permissions: self.clone(),
                connector: client.http_connector(settings, components),
            })
        })
    }

    fn allow(&self, call: &Call) -> bool {
        let Some(resource) = self.logical_id(&call.resource) else {
            return false;
        };
        let call = Call {
            resource,
            ..call.clone()
        };
        let is_allowed = self.statements.iter().any(|one| one.allows(&call));
        if let (true, Some(witness)) = (is_allowed, &self.witness) {
            witness(&self.function, call);
        }
        is_allowed
    }

    /// What the template calls a resource that a request names.
    fn logical_id(&self, resource: &str) -> Option<String> {
        if let Some(id) = self.names.get(resource) {
            return Some(id.clone());
        }
        let (name, rest) = resource.split_once('/')?;
        let id = self.names.get(name)?;
        Some(format!("{id}/{rest}"))
    }
}

#[derive(Debug)]
struct Enforced {
    permissions: Permissions,
    connector: SharedHttpConnector,
}

impl HttpConnector for Enforced {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        match calls(&request)
            .iter()
            .find(|call| !self.permissions.allow(call))
        {
            None => self.connector.call(request),
            Some(call) => HttpConnectorFuture::ready(refusal(call).try_into()),
        }
    }
}

/// Everything that a request asks for, resources by the names in it; each has to be allowed.
fn calls(request: &HttpRequest) -> Vec<Call> {
    let body: Json = request
        .body()
        .bytes()
        .and_then(|body| serde_json::from_slice(body).ok())
        .unwrap_or_default();
    match Target::of(request) {
        Target::DynamoDb(operation) => table_calls(&operation, &body),
        Target::SecretsManager(operation) => {
            let id = if operation == "CreateSecret" {
                "Name"
            } else {
                "SecretId"
            };
            vec![call(
                format!("secretsmanager:{operation}"),
                text(&body, id),
                vec![],
            )]
        }
        Target::Unknown => vec![call("unknown".into(), String::new(), vec![])],
    }
}

const fn call(action: String, resource: String, partitions: Vec<String>) -> Call {
    Call {
        action,
        resource,
        partitions,
        via: None,
    }
}

fn table_calls(operation: &str, body: &Json) -> Vec<Call> {
    let call = |operation: &str, resource, partitions| {
        call(format!("dynamodb:{operation}"), resource, partitions)
    };
    match operation {
        // A transaction has no action of its own: its parts have.
        "TransactWriteItems" | "TransactGetItems" => body
            .get("TransactItems")
            .and_then(Json::as_array)
            .into_iter()
            .flatten()
            .filter_map(Json::as_object)
            .flatten()
            .map(|(part, item)| {
                let action = match part.as_str() {
                    "ConditionCheck" => "ConditionCheckItem".to_owned(),
                    part => format!("{part}Item"),
                };
                call(&action, text(item, "TableName"), partitions(item))
            })
            .collect(),
        // Their partitions are not read: who may name only some is refused.
        "BatchGetItem" => body
            .get("RequestItems")
            .and_then(Json::as_object)
            .into_iter()
            .flatten()
            .map(|(table, _)| call(operation, table.clone(), vec![]))
            .collect(),
        "Query" | "Scan" if body.get("IndexName").is_some() => {
            let (table, index) = (text(body, "TableName"), text(body, "IndexName"));
            vec![call(operation, format!("{table}/index/{index}"), vec![])]
        }
        _ => vec![call(operation, text(body, "TableName"), partitions(body))],
    }
}

/// The partition keys of the table that a request, or a part of a transaction, names.
fn partitions(body: &Json) -> Vec<String> {
    const PARTITION_KEY: &str = "pk";
    let key = |item: &str| body.get(item)?.get(PARTITION_KEY);
    let queried = || {
        let condition = body.get("KeyConditionExpression")?.as_str()?;
        let value = condition.strip_prefix(PARTITION_KEY)?.strip_prefix(" = ")?;
        let value = value.split(' ').next()?;
        body.get("ExpressionAttributeValues")?.get(value)
    };
    let value = key("Key").or_else(|| key("Item")).or_else(queried);
    let value = value.and_then(|value| value.get("S")?.as_str());
    value.into_iter().map(str::to_owned).collect()
}

fn text(object: &Json, name: &str) -> String {
    let value = object.get(name).and_then(Json::as_str);
    value.unwrap_or_default().to_owned()
}

fn refusal(call: &Call) -> Answer {
    let Call {
        action, resource, ..
    } = call;
    let resource = match action.split_once(':') {
        Some(("dynamodb", _)) => {
            format!("arn:aws:dynamodb:us-east-1:000000000000:table/{resource}")
        }
        _ => resource.clone(),
    };
    let message = format!(
        "User: arn:aws:sts::000000000000:assumed-role/local/local is not authorized to perform: \
         {action} on resource: {resource} because no identity-based policy allows the {action} \
         action"
    );
    let body = json!({
        "__type": "com.amazon.coral.service#AccessDeniedException",
        "Message": message,
    });
    Answer::new(400, "application/x-amz-json-1.0", body.to_string())
}

#[cfg(test)]
mod tests;
