//! The DynamoDB emulator: embedded in this process, or at an endpoint.

mod calls;
mod embedded;
mod file;
mod protocol;
mod remote;
mod table;

use std::path::Path;

use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use dynoxide::Database;
use serde_json::{Value as Json, json};

use super::emulator::{BoxFuture, Emulator};
use super::response::ServiceResponse;
use crate::call::AwsCall;
use crate::start_error::StartError;
use crate::template::TemplateResource;
use remote::Remote;

/// The tables of one account and region.
pub(crate) struct DynamoDb {
    tables: Tables,
    table_name: String,
}

enum Tables {
    Embedded(Database),
    Remote(Remote),
}

impl DynamoDb {
    const TABLE: &str = "Table";

    /// Tables in memory.
    ///
    /// # Errors
    /// [`StartError::Service`] if SQLite fails.
    pub(crate) fn ephemeral() -> Result<Self, StartError> {
        let database = Database::memory().map_err(|error| failed(&error))?;
        Ok(Self::new(Tables::Embedded(database), "latchkey"))
    }

    /// Tables in the file at `path`.
    ///
    /// # Errors
    /// [`StartError::Damaged`], [`StartError::DirectoryInUse`] or [`StartError::File`] if the file
    /// cannot be used.
    pub(crate) fn open(path: &Path) -> Result<Self, StartError> {
        Ok(Self::new(Tables::Embedded(file::open(path)?), "latchkey"))
    }

    /// Tables in a separate DynamoDB. `table_name` is the name of the template's resource `Table`.
    ///
    /// # Errors
    /// [`StartError::Service`] if the HTTP client cannot be created.
    pub(crate) fn remote(endpoint: String, table_name: &str) -> Result<Self, StartError> {
        let remote = Remote::new(endpoint).map_err(|error| failed(&error))?;
        Ok(Self::new(Tables::Remote(remote), table_name))
    }

    fn new(tables: Tables, table_name: &str) -> Self {
        Self {
            tables,
            table_name: table_name.to_owned(),
        }
    }

    /// The local name of the template's resource `Table`.
    pub(crate) fn table_name(&self) -> &str {
        &self.table_name
    }

    /// Whether the table exists.
    ///
    /// # Errors
    /// [`StartError::Service`] if DynamoDB cannot be reached, or fails.
    pub(crate) async fn has_table(&self, name: &str) -> Result<bool, StartError> {
        Ok(self.describe_table(name).await?.is_some())
    }

    /// The description of a table; `None` if it does not exist.
    async fn describe_table(&self, name: &str) -> Result<Option<Json>, StartError> {
        let request = json!({ "TableName": name });
        let response = self.run("DescribeTable", &request).await?;
        match response.status {
            200 => {
                let body: Json = serde_json::from_str(&response.body).unwrap_or_default();
                Ok(Some(body.get("Table").cloned().unwrap_or_default()))
            }
            400 if response.body.contains("ResourceNotFoundException") => Ok(None),
            _ => Err(StartError::Service("DynamoDB", response.body)),
        }
    }

    /// Runs an operation on the template's resource `Table`, without a permission check.
    ///
    /// # Errors
    /// The error response, as JSON.
    pub(crate) async fn ask(&self, operation: &str, mut request: Json) -> Result<Json, String> {
        if let Some(members) = request.as_object_mut() {
            members.insert("TableName".to_owned(), self.table_name.as_str().into());
        }
        let response = self.run(operation, &request).await;
        let response = response.map_err(|error| error.to_string())?;
        match (response.status, serde_json::from_str(&response.body)) {
            (200, Ok(body)) => Ok(body),
            _ => Err(response.body),
        }
    }

    /// Runs an operation as the stack's owner, without a permission check.
    async fn run(&self, operation: &str, request: &Json) -> Result<ServiceResponse, StartError> {
        let body = request.to_string();
        match &self.tables {
            Tables::Embedded(database) => {
                Ok(embedded::respond(database, operation, body.as_bytes()))
            }
            Tables::Remote(remote) => {
                let response = remote.run(operation, body).await;
                response.map_err(|error| failed(&error))
            }
        }
    }
}

