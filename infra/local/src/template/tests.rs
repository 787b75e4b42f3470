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

/// The variables of the function `any` in a template with these variables of all functions.
fn variables(of_all: &str, of_one: &str) -> Result<BTreeMap<String, String>, StartError> {
    let text = format!(
        "
Parameters: {{ TokenQuota: {{ Type: Number, Default: 7 }} }}
Globals: {{ Function: {{ Environment: {{ Variables: {of_all} }} }} }}
Resources:
  AnyRole: {{ Type: AWS::IAM::Role }}
  AnyFunction:
    Type: AWS::Serverless::Function
    Metadata: {{ BuildProperties: {{ Binary: any }} }}
    Properties: {{ Role: !GetAtt AnyRole.Arn, Environment: {{ Variables: {of_one} }} }}
"
    );
    let deployment = Deployment {
        parameters: &Parameters::default(),
        stack_name: "any",
        region: "any",
        resources: [("Table", "any-table")].into(),
    };
    let mut variables = Template::parse(&text)?.variables(deployment)?;
    Ok(variables.remove("any").unwrap())
}

#[test]
fn a_function_has_the_variables_of_all_and_its_own() {
    let variables = variables("{ A: !Ref Table, B: b }", "{ B: !Ref TokenQuota, C: c }").unwrap();
    let expected = [("A", "any-table"), ("B", "7"), ("C", "c")];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(variables, expected.into());
}

#[test]
fn a_variable_without_a_value_is_left_out() {
    let variables = variables("{ A: a }", "{ A: !Ref AWS::NoValue }").unwrap();
    assert!(variables.is_empty());
}

#[test]
fn a_variable_that_is_not_understood_is_refused() {
    let refusal = variables("{}", "{ A: !GetAtt Table.Arn }").unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "template.yaml: function any: variable A: !GetAtt is not supported in a value"
    );
}

#[test]
fn a_resource_without_a_type_is_refused() {
    let refusal = Template::parse("Resources: { Any: { Properties: {} } }").unwrap_err();
    assert_eq!(refusal.to_string(), "template.yaml: Any: Type is missing");
}

#[test]
fn references_become_logical_ids() {
    let statements = function("get-client").statements;
    let resources: Vec<_> = statements.iter().flat_map(|s| &s.resources).collect();
    assert!(resources.contains(&&"Table".to_owned()));
    assert!(resources.contains(&&"Table/index/by-org".to_owned()));
    assert!(resources.contains(&&"GetClientLogs".to_owned()));
    let statements = function("bootstrap").statements;
    assert!(
        statements
            .iter()
            .any(|s| s.resources == ["BootstrapCredentials"])
    );
}

#[test]
fn a_schedule_says_which_function_rotates_which_secret() {
    let (secret, binary) = ("SigningKeys".into(), "rotate-signing-key".into());
    let rotations = Template::built_in().unwrap().rotations;
    assert_eq!(rotations, [Rotation { secret, binary }]);
}

#[test]
fn a_schedule_that_is_not_understood_is_an_error() {
    let text = "
Resources:
  AnySchedule:
    Type: AWS::SecretsManager::RotationSchedule
    Properties: { SecretId: !Ref Secret, RotationLambdaARN: !GetAtt Nothing.Arn }
";
    assert!(matches!(
        Template::parse(text),
        Err(StartError::Template(reason)) if reason.starts_with("AnySchedule: ")
    ));
}

#[test]
fn a_statement_has_the_partitions_of_its_condition() {
    let statements = function("metadata").statements;
    let conditions: Vec<_> = statements
        .iter()
        .filter_map(|s| s.condition.as_ref())
        .collect();
    let partitions = Condition::Partitions(vec!["KEYS".into()]);
    let via = Condition::Via("dynamodb".into());
    assert_eq!(conditions, [&partitions, &via]);
}

#[test]
fn a_function_has_a_log_group() {
    assert_eq!(function("token").log_group.as_deref(), Some("TokenLogs"));
}

/// Why a template is refused whose one function has a role with this statement.
fn refusal_of(statement: &str) -> Option<String> {
    refusal(&format!(
        "
  AnyRole:
    Type: AWS::IAM::Role
    Properties:
      Policies: [{{ PolicyDocument: {{ Statement: {statement} }} }}]"
    ))
}

fn refusal(role: &str) -> Option<String> {
    let text = format!(
        "
Resources:
  AnyFunction:
    Type: AWS::Serverless::Function
    Metadata: {{ BuildProperties: {{ Binary: any }} }}
    Properties: {{ Role: !GetAtt AnyRole.Arn }}{role}
"
    );
    match Template::parse(&text) {
        Err(StartError::Template(reason)) => Some(reason),
        Err(other) => panic!("{other}"),
        Ok(_) => None,
    }
}

#[test]
fn a_role_allows_what_its_statement_says() {
    let statement = "{ Effect: Allow, Action: dynamodb:GetItem, Resource: !GetAtt Table.Arn }";
    assert_eq!(refusal_of(statement), None);
}

#[test]
fn a_statement_that_denies_is_refused() {
    let statement = "{ Effect: Deny, Action: dynamodb:GetItem, Resource: !GetAtt Table.Arn }";
    assert!(refusal_of(statement).unwrap().starts_with("AnyRole: "));
}

#[test]
fn a_statement_that_allows_all_but_something_is_refused() {
    let statement = "{ Effect: Allow, NotAction: dynamodb:GetItem, Resource: !GetAtt Table.Arn }";
    assert!(refusal_of(statement).unwrap().contains("NotAction"));
}

#[test]
fn a_wildcard_is_refused() {
    for wide in [
        "{ Effect: Allow, Action: 'dynamodb:*', Resource: !GetAtt Table.Arn }",
        "{ Effect: Allow, Action: dynamodb:GetItem, Resource: '*' }",
        "{ Effect: Allow, Action: dynamodb:Query, Resource: !Sub '${Table.Arn}/index/*' }",
    ] {
        assert!(
            refusal_of(wide).unwrap().contains("contains a wildcard"),
            "{wide}"
        );
    }
}

#[test]
fn a_condition_that_holds_without_a_partition_is_refused() {
    for condition in [
        "{ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [KEYS] } }",
        "{ 'Null': { 'dynamodb:LeadingKeys': 'true' }, 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [KEYS] } }",
        "{ 'Null': { 'dynamodb:LeadingKeys': 'false' }, 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [] } }",
        "{ 'Null': { 'dynamodb:LeadingKeys': 'false' }, 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['*KEYS'] } }",
        "{ StringEquals: { 'aws:SourceIp': any } }",
    ] {
        let statement =
            format!("{{ Effect: Allow, Action: any, Resource: any, Condition: {condition} }}");
        assert!(
            refusal_of(&statement).unwrap().contains("condition"),
            "{condition}"
        );
    }
}

#[test]
fn a_policy_from_elsewhere_is_refused() {
    for role in [
        "",
        "
  AnyRole: { Type: AWS::IAM::Role, Properties: { ManagedPolicyArns: [any] } }",
        "
  AnyRole: { Type: AWS::IAM::Role }
  AnyPolicy: { Type: AWS::IAM::RolePolicy }",
    ] {
        assert!(refusal(role).is_some(), "{role}");
    }
}

#[test]
fn a_function_whose_role_sam_makes_is_refused() {
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
