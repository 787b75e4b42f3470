//! DynamoDB's JSON protocol in this process, on the library dynoxide.

use dynoxide::{Database, DynoxideError};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::protocol::CONTENT_TYPE;
use crate::aws::response::ServiceResponse;

const UNKNOWN_OPERATION: &str =
    r#"{"__type":"com.amazon.coral.service#UnknownOperationException"}"#;

/// Responds to an operation as DynamoDB would.
pub(super) fn respond(database: &Database, operation: &str, body: &[u8]) -> ServiceResponse {
    let result = match operation {
        "CreateTable" => run(body, |request| database.create_table(request)),
        "DescribeTable" => run(body, |request| database.describe_table(request)),
        "UpdateTable" => run(body, |request| database.update_table(request)),
        "UpdateTimeToLive" => run(body, |request| database.update_time_to_live(request)),
        "GetItem" => run(body, |request| database.get_item(request)),
        "PutItem" => run(body, |request| database.put_item(request)),
        "UpdateItem" => run(body, |request| database.update_item(request)),
        "DeleteItem" => run(body, |request| database.delete_item(request)),
        "Query" => run(body, |request| database.query(request)),
        "Scan" => run(body, |request| database.scan(request)),
        "TransactWriteItems" => run(body, |request| database.transact_write_items(request)),
        "TransactGetItems" => run(body, |request| database.transact_get_items(request)),
        "BatchGetItem" => run(body, |request| database.batch_get_item(request)),
        _ => return ServiceResponse::new(400, CONTENT_TYPE, UNKNOWN_OPERATION.to_owned()),
    };
    match result {
        Ok(body) => ServiceResponse::new(200, CONTENT_TYPE, body),
        Err(error) => {
            if error.status_code() == 500 {
                // The functions keep only the code of a failed call.
                tracing::error!("the database failed: {error}");
            }
            ServiceResponse::new(error.status_code(), CONTENT_TYPE, error_body(&error))
        }
    }
}

fn run<Q: DeserializeOwned, A: Serialize>(
    body: &[u8],
    operation: impl FnOnce(Q) -> Result<A, DynoxideError>,
) -> Result<String, DynoxideError> {
    let request = serde_json::from_slice(body).map_err(|error| parse_error(&error))?;
    let result = operation(request)?;
    serde_json::to_string(&result)
        .map_err(|error| DynoxideError::InternalServerError(error.to_string()))
}

/// The DynamoDB error for a malformed request. dynoxide's request types mark the kind of error with
/// a prefix in serde's message.
fn parse_error(error: &serde_json::Error) -> DynoxideError {
    let message = error.to_string();
    let message = message
        .rsplit_once(" at line ")
        .map_or(message.as_str(), |(message, _)| message);
    if let Some((marker, rest)) = message.split_once(':') {
        if marker.starts_with("VALIDATION") {
            return DynoxideError::ValidationException(rest.to_owned());
        }
        if marker.starts_with("SERIALIZATION") {
            return DynoxideError::SerializationException(rest.to_owned());
        }
    }
    if [
        "missing field",
        "unknown variant",
        "invalid type: null",
        "Supplied AttributeValue",
    ]
    .iter()
    .any(|start| message.starts_with(start))
    {
        return DynoxideError::ValidationException(message.to_owned());
    }
    DynoxideError::SerializationException(message.to_owned())
}

fn error_body(error: &DynoxideError) -> String {
    // Removes the prefix only at the start of the message: a returned item may contain it too.
    error
        .to_json()
        .replacen(r#""message":"VALIDATION:"#, r#""message":""#, 1)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::table;
    use super::*;
    use crate::template::Template;

    fn call(database: &Database, operation: &str, request: &Value) -> (u16, Value) {
        let response = respond(database, operation, request.to_string().as_bytes());
        let body = serde_json::from_str(&response.body).unwrap();
        (response.status, body)
    }

    fn database_with_table() -> Database {
        let database = Database::memory().unwrap();
        let template = Template::built_in().unwrap();
        let mut resources = template.resources.iter();
        let table = resources.find(|one| one.kind == "AWS::DynamoDB::Table");
        let requests = table::requests(table.unwrap(), "any-table").unwrap();
        for (operation, request) in requests {
            assert_eq!(call(&database, operation, &request).0, 200);
        }
        database
    }

    #[test]
    fn get_returns_the_item_that_was_put() {
        let database = database_with_table();
        let key = json!({ "pk": { "S": "p" }, "sk": { "S": "s" } });
        let put = json!({ "TableName": "any-table", "Item": key });
        assert_eq!(call(&database, "PutItem", &put).0, 200);
        let get = json!({ "TableName": "any-table", "Key": key });
        let (status, body) = call(&database, "GetItem", &get);
        assert_eq!((status, &body["Item"]), (200, &key));
    }

    #[test]
    fn a_failed_condition_returns_the_item_on_request() {
        let database = database_with_table();
        let key = json!({ "pk": { "S": "p" }, "sk": { "S": "VALIDATION:" } });
        let mut put = json!({ "TableName": "any-table", "Item": key });
        assert_eq!(call(&database, "PutItem", &put).0, 200);
        put["ConditionExpression"] = "attribute_not_exists(pk)".into();
        put["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD".into();
        let (status, body) = call(&database, "PutItem", &put);
        assert_eq!((status, &body["Item"]), (400, &key));
        let kind = body["__type"].as_str().unwrap();
        assert!(kind.ends_with("#ConditionalCheckFailedException"));
    }

    #[test]
    fn a_validation_error_does_not_contain_the_prefix_of_the_library() {
        let database = database_with_table();
        let put = json!({ "TableName": "x", "Item": {} });
        let (status, body) = call(&database, "PutItem", &put);
        assert_eq!(status, 400, "{body}");
        assert!(!body.to_string().contains("VALIDATION:"), "{body}");
        let (status, body) = call(&database, "GetItem", &json!({ "TableName": "any-table" }));
        assert_eq!(status, 400);
        assert!(!body.to_string().contains("VALIDATION:"), "{body}");
        assert!(
            body["__type"]
                .as_str()
                .unwrap()
                .ends_with("#ValidationException")
        );
    }

    #[test]
    fn an_unsupported_operation_is_unknown() {
        let (status, body) = call(&Database::memory().unwrap(), "DeleteTable", &json!({}));
        assert_eq!(status, 400);
        assert!(
            body["__type"]
                .as_str()
                .unwrap()
                .ends_with("#UnknownOperationException")
        );
    }
}
