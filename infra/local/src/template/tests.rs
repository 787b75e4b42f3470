use super::*;

fn function(binary: &str) -> Function {
    let functions = Template::built_in().unwrap().functions;
    functions.into_iter().find(|f| f.binary == binary).unwrap()
}

#[test]
fn a_function_has_the_routes_of_its_events() {
    let route = |method: &str, path: &str| Route {
        method: method.into(),
        path: path.into(),
    };
    assert_eq!(function("token").routes, [route("ANY", "/oauth/token")]);
    assert!(
        function("get-client")
            .routes
            .contains(&route("GET", "/auth/app-clients/{id}"))
    );
    assert!(function("bootstrap").routes.is_empty());
}

#[test]
fn a_function_has_the_variables_of_all_and_its_own() {
    let variables = function("token").variables;
    assert!(variables.contains(&"TABLE_NAME".to_owned()));
    assert!(variables.contains(&"SIGNING_KEYS_SECRET".to_owned()));
    assert!(
        !function("get-role")
            .variables
            .contains(&"SIGNING_KEYS_SECRET".to_owned())
    );
}

#[test]
fn references_become_logical_ids() {
    let statements = function("get-client").statements;
    let resources: Vec<_> = statements.iter().flat_map(|s| &s.resources).collect();
    assert!(resources.contains(&&"Table".to_owned()));
    assert!(resources.contains(&&"Table/index/by-org".to_owned()));
    let statements = function("bootstrap").statements;
    assert!(
        statements
            .iter()
            .any(|s| s.resources == ["BootstrapCredentials"])
    );
}

#[test]
fn a_table_becomes_a_create_table_request() {
    let template = Template::built_in().unwrap();
    let request = template.tables[0].create_request("any-name");
    assert_eq!(request["TableName"], "any-name");
    assert_eq!(request["KeySchema"][0]["AttributeName"], "pk");
    assert_eq!(request["GlobalSecondaryIndexes"][0]["IndexName"], "by-org");
    assert!(request.get("PointInTimeRecoverySpecification").is_none());
    assert_eq!(template.secrets, ["SigningKeys", "BootstrapCredentials"]);
}

#[test]
fn a_time_to_live_becomes_a_request_of_its_own() {
    let text = "
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      TimeToLiveSpecification: { AttributeName: expires, Enabled: true }
";
    let template = Template::parse(text).unwrap();
    let request = template.tables[0].time_to_live_request("any-name").unwrap();
    assert_eq!(
        request,
        json!({
            "TableName": "any-name",
            "TimeToLiveSpecification": { "AttributeName": "expires", "Enabled": true },
        })
    );
}

#[test]
fn a_policy_that_is_not_understood_is_an_error() {
    let text = "
Resources:
  AnyFunction:
    Type: AWS::Serverless::Function
    Metadata: { BuildProperties: { Binary: any } }
    Properties:
      Policies: [AdministratorAccess]
";
    assert!(matches!(
        Template::parse(text),
        Err(StartError::Template(reason)) if reason.starts_with("AnyFunction: ")
    ));
}
