//! The requests that create a table of the template.

use serde_json::{Map, Value as Json, json};

use crate::start_error::StartError;
use crate::template::TemplateResource;

/// The properties that are also parameters of `CreateTable`. Operational properties, such as
/// backups and tags, have no effect locally.
const PROPERTIES: [&str; 5] = [
    "AttributeDefinitions",
    "KeySchema",
    "GlobalSecondaryIndexes",
    "LocalSecondaryIndexes",
    "BillingMode",
];

/// The operations that create the table under `name`, with their requests.
///
/// # Errors
/// [`StartError::Template`] if a property is not plain data.
pub(super) fn requests(
    table: &TemplateResource,
    name: &str,
) -> Result<Vec<(&'static str, Json)>, StartError> {
    let mut create = Map::new();
    create.insert("TableName".into(), name.into());
    for property in PROPERTIES {
        if let Some(value) = table.property(property)? {
            create.insert(property.into(), value);
        }
    }
    let mut requests = vec![("CreateTable", Json::Object(create))];
    if let Some(value) = table.property("TimeToLiveSpecification")? {
        let request = json!({ "TableName": name, "TimeToLiveSpecification": value });
        requests.push(("UpdateTimeToLive", request));
    }
    Ok(requests)
}

/// The operations that add the indexes which the template has and the table does not, with their
/// requests. DynamoDB adds one at a time. `description` is the table's.
///
/// # Errors
/// [`StartError::Template`] if a property is not plain data.
pub(super) fn missing_indexes(
    table: &TemplateResource,
    description: &Json,
) -> Result<Vec<(&'static str, Json)>, StartError> {
    let attributes = table.property("AttributeDefinitions")?;
    let indexes = table.property("GlobalSecondaryIndexes")?;
    let existing = names(description.get("GlobalSecondaryIndexes"));
    let all = indexes
        .as_ref()
        .and_then(Json::as_array)
        .into_iter()
        .flatten();
    let missing = all.filter(|index| !existing.contains(&index.get("IndexName")));
    let requests = missing.map(|index| {
        let request = json!({
            "TableName": description.get("TableName"),
            "AttributeDefinitions": attributes,
            "GlobalSecondaryIndexUpdates": [{ "Create": index }],
        });
        ("UpdateTable", request)
    });
    Ok(requests.collect())
}

fn names(indexes: Option<&Json>) -> Vec<Option<&Json>> {
    let indexes = indexes.and_then(Json::as_array).into_iter().flatten();
    indexes.map(|index| index.get("IndexName")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::Template;

    fn requests_of(template: &Template) -> Vec<(&'static str, Json)> {
        let table = template.resources.iter();
        let table = { table }.find(|one| one.kind == "AWS::DynamoDB::Table");
        requests(table.unwrap(), "any-name").unwrap()
    }

    #[test]
    fn a_table_becomes_a_create_table_request() {
        let (operation, request) = requests_of(&Template::built_in().unwrap()).remove(0);
        assert_eq!(operation, "CreateTable");
        assert_eq!(request["TableName"], "any-name");
        assert_eq!(request["KeySchema"][0]["AttributeName"], "pk");
        assert_eq!(request["GlobalSecondaryIndexes"][0]["IndexName"], "by-org");
        assert_eq!(request["GlobalSecondaryIndexes"][1]["IndexName"], "by-name");
        assert!(request.get("PointInTimeRecoverySpecification").is_none());
    }

    #[test]
    fn a_time_to_live_becomes_a_separate_request() {
        let text = "
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      TimeToLiveSpecification: { AttributeName: expires, Enabled: true }
";
        let (operation, request) = requests_of(&Template::parse(text).unwrap()).remove(1);
        assert_eq!(operation, "UpdateTimeToLive");
        assert_eq!(
            request,
            json!({
                "TableName": "any-name",
                "TimeToLiveSpecification": { "AttributeName": "expires", "Enabled": true },
            })
        );
    }

    #[test]
    fn the_template_sets_the_time_to_live_attribute() {
        let (_, request) = requests_of(&Template::built_in().unwrap()).remove(1);
        let attribute = &request["TimeToLiveSpecification"]["AttributeName"];
        assert_eq!(attribute, "expires_at");
    }
}
