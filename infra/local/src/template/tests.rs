use super::*;

fn function(binary: &str) -> FunctionResource {
    let functions = Template::built_in().unwrap().functions;
    functions.into_iter().find(|f| f.binary == binary).unwrap()
}

#[test]
fn a_function_has_the_routes_of_its_events() {
    let route = |method: &str, path: &str| Route {
        method: method.into(),
        path: path.into(),
    };
    assert_eq!(function("token").routes, [route("POST", "/oauth/token")]);
    assert!(
        function("get-client")
            .routes
            .contains(&route("GET", "/auth/app-clients/{id}"))
    );
    assert!(function("bootstrap").routes.is_empty());
}

#[test]
fn an_event_without_a_path_is_the_default_route() {
    let keys = |binary| -> Vec<_> { function(binary).routes.iter().map(Route::key).collect() };
    assert_eq!(keys("default-route"), ["$default"]);
    assert_eq!(keys("token"), ["POST /oauth/token"]);
}

#[test]
fn an_event_with_only_a_path_or_only_a_method_is_rejected() {
    for properties in [
        "{ Path: /any }",
        "{ Method: GET }",
        "{ Path: any, Method: GET }",
    ] {
        let text = format!(
            "
Resources:
  AnyRole: {{ Type: AWS::IAM::Role }}
  AnyFunction:
    Type: AWS::Serverless::Function
    Metadata: {{ BuildProperties: {{ Binary: any }} }}
    Properties:
      Role: !GetAtt AnyRole.Arn
      Events: {{ Any: {{ Type: HttpApi, Properties: {properties} }} }}
"
        );
        assert!(matches!(
            Template::parse(&text),
            Err(StartError::Template(reason)) if reason.ends_with("Any is not a valid route")
        ));
    }
}

/// The variables of a function in a template with global variables.
fn variables(global: &str, own: &str) -> Result<BTreeMap<String, String>, StartError> {
    let text = format!(
        "
Parameters: {{ TokenQuota: {{ Type: Number, Default: 7 }} }}
Globals: {{ Function: {{ Environment: {{ Variables: {global} }} }} }}
Resources:
  AnyRole: {{ Type: AWS::IAM::Role }}
  AnyFunction:
    Type: AWS::Serverless::Function
    Metadata: {{ BuildProperties: {{ Binary: any }} }}
    Properties: {{ Role: !GetAtt AnyRole.Arn, Environment: {{ Variables: {own} }} }}
"
    );
    let deployment = Substitutions {
        parameters: &TemplateParameters::default(),
        stack_name: "any",
        region: "any",
        resources: [("Table", "any-table")].into(),
    };
    let mut variables = Template::parse(&text)?.variables(deployment)?;
    Ok(variables.remove("any").unwrap())
}

#[test]
fn a_function_has_the_global_variables_and_its_own() {
    let variables = variables("{ A: !Ref Table, B: b }", "{ B: !Ref TokenQuota, C: c }").unwrap();
    let expected = [("A", "any-table"), ("B", "7"), ("C", "c")];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(variables, expected.into());
}

#[test]
fn a_variable_without_a_value_is_omitted() {
    let variables = variables("{ A: a }", "{ A: !Ref AWS::NoValue }").unwrap();
    assert!(variables.is_empty());
}

#[test]
fn an_unsupported_variable_is_rejected() {
    let error = variables("{}", "{ A: !GetAtt Table.Arn }").unwrap_err();
    assert_eq!(
        error.to_string(),
        "template.yaml: function any: variable A: !GetAtt is not supported in a value"
    );
}

#[test]
fn a_resource_without_a_type_is_rejected() {
    let error = Template::parse("Resources: { Any: { Properties: {} } }").unwrap_err();
    assert_eq!(error.to_string(), "template.yaml: Any: Type is missing");
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
fn a_schedule_names_the_secret_and_the_rotation_function() {
    let (secret, binary) = ("SigningKeys".into(), "rotate-signing-key".into());
    let rotations = Template::built_in().unwrap().rotations;
    assert_eq!(rotations, [RotationSchedule { secret, binary }]);
}

#[test]
fn a_schedule_with_an_unknown_function_is_rejected() {
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
fn statements_have_their_conditions() {
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

/// The error for a template in which the function's role has this statement.
fn statement_error(statement: &str) -> Option<String> {
    role_error(&format!(
        "
  AnyRole:
    Type: AWS::IAM::Role
    Properties:
      Policies: [{{ PolicyDocument: {{ Statement: {statement} }} }}]"
    ))
}

/// The error for a template with one function and these roles.
fn role_error(roles: &str) -> Option<String> {
    let text = format!(
        "
Resources:
  AnyFunction:
    Type: AWS::Serverless::Function
    Metadata: {{ BuildProperties: {{ Binary: any }} }}
    Properties: {{ Role: !GetAtt AnyRole.Arn }}{roles}
"
    );
    match Template::parse(&text) {
        Err(StartError::Template(reason)) => Some(reason),
        Err(other) => panic!("{other}"),
        Ok(_) => None,
    }
}

#[test]
fn an_allow_statement_is_accepted() {
    let statement = "{ Effect: Allow, Action: dynamodb:GetItem, Resource: !GetAtt Table.Arn }";
    assert_eq!(statement_error(statement), None);
}

#[test]
fn a_deny_statement_is_rejected() {
    let statement = "{ Effect: Deny, Action: dynamodb:GetItem, Resource: !GetAtt Table.Arn }";
    assert!(statement_error(statement).unwrap().starts_with("AnyRole: "));
}

#[test]
fn a_statement_with_not_action_is_rejected() {
    let statement = "{ Effect: Allow, NotAction: dynamodb:GetItem, Resource: !GetAtt Table.Arn }";
    assert!(statement_error(statement).unwrap().contains("NotAction"));
}

#[test]
fn a_wildcard_is_rejected() {
    for wide in [
        "{ Effect: Allow, Action: 'dynamodb:*', Resource: !GetAtt Table.Arn }",
        "{ Effect: Allow, Action: dynamodb:GetItem, Resource: '*' }",
        "{ Effect: Allow, Action: dynamodb:Query, Resource: !Sub '${Table.Arn}/index/*' }",
    ] {
        assert!(
            statement_error(wide)
                .unwrap()
                .contains("contains a wildcard"),
            "{wide}"
        );
    }
}

#[test]
fn an_unsupported_condition_is_rejected() {
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
            statement_error(&statement).unwrap().contains("condition"),
            "{condition}"
        );
    }
}

#[test]
fn a_role_or_policy_outside_the_supported_forms_is_rejected() {
    for roles in [
        "",
        "
  AnyRole: { Type: AWS::IAM::Role, Properties: { ManagedPolicyArns: [any] } }",
        "
  AnyRole: { Type: AWS::IAM::Role }
  AnyPolicy: { Type: AWS::IAM::RolePolicy }",
    ] {
        assert!(role_error(roles).is_some(), "{roles}");
    }
}

#[test]
fn a_function_with_a_role_generated_by_sam_is_rejected() {
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