impl Emulator for DynamoDb {
    fn target(&self) -> &'static str {
        protocol::TARGET
    }

    fn respond<'a>(
        &'a self,
        operation: &'a str,
        request: HttpRequest,
    ) -> BoxFuture<'a, Result<HttpResponse, ConnectorError>> {
        Box::pin(async move {
            match &self.tables {
                Tables::Embedded(database) => {
                    let body = request.body().bytes().unwrap_or_default();
                    embedded::respond(database, operation, body).try_into()
                }
                Tables::Remote(remote) => remote.forward(request).await,
            }
        })
    }

    fn calls(&self, operation: &str, body: &Json) -> Vec<AwsCall> {
        calls::of(operation, body)
    }

    fn arn(&self, resource: &str) -> String {
        format!("arn:aws:dynamodb:us-east-1:000000000000:table/{resource}")
    }

    fn resource_type(&self) -> &'static str {
        "AWS::DynamoDB::Table"
    }

    /// Derives other tables' names from the first one's, so that each is unique.
    fn name_of(&self, logical_id: &str) -> String {
        if logical_id == Self::TABLE {
            self.table_name.clone()
        } else {
            format!("{}-{logical_id}", self.table_name)
        }
    }

    fn create<'a>(
        &'a self,
        resource: &'a TemplateResource,
    ) -> BoxFuture<'a, Result<(), StartError>> {
        Box::pin(async move {
            let name = self.name_of(&resource.logical_id);
            let requests = match self.describe_table(&name).await? {
                None => table::requests(resource, &name)?,
                // An earlier version created it.
                Some(description) => table::missing_indexes(resource, &description)?,
            };
            for (operation, request) in requests {
                let response = self.run(operation, &request).await?;
                if response.status != 200 {
                    return Err(StartError::Service("DynamoDB", response.body));
                }
            }
            Ok(())
        })
    }

    fn delete_expired(&self) -> Result<(), StartError> {
        if let Tables::Embedded(database) = &self.tables {
            database.sweep_ttl().map_err(|error| failed(&error))?;
        }
        Ok(())
    }
}

fn failed(error: &dyn std::error::Error) -> StartError {
    StartError::Service("DynamoDB", error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::Template;

    fn table_of(template: &Template) -> &TemplateResource {
        let mut resources = template.resources.iter();
        resources
            .find(|one| one.logical_id == DynamoDb::TABLE)
            .unwrap()
    }

    /// A `.latchkey/` directory outlives the version that created it.
    #[tokio::test]
    async fn an_index_that_a_table_lacks_is_added_with_the_items_that_the_table_has() {
        let dynamodb = DynamoDb::ephemeral().unwrap();
        let template = Template::built_in().unwrap();
        let (operation, mut former) = table::requests(table_of(&template), "latchkey")
            .unwrap()
            .swap_remove(0);
        former["GlobalSecondaryIndexes"]
            .as_array_mut()
            .unwrap()
            .truncate(1);
        former["AttributeDefinitions"]
            .as_array_mut()
            .unwrap()
            .truncate(4);
        assert_eq!(dynamodb.run(operation, &former).await.unwrap().status, 200);
        let item = json!({ "pk": { "S": "p" }, "sk": { "S": "s" }, "org": { "S": "o" },
            "listing": { "S": "1" }, "name_listing": { "S": "n" } });
        dynamodb
            .ask("PutItem", json!({ "Item": item }))
            .await
            .unwrap();
        for _ in 0..2 {
            dynamodb.create(table_of(&template)).await.unwrap();
            for index in ["by-org", "by-name"] {
                let query = json!({
                    "IndexName": index, "KeyConditionExpression": "org = :org",
                    "ExpressionAttributeValues": { ":org": { "S": "o" } },
                });
                let found = dynamodb.ask("Query", query).await.unwrap();
                assert_eq!(found["Items"][0]["pk"]["S"], "p", "{index}");
            }
        }
    }

    #[test]
    fn a_second_table_has_a_different_name() {
        let dynamodb = DynamoDb::ephemeral().unwrap();
        assert_eq!(dynamodb.name_of("Table"), dynamodb.table_name());
        assert_eq!(dynamodb.name_of("Other"), "latchkey-Other");
    }
}
