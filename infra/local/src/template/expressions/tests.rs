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

fn refusal(expression: &str) -> String {
    value(expression).unwrap_err()
}

#[test]
fn a_plain_value_is_itself() {
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
fn a_reference_to_no_value_leaves_the_variable_out() {
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
fn names_within_a_text_are_replaced() {
    let expression = r#"!Sub "a/${AWS::StackName}/${Table}.${AWS::Region}/${!Table}""#;
    assert_eq!(
        text(expression),
        "a/any-stack/any-table.any-region/${Table}"
    );
}

#[test]
fn a_reference_to_what_is_only_in_the_cloud_is_refused() {
    assert_eq!(refusal("!Ref Api"), "Api has no local value");
    assert_eq!(
        refusal("!Sub '${Table.Arn}'"),
        "Table.Arn has no local value"
    );
}

#[test]
fn a_function_that_is_not_understood_is_refused() {
    assert!(refusal("!GetAtt Api.ApiEndpoint").contains("!GetAtt"));
    assert!(refusal("!If [IsJoined, a, b]").contains("!Join"));
    assert!(refusal("!If [IsOdd, a, b]").contains("!Or"));
}

#[test]
fn a_condition_that_does_not_exist_is_refused() {
    assert_eq!(refusal("!If [Other, a, b]"), "unknown condition Other");
}

#[test]
fn a_condition_that_is_no_expression_is_refused() {
    assert!(refusal("!If [IsPlain, a, b]").contains("as a condition"));
}

#[test]
fn a_function_with_too_few_arguments_is_refused() {
    assert_eq!(refusal("!If [IsOn, a]"), "!If requires a list of 3 items");
}

#[test]
fn a_list_is_refused() {
    assert!(refusal("[a, b]").contains("not supported"));
}

#[test]
fn a_text_with_an_open_brace_is_refused() {
    assert!(refusal("!Sub 'a${Table'").contains("an unclosed ${"));
}
