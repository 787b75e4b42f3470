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
use crate::template::Statement;

/// The names and ARNs that requests use, and the logical ids that statements use.
pub(crate) type Names = BTreeMap<String, String>;

/// What a function may do.
#[derive(Clone, Debug)]
pub(crate) struct Permissions {
    statements: Arc<[Statement]>,
    names: Arc<Names>,
}

impl Permissions {
    pub(crate) fn new(statements: &[Statement], names: Arc<Names>) -> Self {
        Self {
            statements: statements.into(),
            names,
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
        let (name, rest) = call
            .resource
            .split_once('/')
            .unwrap_or((&call.resource, ""));
        let Some((id, rest)) = self
            .names
            .get(&call.resource)
            .map(|id| (id, ""))
            .or_else(|| self.names.get(name).map(|id| (id, rest)))
        else {
            return false;
        };
        let resource = if rest.is_empty() {
            id.clone()
        } else {
            format!("{id}/{rest}")
        };
        self.statements.iter().any(|statement| {
            matches_any(&statement.actions, &call.action)
                && matches_any(&statement.resources, &resource)
        })
    }
}

fn matches_any(patterns: &[String], text: &str) -> bool {
    patterns
        .iter()
        .any(|pattern| match pattern.strip_suffix('*') {
            Some(start) => text.starts_with(start),
            None => pattern == text,
        })
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

/// One action on one resource, as IAM counts them.
struct Call {
    action: String,
    /// The name or ARN in the request; for an index `name/index/index-name`.
    resource: String,
}

/// Everything that a request asks for; each has to be allowed.
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
            vec![Call {
                action: format!("secretsmanager:{operation}"),
                resource: text(&body, id),
            }]
        }
        Target::Unknown => vec![Call {
            action: "unknown".into(),
            resource: String::new(),
        }],
    }
}

fn table_calls(operation: &str, body: &Json) -> Vec<Call> {
    let call = |operation: &str, resource: String| Call {
        action: format!("dynamodb:{operation}"),
        resource,
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
                call(&action, text(item, "TableName"))
            })
            .collect(),
        "BatchGetItem" => body
            .get("RequestItems")
            .and_then(Json::as_object)
            .into_iter()
            .flatten()
            .map(|(table, _)| call(operation, table.clone()))
            .collect(),
        "Query" | "Scan" if body.get("IndexName").is_some() => {
            let (table, index) = (text(body, "TableName"), text(body, "IndexName"));
            vec![call(operation, format!("{table}/index/{index}"))]
        }
        _ => vec![call(operation, text(body, "TableName"))],
    }
}

fn text(object: &Json, name: &str) -> String {
    let value = object.get(name).and_then(Json::as_str);
    value.unwrap_or_default().to_owned()
}

fn refusal(call: &Call) -> Answer {
    let Call { action, resource } = call;
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
mod tests {
    use aws_smithy_types::body::SdkBody;

    use super::*;
    use crate::template::Template;

    fn permissions(binary: &str) -> Permissions {
        let functions = Template::built_in().unwrap().functions;
        let function = functions.iter().find(|f| f.binary == binary).unwrap();
        let names = [
            ("latchkey", "Table"),
            ("latchkey/signing-keys", "SigningKeys"),
        ];
        let names = names.map(|(name, id)| (name.to_owned(), id.to_owned()));
        Permissions::new(&function.statements, Arc::new(names.into()))
    }

    fn allowed(binary: &str, target: &'static str, body: &Json) -> bool {
        let mut request = HttpRequest::new(SdkBody::from(body.to_string()));
        request.headers_mut().insert("x-amz-target", target);
        let permissions = permissions(binary);
        calls(&request).iter().all(|call| permissions.allow(call))
    }

    #[test]
    fn a_query_on_an_index_needs_the_index() {
        let query = "DynamoDB_20120810.Query";
        let on_table = json!({ "TableName": "latchkey" });
        let on_index = json!({ "TableName": "latchkey", "IndexName": "by-org" });
        assert!(allowed("token", query, &on_table));
        assert!(!allowed("token", query, &on_index));
        assert!(allowed("get-client", query, &on_index));
        assert!(!allowed("get-client", query, &on_table));
        assert!(!allowed("token", query, &json!({ "TableName": "other" })));
    }

    #[test]
    fn a_transaction_needs_the_actions_of_its_parts() {
        let transact = "DynamoDB_20120810.TransactWriteItems";
        let put = json!({ "Put": { "TableName": "latchkey" } });
        let delete = json!({ "Delete": { "TableName": "latchkey" } });
        let check = json!({ "ConditionCheck": { "TableName": "latchkey" } });
        let request = |parts: &[&Json]| json!({ "TransactItems": parts });
        assert!(allowed("create-client", transact, &request(&[&put, &put])));
        assert!(!allowed(
            "create-client",
            transact,
            &request(&[&put, &delete])
        ));
        assert!(!allowed(
            "create-client",
            transact,
            &request(&[&put, &check])
        ));
    }

    #[test]
    fn only_who_signs_reads_the_signing_keys() {
        let get = "secretsmanager.GetSecretValue";
        let request = json!({ "SecretId": "latchkey/signing-keys" });
        assert!(allowed("token", get, &request));
        assert!(!allowed("metadata", get, &request));
        assert!(!allowed("token", "secretsmanager.PutSecretValue", &request));
    }
}
