use super::super::intrinsics::document;
use super::*;

fn value(expression: &str) -> Result<Option<String>, String> {
    const CONDITIONS: &str = r#"
IsOn: !Equals [!Ref Monitoring, "on"]
HasDomain: !Not [!Equals [!Ref Domain, ""]]
KeepsNone: !Equals [!Ref Concurrency, 0]
IsJoined: !Equals [!Join ["", [a]], a]
IsOdd: !Or [a, b]
IsPlain: yes
"#;
    let parameters = [("Monitoring", "on"), ("Domain", ""), ("Concurrency", "0")];
    let scope = Scope {
        parameters: parameters
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
        conditions: &document(CONDITIONS).unwrap(),
        resources: [("Table", "any-table")].into(),
        stack_name: "any-stack",
        region: "any-region",
    };
    scope.value(&document(expression).unwrap())
}

fn text(expression: &str) -> String {
    value(expression).unwrap().unwrap()
}

fn error(expression: &str) -> String {
    value(expression).unwrap_err()
}

#[test]
fn a_plain_value_is_unchanged() {
    assert_eq!(text("any text"), "any text");
    assert_eq!(text("7"), "7");
    assert_eq!(text("true"), "true");
}

#[test]
fn a_reference_to_a_parameter_is_its_value() {
    assert_eq!(text("!Ref Monitoring"), "on");
}

#[test]
fn a_reference_to_a_resource_is_its_local_name() {
    assert_eq!(text("!Ref Table"), "any-table");
}

#[test]
fn a_reference_to_no_value_omits_the_variable() {
    assert_eq!(value("!Ref AWS::NoValue").unwrap(), None);
    assert_eq!(
        value("!If [HasDomain, a, !Ref AWS::NoValue]").unwrap(),
        None
    );
}

#[test]
fn a_condition_chooses_between_two_values() {
    assert_eq!(text("!If [IsOn, !Ref Table, b]"), "any-table");
    assert_eq!(text("!If [HasDomain, a, !If [IsOn, b, c]]"), "b");
}

#[test]
fn a_parameter_equals_a_number_of_the_same_digits() {
    assert_eq!(text("!If [KeepsNone, none, some]"), "none");
}

#[test]
fn names_in_a_string_are_replaced() {
    let expression = r#"!Sub "a/${AWS::StackName}/${Table}.${AWS::Region}/${!Table}""#;
    assert_eq!(
        text(expression),
        "a/any-stack/any-table.any-region/${Table}"
    );
}

#[test]
fn a_reference_without_a_local_value_is_rejected() {
    assert_eq!(error("!Ref Api"), "Api has no local value");
    assert_eq!(error("!Sub '${Table.Arn}'"), "Table.Arn has no local value");
}

#[test]
fn an_unsupported_function_is_rejected() {
    assert!(error("!GetAtt Api.ApiEndpoint").contains("!GetAtt"));
    assert!(error("!If [IsJoined, a, b]").contains("!Join"));
    assert!(error("!If [IsOdd, a, b]").contains("!Or"));
}

#[test]
fn an_unknown_condition_is_rejected() {
    assert_eq!(error("!If [Other, a, b]"), "unknown condition Other");
}

#[test]
fn a_plain_value_as_a_condition_is_rejected() {
    assert!(error("!If [IsPlain, a, b]").contains("as a condition"));
}

#[test]
fn a_function_with_too_few_arguments_is_rejected() {
    assert_eq!(error("!If [IsOn, a]"), "!If requires a list of 3 items");
}

#[test]
fn a_list_is_rejected() {
    assert!(error("[a, b]").contains("not supported"));
}

#[test]
fn a_string_with_an_unclosed_brace_is_rejected() {
    assert!(error("!Sub 'a${Table'").contains("an unclosed ${"));
}
