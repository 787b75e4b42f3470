//! DynamoDB's JSON protocol, answered in process by dynoxide.

use dynoxide::{Database, DynoxideError};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::protocol::CONTENT_TYPE;
use crate::aws::response::ServiceResponse;

const UNKNOWN_OPERATION: &str =
    r#"{"__type":"com.amazon.coral.service#UnknownOperationException"}"#;

/// Answers one operation as DynamoDB would.
pub(super) fn answer(database: &Database, operation: &str, body: &[u8]) -> ServiceResponse {
    let result = match operation {
        "CreateTable" => run(body, |request| database.create_table(request)),
        "DescribeTable" => run(body, |request| database.describe_table(request)),
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
        Err(error) => ServiceResponse::new(error.status_code(), CONTENT_TYPE, error_body(&error)),
    }
}

fn run<Q: DeserializeOwned, A: Serialize>(
    body: &[u8],
    operation: impl FnOnce(Q) -> Result<A, DynoxideError>,
) -> Result<String, DynoxideError> {
    let request = serde_json::from_slice(body).map_err(|error| refusal(&error))?;
    let answer = operation(request)?;
    serde_json::to_string(&answer)
        .map_err(|error| DynoxideError::InternalServerError(error.to_string()))
}

/// dynoxide's request types say by a marker in front of serde's message which error they mean.
fn refusal(error: &serde_json::Error) -> DynoxideError {
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
    // Only where a message starts: an item that the answer shows may hold the same text.
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
        let answer = answer(database, operation, request.to_string().as_bytes());
        (answer.status, serde_json::from_str(&answer.body).unwrap())
    }

    fn database_with_the_templates_table() -> Database {
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
    fn an_item_that_was_put_is_got() {
        let database = database_with_the_templates_table();
        let key = json!({ "pk": { "S": "p" }, "sk": { "S": "s" } });
        let put = json!({ "TableName": "any-table", "Item": key });
        assert_eq!(call(&database, "PutItem", &put).0, 200);
        let get = json!({ "TableName": "any-table", "Key": key });
        let (status, answer) = call(&database, "GetItem", &get);
        assert_eq!((status, &answer["Item"]), (200, &key));
    }

    #[test]
    fn a_failed_condition_shows_the_item_when_asked_to() {
        let database = database_with_the_templates_table();
        let key = json!({ "pk": { "S": "p" }, "sk": { "S": "VALIDATION:" } });
        let mut put = json!({ "TableName": "any-table", "Item": key });
        assert_eq!(call(&database, "PutItem", &put).0, 200);
        put["ConditionExpression"] = "attribute_not_exists(pk)".into();
        put["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD".into();
        let (status, answer) = call(&database, "PutItem", &put);
        assert_eq!((status, &answer["Item"]), (400, &key));
        let kind = answer["__type"].as_str().unwrap();
        assert!(kind.ends_with("#ConditionalCheckFailedException"));
    }

    #[test]
    fn a_refused_request_does_not_show_the_marker_of_the_library() {
        let database = database_with_the_templates_table();
        let put = json!({ "TableName": "x", "Item": {} });
        let (status, answer) = call(&database, "PutItem", &put);
        assert_eq!(status, 400, "{answer}");
        assert!(!answer.to_string().contains("VALIDATION:"), "{answer}");
        let (status, answer) = call(&database, "GetItem", &json!({ "TableName": "any-table" }));
        assert_eq!(status, 400);
        assert!(!answer.to_string().contains("VALIDATION:"), "{answer}");
        assert!(
            answer["__type"]
                .as_str()
                .unwrap()
                .ends_with("#ValidationException")
        );
    }

    #[test]
    fn an_operation_that_is_not_there_is_unknown() {
        let (status, answer) = call(&Database::memory().unwrap(), "DeleteTable", &json!({}));
        assert_eq!(status, 400);
        assert!(
            answer["__type"]
                .as_str()
                .unwrap()
                .ends_with("#UnknownOperationException")
        );
    }
}
